import Command
import DiskFormats
import TestSamples
import Testing

@Suite(
    .enabled(
        if: ["mkfs.vfat", "mcopy"].allSatisfy(isInstalled), "needs mkfs.vfat and mtools"))
struct FAT32Tests {
    /// A filesystem of 34 MiB with some files, fragmented ones among them.
    static func makeImage() throws -> ImageFile {
        let image = try ImageFile(byteCount: 34 << 20)
        _ = try image.run(
            "mkfs.vfat",
            ["-F", "32", "-s", "1", "-n", "LABEL", "--invariant", "-i", "1a2b3c4d", image.path])
        for folder in ["EFI", "EFI/BOOT", "images", "images/25.04.1-a+b~c"] {
            _ = try image.run("mmd", ["-i", image.path, "::/\(folder)"])
        }
        for (path, byteCount) in Self.contents {
            try image.copy(Self.bytes(byteCount), to: path)
        }
        // What is freed in the middle is taken by the next one, when the search starts there.
        _ = try image.run("mdel", ["-i", image.path, "::/images/25.04.1-a+b~c/gap"])
        try image.apply(ByteWrite(offset: 512 + 492, bytes: [2, 0, 0, 0]))
        try image.copy(Self.bytes(40000), to: "EFI/BOOT/later.bin")
        return image
    }

    static let contents = [
        ("EFI/BOOT/BOOTX64.EFI", 5000), ("images/25.04.1-a+b~c/gap", 1500),
        ("images/25.04.1-a+b~c/vmlinuz", 20480), ("images/25.04.1-a+b~c/initrd.img", 511),
        ("empty", 0), ("grubenv", 1024), ("a name that is longer than thirteen letters.txt", 13),
    ]

    static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256 &+ count) }
    }

    private func content(_ file: FAT32.File, of image: ImageFile) throws -> [UInt8] {
        try file.extents.flatMap { try image.bytes($0.count, at: $0.lowerBound) }
    }

    @Test("files that mtools wrote are found, with their bytes")
    func files() throws {
        let image = try Self.makeImage()
        let volume = try FAT32(reading: image)
        #expect((volume.volumeID, volume.label) == (0x1a2b_3c4d, "LABEL"))
        #expect(volume.folders == ["EFI", "EFI/BOOT", "images", "images/25.04.1-a+b~c"])
        let wanted =
            Self.contents.filter { !$0.0.hasSuffix("gap") } + [("EFI/BOOT/later.bin", 40000)]
        #expect(volume.files.map(\.path) == wanted.map(\.0).sorted())
        for (path, byteCount) in wanted {
            let file = try #require(volume.file(path.uppercased()))
            #expect(file.byteCount == UInt64(byteCount))
            #expect(try content(file, of: image) == Self.bytes(byteCount), "\(path)")
        }
        #expect(try #require(volume.file("efi/boot/LATER.bin")).extents.count == 2)
        #expect(volume.file("EFI/BOOT") == nil)
        #expect(volume.hasFolder("efi/boot") && !volume.hasFolder("grubenv"))
        #expect(!volume.needsRepair)
        #expect(volume.repairs == [])
        // As mtools counts them.
        let free = try image.run("mdir", ["-i", image.path, "::/"])
        let digits = free.split(separator: "\n").last?.filter(\.isNumber)
        #expect(digits == "\(volume.freeByteCount)")
    }

    @Test("what is no FAT32 is refused")
    func refused() throws {
        #expect(throws: FormatFault.absent(.fatBootSector)) {
            try FAT32(reading: MemoryBytes([UInt8](repeating: 0, count: 4096)))
        }
        let small = try ImageFile(byteCount: 16 << 20)
        _ = try small.run("mkfs.vfat", ["-F", "16", small.path])
        #expect(throws: FormatFault.absent(.fatBootSector)) { try FAT32(reading: small) }
        // With mkfs.vfat's own choice 256 MiB have too few clusters; it only warns.
        let few = try ImageFile(byteCount: 256 << 20)
        _ = try few.run("mkfs.vfat", ["-F", "32", "-s", "8", few.path])
        #expect(throws: FormatFault.self) { try FAT32(reading: few) }
    }

    @Test(
        "the rule for clusters gives a filesystem that is one",
        arguments: [
            34 << 20, 64 << 20, 100 << 20, 200 << 20, 256 << 20, 512 << 20, 1 << 30,
        ] as [UInt64])
    func clusterRule(byteCount: UInt64) throws {
        let count = try #require(
            FAT32.sectorsPerCluster(byteCount: byteCount, sectorByteCount: 512))
        let image = try ImageFile(byteCount: byteCount)
        _ = try image.run("mkfs.vfat", ["-F", "32", "-s", "\(count)", image.path])
        let volume = try FAT32(reading: image)
        #expect(volume.clusterByteCount == count * 512)
        #expect(volume.clusterByteCount == (byteCount >= 300 << 20 ? 4096 : count * 512))
        try image.copy([1], to: "one")
        #expect(try FAT32(reading: image).file("one") != nil)
    }

    @Test("a partition that is too small for a FAT32 has no rule")
    func tooSmall() {
        #expect(FAT32.sectorsPerCluster(byteCount: 32 << 20, sectorByteCount: 512) == nil)
        #expect(FAT32.sectorsPerCluster(byteCount: 0, sectorByteCount: 512) == nil)
        #expect(FAT32.sectorsPerCluster(byteCount: 200 << 20, sectorByteCount: 4096) == nil)
        #expect(FAT32.sectorsPerCluster(byteCount: 512 << 20, sectorByteCount: 4096) == 1)
    }

    @Test("what a cut left is mended, and what was whole stays", arguments: 0..<8)
    func cut(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let image = try Self.makeImage()
        let before = try FAT32(reading: image)
        let old = try image.bytes(2 << 20, at: 0)
        _ = try image.run("mmd", ["-i", image.path, "::/new"])
        try image.copy(Self.bytes(30000), to: "new/one")
        try image.copy(Self.bytes(300), to: "EFI/BOOT/two")
        let new = try image.bytes(2 << 20, at: 0)
        // Any part of the sectors had reached the disk.
        for offset in stride(from: 0, to: old.count, by: 512)
        where old[offset..<(offset + 512)] != new[offset..<(offset + 512)]
            && Bool.random(
                using: &generator)
        {
            try image.apply(
                ByteWrite(offset: UInt64(offset), bytes: Array(old[offset..<(offset + 512)])))
        }
        for write in try FAT32(reading: image).repairs { try image.apply(write) }
        let mended = try FAT32(reading: image)
        #expect(!mended.needsRepair, "\(mended.damage)")
        for file in before.files { #expect(mended.file(file.path) == file) }
        // And others agree: fsck.vfat finds nothing, mtools goes on.
        _ = try image.run("fsck.vfat", ["-n", image.path])
        try image.copy(Self.bytes(50000), to: "EFI/BOOT/more")
        let after = try FAT32(reading: image)
        #expect(!after.needsRepair)
        #expect(
            try content(try #require(after.file("EFI/BOOT/more")), of: image)
                == Self.bytes(50000))
        for file in before.files { #expect(after.file(file.path) == file) }
    }

    @Test("random bytes in tables and folders never trap")
    func mutation() throws {
        let image = try Self.makeImage()
        let volume = try FAT32(reading: image)
        let start = try image.bytes(Int(volume.metadataByteCount) + 8192, at: 0)
        let dataStart = Int(volume.metadataByteCount) - 512
        for length in Array(0..<600) {
            #expect(throws: FormatFault.self) {
                try FAT32(reading: MemoryBytes(Array(start[..<length])))
            }
        }
        var generator = SplitMix64(seed: 23)
        for _ in 0..<40 {
            let places = [0..<512, 512..<1024, 16384..<17000, dataStart..<(dataStart + 4096)]
            for _ in 0..<Int.random(in: 1...30, using: &generator) {
                let place = places[Int.random(in: 0..<4, using: &generator)]
                // The boot sector seldom, as then there is nothing left to look at.
                if place.lowerBound == 0, Bool.random(using: &generator) { continue }
                let offset = Int.random(in: place, using: &generator)
                try image.apply(
                    ByteWrite(
                        offset: UInt64(offset),
                        bytes: [.random(in: 0...255, using: &generator)]))
            }
            if let damaged = try? FAT32(reading: image) {
                for write in damaged.repairs { #expect(write.extent.upperBound <= 34 << 20) }
            }
            try image.apply(ByteWrite(offset: 0, bytes: Array(start[..<512])))
        }
        // The root folder's cluster ends its chain.
        for copy in 0..<2 {
            let table = 32 * 512 + UInt64(copy) * (volume.metadataByteCount - 33 * 512) / 2
            try image.apply(ByteWrite(offset: table + 8, bytes: [0xF8, 0xFF, 0xFF, 0x0F]))
        }
        for write in try FAT32(reading: image).repairs { try image.apply(write) }
        #expect(try !FAT32(reading: image).needsRepair)
    }
}

extension ImageFile {
    /// Has mtools write a file.
    func copy(_ bytes: [UInt8], to path: String) throws {
        var command = Command("mcopy", ["-o", "-Q", "-i", self.path, "-", "::/\(path)"])
        command.input = bytes
        try command.runChecked()
    }
}

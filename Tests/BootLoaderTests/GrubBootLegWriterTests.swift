import BootLoader
import Command
import DiskFormats
import Storage
import Syscalls
import Testing

@Suite(.enabled(if: hasTools, "needs mkfs.vfat and mtools"))
struct GrubBootLegWriterTests {
    @Test("an empty disk becomes a boot leg, and its table stays")
    func fresh() throws {
        let image = try LegImage()
        let writer = GrubBootLegWriter(try image.content())
        #expect(
            try writer.differences(of: image.leg) == [
                .bootCode(byte: 0), .coreImage(byte: 0), .filesystem(.absent(.fatBootSector)),
            ])
        try writer.writeSystemPartition(of: image.leg)
        #expect(
            try writer.differences(of: image.leg) == [.bootCode(byte: 0), .coreImage(byte: 0)])
        try writer.writeBootCode(of: image.leg)
        #expect(try writer.differences(of: image.leg) == [])
        #expect(try writer.state(of: image.leg) == .complete)

        let volume = try image.volume()
        #expect((volume.label, volume.volumeID) == ("SLIPWAY-ESP", 0xEFCD_AB89))
        #expect(try image.content("EFI/BOOT/BOOTX64.EFI") == LegImage.pattern(70_000))
        #expect(
            try image.content("images/25.04.1-a+b~c/vmlinuz") == LegImage.pattern(300_000))
        #expect(try image.content("grub/grubenv").count == 1024)
        let table = GPT.read(from: try DeviceBytes(image.file.path))
        #expect(try table.primary.get().table == table.backup.get().table)
        #expect(try MasterBootRecord(decoding: image.bytes(512, at: 0)).isProtective)
        #expect(try image.bytes(8, at: 0x5C) == [0, 8, 0, 0, 0, 0, 0, 0])
        #expect(try image.bytes(8, at: 1 << 20 + 500) == [1, 8, 0, 0, 0, 0, 0, 0])
    }

    @Test("the same inputs give the same volume, but for the times of files")
    func sameVolume() throws {
        let images = try [LegImage(), LegImage()]
        for image in images {
            try GrubBootLegWriter(image.content()).writeSystemPartition(of: image.leg)
        }
        #expect(try images[0].volume() == images[1].volume())
    }

    @Test("what is right is not written again")
    func idempotent() throws {
        let image = try LegImage()
        let writer = GrubBootLegWriter(try image.content())
        try writer.writeSystemPartition(of: image.leg)
        try writer.writeBootCode(of: image.leg)
        let time = try image.changeTime()
        let bytes = try image.all()
        try writer.writeSystemPartition(of: image.leg)
        try writer.writeBootCode(of: image.leg)
        #expect(try image.changeTime() == time)
        #expect(try image.all() == bytes)
    }

    @Test("each damage is named and cured, and only that")
    func damage() throws {
        let image = try LegImage()
        let writer = GrubBootLegWriter(try image.content())
        try writer.writeSystemPartition(of: image.leg)
        try writer.writeBootCode(of: image.leg)
        let whole = try image.volume()
        func place(_ path: String, _ byte: UInt64) throws -> UInt64 {
            let file = try #require(whole.file(path))
            return LegImage.systemPartition.start + file.extents[0].lowerBound + byte
        }
        func expect(_ difference: BootLegDifference, after write: ByteWrite) throws {
            try image.apply(write)
            #expect(try writer.differences(of: image.leg) == [difference])
            #expect(
                try writer.state(of: image.leg) == .incomplete([difference.description]))
            try writer.writeSystemPartition(of: image.leg)
            try writer.writeBootCode(of: image.leg)
            #expect(try writer.differences(of: image.leg) == [])
        }
        try expect(.bootCode(byte: 7), after: ByteWrite(offset: 7, bytes: [0]))
        try expect(
            .coreImage(byte: 19_999), after: ByteWrite(offset: 1 << 20 + 19_999, bytes: [0]))
        let kernel = "images/25.04.1-a+b~c/vmlinuz"
        try expect(
            .content(path: kernel, byte: 299_999),
            after: ByteWrite(offset: place(kernel, 299_999), bytes: [0xAA]))
        #expect(
            try image.volume().file("EFI/BOOT/BOOTX64.EFI") == whole.file("EFI/BOOT/BOOTX64.EFI"))
        // GRUB writes the count to grubenv; that is no difference, and it stays.
        var counted = try GrubEnvironment(parsing: image.content("grub/grubenv"))
        #expect(counted["leg"] == "card")
        counted["left"] = "1"
        try image.apply(
            ByteWrite(offset: place("grub/grubenv", 0), bytes: counted.encoded()))
        #expect(try writer.differences(of: image.leg) == [])
        _ = try run("mdel", ["::/EFI/BOOT/BOOTX64.EFI"], image)
        #expect(try writer.differences(of: image.leg) == [.missing(path: "EFI/BOOT/BOOTX64.EFI")])
        try writer.writeSystemPartition(of: image.leg)
        #expect(try GrubEnvironment(parsing: image.content("grub/grubenv"))["left"] == "1")
        _ = try run("mdel", ["::/grub/grubenv"], image)
        #expect(try writer.differences(of: image.leg) == [.missing(path: "grub/grubenv")])
        try writer.writeSystemPartition(of: image.leg)
        #expect(try GrubEnvironment(parsing: image.content("grub/grubenv"))["left"] == "2")
        // A second table that differs from the first.
        let second = LegImage.systemPartition.start + whole.metadataByteCount - 512 - 1024
        try expect(.unclean(lostByteCount: 0), after: ByteWrite(offset: second, bytes: [9]))
    }

    private func run(_ program: String, _ arguments: [String], _ image: LegImage) throws -> String {
        try Command(
            program,
            ["-i", "\(image.file.path)@@\(LegImage.systemPartition.start)"] + arguments
        ).runChecked().text
    }

    @Test("another kernel and core image replace the first; what nobody put there stays")
    func update() throws {
        let image = try LegImage()
        let old = GrubBootLegWriter(try image.content())
        try old.writeSystemPartition(of: image.leg)
        try old.writeBootCode(of: image.leg)
        _ = try run("mmd", ["::/images/other", "::/images/a b", "::/EFI/other"], image)
        let new = GrubBootLegWriter(try image.content(core: 0x33, kernelByteCount: 200_000))
        #expect(
            try new.differences(of: image.leg) == [
                .coreImage(byte: 0),
                .length(
                    path: "images/25.04.1-a+b~c/vmlinuz", byteCount: 300_000, wanted: 200_000),
            ])
        try new.writeSystemPartition(of: image.leg)
        try new.writeBootCode(of: image.leg)
        #expect(try new.state(of: image.leg) == .complete)
        let volume = try image.volume()
        #expect(!volume.hasFolder("images/other"))
        #expect(volume.hasFolder("images/a b") && volume.hasFolder("EFI/other"))
    }

    @Test("a disk with other partitions is not written to")
    func otherPartitions() throws {
        let image = try LegImage(systemNumber: 3)
        let writer = GrubBootLegWriter(try image.content())
        let before = try image.all()
        let problem = BootLegDifference.noPartition(
            what: "EFI system partition", byte: 2 << 20, number: 2)
        #expect(try writer.differences(of: image.leg) == [problem])
        func expectRefused(_ leg: BootLeg, _ problems: [BootLegDifference]) throws {
            let error = BootLoaderError.otherPartitions(disk: leg.disk, problems: problems)
            #expect(throws: error) { try writer.writeSystemPartition(of: leg) }
            if leg.firmware.contains(.bios) {
                #expect(throws: error) { try writer.writeBootCode(of: leg) }
            }
            #expect(try image.all() == before)
        }
        try expectRefused(image.leg, [problem])
        var moved = image.leg
        moved.systemPartition = Extent(start: 3 << 20, byteCount: 35 << 20)
        moved.firmware = [.efi]
        try expectRefused(
            moved,
            [.noPartition(what: "EFI system partition", byte: 3 << 20, number: nil)])
        var without = image.leg
        without.biosBoot = nil
        try expectRefused(without, [problem, .noBIOSBoot])
        // For UEFI alone any number will do, and there is no boot code.
        var efi = image.leg
        efi.firmware = [.efi]
        try writer.writeSystemPartition(of: efi)
        try writer.writeBootCode(of: efi)
        #expect(try writer.state(of: efi) == .complete)
        #expect(try image.bytes(440, at: 0).allSatisfy { $0 == 0 })
    }

    @Test("a disk without a table is not written to")
    func noTable() throws {
        let image = try LegImage()
        for offset in [512, LegImage.byteCount - 512] {
            try image.apply(ByteWrite(offset: offset, bytes: [0]))
        }
        let before = try image.all()
        let writer = GrubBootLegWriter(try image.content())
        #expect(throws: BootLoaderError.self) { try writer.writeSystemPartition(of: image.leg) }
        #expect(
            try writer.differences(of: image.leg) == [.noTable(.absent(.primaryHeader))])
        #expect(try image.all() == before)
    }

    @Test("old filesystems and garbage in the partition do not matter", arguments: [true, false])
    func garbage(isWhole: Bool) throws {
        let image = try LegImage()
        let start = LegImage.systemPartition.start
        // All of it, or a boot sector of another filesystem in front of garbage.
        let garbage = LegImage.pattern(isWhole ? 36 << 20 : 3 << 20)
        try image.apply(ByteWrite(offset: start, bytes: garbage))
        if !isWhole {
            try Command(
                "mformat", ["-i", "\(image.file.path)@@\(start)", "-T", "20480", "::"]
            ).runChecked()
        }
        let writer = GrubBootLegWriter(try image.content())
        try writer.writeSystemPartition(of: image.leg)
        try writer.writeBootCode(of: image.leg)
        #expect(try writer.state(of: image.leg) == .complete)
    }

    @Test("what does not fit is refused before anything is copied")
    func noRoom() throws {
        let image = try LegImage()
        try GrubBootLegWriter(image.content()).writeSystemPartition(of: image.leg)
        let before = try image.all()
        let large = GrubBootLegWriter(try image.content(kernelByteCount: 36 << 20))
        #expect(throws: BootLoaderError.self) { try large.writeSystemPartition(of: image.leg) }
        #expect(try image.all() == before)
    }
}

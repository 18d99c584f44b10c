import Command
import DiskFormats
import Syscalls
import Testing

@testable import Storage

@Suite struct UsedRangesTests {
    private let head = """
        Filesystem volume name:   boot
        Block count:              20000
        Free blocks:              9000
        First block:              1
        Block size:               1024
        Group descriptor size:    64

        """
    private let groups = """
        Group 0: (Blocks 1-8192) csum 0x562a [ITABLE_ZEROED]
          Primary superblock at 1, Group descriptors at 2-4
          7758 free blocks, 21 free inodes, 2 directories, 21 unused inodes
          Free blocks: 435-8192
          Free inodes: 12-32
        Group 1: (Blocks 8193-19999) csum 0x98fd [INODE_UNINIT, BLOCK_UNINIT]
          3 free blocks, 32 free inodes, 0 directories
          Free blocks: 8453, 9000-9001
          Free inodes: 33-64

        """

    @Test("used is what is not free, block 0 included")
    func complement() throws {
        let ranges = try UsedRanges(dumpe2fs: head + groups, isStill: true)
        #expect(ranges.used == [0..<435, 8193..<8453, 8454..<9000, 9002..<20000])
        #expect(ranges.blockByteCount == 1024)
        // Chunks of 1 MiB are 1024 blocks.
        let chunks = ranges.chunks(chunkByteCount: 1 << 20, dataByteCount: 30 << 20)
        #expect(chunks == [0...0, 8...19, 29...29])
        #expect(ranges.chunks(chunkByteCount: 1 << 20, dataByteCount: 1 << 20) == nil)
    }

    @Test("what does not fit is refused")
    func refusals() {
        func refuses(_ text: String, isStill: Bool = true) -> Bool {
            do throws(UsedBlocksCopy.Obstacle) {
                _ = try UsedRanges(dumpe2fs: text, isStill: isStill)
                return false
            } catch {
                return true
            }
        }
        func replaced(_ old: String, _ new: String) -> String {
            let text = head + groups
            guard let range = text.firstRange(of: old) else { return text }
            return text.replacingCharacters(of: range, with: new)
        }
        #expect(refuses(""))
        #expect(refuses(head))
        #expect(refuses(replaced("8193-19999", "8194-19999")), "a block that no group tells of")
        #expect(refuses(replaced("8193-19999", "8193-19998")), "the last block")
        #expect(refuses(replaced("  Free blocks: 435-8192\n", "")), "no free blocks told")
        #expect(refuses(replaced("435-8192", "435-8193")), "beyond the group")
        #expect(refuses(replaced("435-8192", "436-8192")), "fewer than counted")
        #expect(!refuses(replaced("435-8192", "436-8192"), isStill: false), "counted before")
        #expect(refuses(replaced("9000-9001", "9001-9000")), "backwards")
        #expect(refuses(replaced("9000-9001", "x")), "no number")
        #expect(refuses(replaced("Block size:               1024", "Block size: 0")))
        #expect(refuses(replaced("First block:", "Cluster size: 16384\nFirst block:")))
    }

    @Test("cut anywhere, the text is refused or says the same")
    func truncation() {
        let text = Array((head + groups).utf8)
        let whole = try? UsedRanges(dumpe2fs: head + groups, isStill: true)
        for count in 0..<text.count {
            let cut = String(decoding: text[..<count], as: UTF8.self)
            let ranges = try? UsedRanges(dumpe2fs: cut, isStill: true)
            #expect(ranges == nil || ranges == whole, "cut at \(count)")
        }
    }

    @Test("dumpe2fs of a real filesystem is understood", arguments: ["1024", "4096"])
    func real(blockSize: String) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/image"
        try File.create(path).write([0], at: (64 << 20) - 1)
        try Command("mke2fs", ["-q", "-t", "ext4", "-b", blockSize, path]).runChecked()
        let text = try Command("dumpe2fs", [path]).runChecked().text
        let ranges = try UsedRanges(dumpe2fs: text, isStill: true)
        let superblock = try Ext4Superblock(reading: DeviceBytes(path))
        let used = ranges.used.reduce(0) { $0 + UInt64($1.count) }
        // The block before the first group holds the boot sector, and belongs to no group.
        let outside: UInt64 = blockSize == "1024" ? 1 : 0
        #expect(ranges.blockCount == superblock.blockCount)
        #expect(used == superblock.blockCount - superblock.freeBlockCount)
        #expect(ranges.used.first?.lowerBound == 0)
        #expect(outside <= used)
    }
}

extension String {
    fileprivate func replacingCharacters(of range: Range<Index>, with new: String) -> String {
        String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}

@Suite struct UsedBlocksCopyTests {
    private let mebibyte: UInt64 = 1 << 20

    private func survivor(
        _ change: (inout MDSuperblock) -> Void = { _ in }
    ) throws -> (MDSuperblock, MDBitmap) {
        var leg = try superblock(
            .v1_0, deviceByteCount: 64 * mebibyte, dataByteCount: 60 * mebibyte, slot: 1)
        leg.features = .bitmap
        leg.bitmapOffset = -16
        leg.badBlockOffset = -8
        leg.badBlockSectors = 8
        leg.setRole(.spare, ofDevice: 0)
        change(&leg)
        var bitmap = try MDBitmap(
            setUUID: leg.setUUID, syncSectors: leg.componentSectors,
            chunkByteCount: UInt32(mebibyte))
        bitmap.eventsCleared = 38
        return (leg, bitmap)
    }

    private func leg(
        _ parts: (MDSuperblock, MDBitmap), byteCount: UInt64 = 64 << 20
    ) throws -> [ByteWrite] {
        try UsedBlocksCopy.leg(
            from: parts.0, parts.1, byteCount: byteCount, slot: 0, isWriteMostly: true,
            deviceUUID: #require(UUID("01234567:89abcdef:01234567:89abcdef")))
    }

    @Test(
        "the new leg says that it was away and has nothing", arguments: [61, 64, 200] as [UInt64])
    func superblocks(mebibytes: UInt64) throws {
        let parts = try survivor()
        let byteCount = mebibytes * mebibyte
        let writes = try leg(parts, byteCount: byteCount)
        #expect(writes.count == 2)
        var device = MemoryBytes([UInt8](repeating: 0xa5, count: Int(byteCount)))
        for write in writes { device.apply(write) }
        let made = try MDSuperblock(reading: device, version: .v1_0)
        #expect(made.setUUID == parts.0.setUUID)
        #expect(made.deviceUUID == UUID("01234567:89abcdef:01234567:89abcdef"))
        #expect(made.role == .active(0))
        #expect(made.deviceNumber == 0)
        #expect(made.events == 38)
        #expect(made.recoveryOffset == 0)
        #expect(made.features == [.bitmap, .recoveryOffset, .recoveryBitmap])
        #expect(made.deviceFlags == .writeMostly)
        #expect(made.dataSectors == made.superSector - 16)
        #expect(try MDBitmap(reading: device, of: made) == parts.1)
        // The bitmap is on the disk before the superblock that speaks of it.
        #expect(writes[0].offset < writes[1].offset)
    }

    @Test("what will not do is said before anything is written")
    func obstacles() throws {
        #expect(throws: UsedBlocksCopy.Obstacle.eventsTooClose(events: 39, cleared: 38)) {
            try leg(survivor { $0.events = 39 })
        }
        #expect(throws: UsedBlocksCopy.Obstacle.badBlocks) {
            try leg(survivor { $0.features.insert(.badBlocks) })
        }
        #expect(throws: UsedBlocksCopy.Obstacle.self) {
            try leg(survivor(), byteCount: 60 << 20)
        }
        #expect(throws: UsedBlocksCopy.Obstacle.self) { try leg(survivor(), byteCount: 0) }
        #expect(throws: UsedBlocksCopy.Obstacle.noNumber) {
            try leg(
                survivor { leg in
                    for number in 0..<leg.maximumDevices { leg.setRole(.faulty, ofDevice: number) }
                })
        }
    }

    @Test("texts for sysfs are shorter than a page, and lose no run")
    func texts() {
        let runs = (0..<2000).map { UInt64($0) * 10...UInt64($0) * 10 + 3 }
        let texts = UsedBlocksCopy.texts(of: runs)
        #expect(texts.count > 1)
        #expect(texts.allSatisfy { $0.utf8.count < 4096 })
        #expect(
            texts.joined(separator: " ")
                == runs.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " "))
    }
}

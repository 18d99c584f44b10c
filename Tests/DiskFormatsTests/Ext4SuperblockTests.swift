import DiskFormats
import TestSamples
import Testing

@Suite(.enabled(if: isInstalled("mke2fs"), "needs mke2fs"))
struct Ext4SuperblockTests {
    /// How a filesystem is made.
    struct Case: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let blockByteCount: UInt64
        let features: Ext4Superblock.Incompatible
        let writable: Ext4Superblock.ReadOnlyCompatible
        let hasJournal: Bool
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        "what mke2fs was told is read",
        arguments: [
            Case(
                arguments: ["-t", "ext4", "-b", "4096"], blockByteCount: 4096,
                features: [.extents, .is64Bit, .flexibleGroups], writable: .metadataChecksums,
                hasJournal: true),
            Case(
                arguments: ["-t", "ext2", "-b", "1024"], blockByteCount: 1024, features: [],
                writable: [], hasJournal: false),
            Case(
                arguments: ["-t", "ext4", "-b", "1024", "-O", "^64bit,meta_bg,^resize_inode"],
                blockByteCount: 1024, features: .metaBlockGroups, writable: [], hasJournal: true),
            Case(
                arguments: ["-t", "ext4", "-b", "4096", "-O", "bigalloc"], blockByteCount: 4096,
                features: .extents, writable: .bigAllocation, hasJournal: true),
        ])
    func made(sample: Case) throws {
        let image = try ImageFile(byteCount: 64 << 20)
        let uuid = SampleArray.setUUID
        _ = try image.run(
            "mke2fs", ["-q", "-F", "-L", "boot", "-U", "\(uuid)"] + sample.arguments + [image.path])
        let superblock = try Ext4Superblock(reading: image)
        #expect((superblock.uuid, superblock.label) == (uuid, "boot"))
        #expect(superblock.blockByteCount == sample.blockByteCount)
        #expect(superblock.byteCount == 64 << 20)
        #expect(superblock.freeBlockCount > 0 && superblock.freeBlockCount < superblock.blockCount)
        #expect((superblock.state, superblock.needsRecovery) == (.clean, false))
        #expect(superblock.incompatible.isSuperset(of: sample.features))
        #expect(superblock.readOnlyCompatible.isSuperset(of: sample.writable))
        #expect(superblock.compatible.contains(.journal) == sample.hasJournal)
        try image.apply(ByteWrite(offset: 1024 + 58, bytes: [2]))
        try image.apply(
            ByteWrite(
                offset: 1024 + 96, bytes: [UInt8(superblock.incompatible.rawValue & 255) | 4]))
        let damaged = try Ext4Superblock(reading: image)
        #expect((damaged.state, damaged.needsRecovery) == (.errors, true))
    }

    @Test("cuts and random bytes are faults or values, never traps")
    func damage() throws {
        let image = try ImageFile(byteCount: 8 << 20)
        _ = try image.run("mke2fs", ["-q", "-F", "-t", "ext4", image.path])
        let bytes = try image.bytes(1024, at: 1024)
        for length in 0..<1024 {
            #expect(
                throws: FormatFault.truncated(
                    .ext4Superblock, byteCount: UInt64(length), wanted: 1024)
            ) { try Ext4Superblock(decoding: Array(bytes[..<length])) }
        }
        #expect(throws: FormatFault.absent(.ext4Superblock)) {
            try Ext4Superblock(reading: MemoryBytes([UInt8](repeating: 0, count: 4096)))
        }
        var generator = SplitMix64(seed: 9)
        for _ in 0..<1000 {
            var changed = bytes
            for _ in 0..<4 {
                changed[Int.random(in: 0..<1024, using: &generator)] = .random(
                    in: 0...255, using: &generator)
            }
            _ = try? Ext4Superblock(decoding: changed).byteCount
        }
    }
}

/// The superblock of an ext2, ext3 or ext4, as far as Slipway asks it; read only.
///
/// The kernel's Documentation/filesystems/ext4, "Super Block": 1024 bytes at offset 1024. The checksum
/// is not looked at: older filesystems have none, and md, not this, decides what is written where.
package struct Ext4Superblock: Sendable, Equatable {
    /// Bits of `s_feature_compat`.
    package struct Compatible: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// There is a journal.
        package static let journal = Compatible(rawValue: 0x4)
    }

    /// Bits of `s_feature_incompat`.
    package struct Incompatible: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// The journal must be replayed: the filesystem was not closed.
        package static let recover = Incompatible(rawValue: 0x4)
        /// This device is a journal of another filesystem.
        package static let journalDevice = Incompatible(rawValue: 0x8)
        /// Group descriptors lie in groups of groups.
        package static let metaBlockGroups = Incompatible(rawValue: 0x10)
        /// Files are mapped by extents.
        package static let extents = Incompatible(rawValue: 0x40)
        /// Blocks are counted with 64 bits.
        package static let is64Bit = Incompatible(rawValue: 0x80)
        /// Group descriptors of several groups lie together.
        package static let flexibleGroups = Incompatible(rawValue: 0x200)
    }

    /// Bits of `s_feature_ro_compat`.
    package struct ReadOnlyCompatible: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Bitmaps count clusters of blocks.
        package static let bigAllocation = ReadOnlyCompatible(rawValue: 0x200)
        /// Metadata has checksums.
        package static let metadataChecksums = ReadOnlyCompatible(rawValue: 0x400)
        /// Space can be limited by project.
        package static let projectQuota = ReadOnlyCompatible(rawValue: 0x2000)
    }

    /// Bits of `s_state`.
    package struct State: OptionSet, Sendable, Hashable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }
        /// It was closed cleanly.
        package static let clean = State(rawValue: 1)
        /// The kernel met an error; e2fsck has not looked since.
        package static let errors = State(rawValue: 2)
        /// Orphans are being recovered.
        package static let orphans = State(rawValue: 4)
    }

    /// Where it lies, in bytes from the start of the device.
    package static let offset: UInt64 = 1024
    /// Its length in bytes.
    package static let byteCount = 1024

    /// The filesystem's identity: `s_uuid`.
    package let uuid: UUID
    /// Its label: `s_volume_name`.
    package let label: String
    /// The bytes of a block: `s_log_block_size`.
    package let blockByteCount: UInt64
    /// How many blocks there are: `s_blocks_count`.
    package let blockCount: UInt64
    /// How many of them are free: `s_free_blocks_count`; old while the filesystem is mounted.
    package let freeBlockCount: UInt64
    /// How it was left: `s_state`.
    package let state: State
    /// What a system may ignore: `s_feature_compat`.
    package let compatible: Compatible
    /// What a system must know: `s_feature_incompat`.
    package let incompatible: Incompatible
    /// What a system must know to write: `s_feature_ro_compat`.
    package let readOnlyCompatible: ReadOnlyCompatible

    /// Whether the journal must be replayed before the filesystem is whole.
    package var needsRecovery: Bool { incompatible.contains(.recover) }

    /// The filesystem's length in bytes.
    package var byteCount: UInt64 { blockCount * blockByteCount }

    /// Reads the superblock of a device.
    ///
    /// - Throws: `FormatFault`.
    package init(reading source: some ByteSource) throws(FormatFault) {
        try self.init(
            decoding: try source.bytes(
                Ext4Superblock.byteCount, at: Ext4Superblock.offset, of: .ext4Superblock))
    }

    /// Reads a superblock's 1024 bytes.
    package init(decoding bytes: [UInt8]) throws(FormatFault) {
        guard bytes.count >= Ext4Superblock.byteCount else {
            throw .truncated(
                .ext4Superblock, byteCount: UInt64(bytes.count),
                wanted: UInt64(Ext4Superblock.byteCount))
        }
        let bytes = Array(bytes.prefix(Ext4Superblock.byteCount))
        guard bytes.integer(at: 56) == UInt16(0xEF53) else { throw .absent(.ext4Superblock) }
        let blockShift: UInt32 = bytes.integer(at: 24)
        guard blockShift <= 6 else {
            throw .badField(
                .ext4Superblock, field: "s_log_block_size", value: UInt64(blockShift),
                problem: "blocks of more than 64 KiB")
        }
        compatible = Compatible(rawValue: bytes.integer(at: 92))
        incompatible = Incompatible(rawValue: bytes.integer(at: 96))
        readOnlyCompatible = ReadOnlyCompatible(rawValue: bytes.integer(at: 100))
        state = State(rawValue: bytes.integer(at: 58))
        uuid = UUID(unchecked: Array(bytes[104..<120]))
        label = bytes.text(at: 120, count: 16)
        blockByteCount = 1024 << UInt64(blockShift)
        let isWide = incompatible.contains(.is64Bit)
        func count(_ low: Int, _ high: Int) -> UInt64 {
            UInt64(bytes.integer(at: low) as UInt32)
                | (isWide ? UInt64(bytes.integer(at: high) as UInt32) << 32 : 0)
        }
        blockCount = count(4, 0x150)
        freeBlockCount = count(12, 0x158)
        guard !blockCount.multipliedReportingOverflow(by: blockByteCount).overflow else {
            throw .badField(
                .ext4Superblock, field: "s_blocks_count", value: blockCount,
                problem: "more than 64 bits of bytes")
        }
        guard freeBlockCount <= blockCount else {
            throw .badField(
                .ext4Superblock, field: "s_free_blocks_count", value: freeBlockCount,
                problem: "of \(blockCount) blocks")
        }
    }
}

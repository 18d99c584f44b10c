/// An md superblock of version 1.0, 1.1 or 1.2: `struct mdp_superblock_1` of linux/raid/md_p.h.
///
/// It is its bytes, and the fields are views into them: what this type does not know comes back as
/// it was. Sectors are of 512 bytes, whatever the disk's are. The checksum is made anew by
/// `encoded()`.
package struct MDSuperblock: Sendable, Equatable {
    /// Bits of `feature_map`.
    package struct Features: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// `bitmap_offset` is meant: there is a bitmap.
        package static let bitmap = Features(rawValue: 1 << 0)
        /// `recovery_offset` is meant: the leg is not whole yet.
        package static let recoveryOffset = Features(rawValue: 1 << 1)
        /// A reshape is on its way.
        package static let reshapeActive = Features(rawValue: 1 << 2)
        /// The bad-block log is not empty.
        package static let badBlocks = Features(rawValue: 1 << 3)
        /// The device takes the place of an active one with the same role.
        package static let replacement = Features(rawValue: 1 << 4)
        /// The reshape goes from the end to the start.
        package static let reshapeBackwards = Features(rawValue: 1 << 5)
        /// `new_offset` is meant.
        package static let newOffset = Features(rawValue: 1 << 6)
        /// The recovery of this leg follows the bitmap.
        package static let recoveryBitmap = Features(rawValue: 1 << 7)
        /// The array belongs to a cluster.
        package static let clustered = Features(rawValue: 1 << 8)
        /// The array has a journal device.
        package static let journal = Features(rawValue: 1 << 9)
        /// The bitmap's place is taken by a partial parity log.
        package static let partialParityLog = Features(rawValue: 1 << 10)
        /// There are several such logs.
        package static let multipleParityLogs = Features(rawValue: 1 << 11)
        /// `layout` is meant, on a RAID 0.
        package static let raid0Layout = Features(rawValue: 1 << 12)
    }

    /// Bits of `devflags`.
    package struct DeviceFlags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Reads go to the other legs while there are any.
        package static let writeMostly = DeviceFlags(rawValue: 1 << 0)
        /// Requests fail at once instead of being tried again.
        package static let failFast = DeviceFlags(rawValue: 1 << 1)
    }

    /// The magic number, `MD_SB_MAGIC`.
    static let magic: UInt32 = 0xa92b_4efc
    /// The length without roles, in bytes.
    static let fixedByteCount = 256
    /// The most bytes a superblock may have: `MAX_SB_SIZE` of mdadm, as the kernel reads one page.
    package static let maximumByteCount = 4096
    /// A sector count that means "all": `MaxSector`.
    package static let allSectors = UInt64.max

    /// The version it was read as, or is meant for.
    package let version: MDVersion
    /// The bytes, a multiple of 512; the checksum in them may be an old one.
    var raw: [UInt8]

    /// Makes an empty superblock of an array that has nothing set; every role is a spare's.
    ///
    /// - Parameters:
    ///   - version: Not 0.90.
    ///   - deviceSectors: The device's length, 24 sectors or more.
    ///   - maximumDevices: How many roles it has, at most 1920; rounded up to fill a sector.
    package init(version: MDVersion, deviceSectors: UInt64, maximumDevices: Int = 128) {
        precondition(version != .v0_90 && (1...1920).contains(maximumDevices))
        guard let sector = version.superblockSector(deviceSectors: deviceSectors) else {
            preconditionFailure("a device of \(deviceSectors) sectors has no room for md")
        }
        self.version = version
        let byteCount = MDSuperblock.byteCount(maximumDevices: maximumDevices)
        raw = [UInt8](repeating: 0, count: MDSuperblock.fixedByteCount)
        raw += [UInt8](repeating: 0xff, count: byteCount - raw.count)
        raw.store(MDSuperblock.magic, at: 0)
        raw.store(UInt32(1), at: 4)
        raw.store(sector, at: 144)
        raw.store(UInt32((byteCount - MDSuperblock.fixedByteCount) / 2), at: 220)
    }

    /// Reads a superblock.
    ///
    /// - Parameters:
    ///   - source: The whole member device.
    ///   - version: Where to look: 1.0, 1.1 or 1.2.
    /// - Throws: `FormatFault`; a superblock that fails the kernel's own checks (`super_1_load`)
    ///   is none.
    package init(reading source: some ByteSource, version: MDVersion) throws(FormatFault) {
        precondition(version != .v0_90)
        let deviceSectors = source.byteCount / 512
        guard let sector = version.superblockSector(deviceSectors: deviceSectors) else {
            throw .truncated(.mdSuperblock, byteCount: source.byteCount, wanted: 24 * 512)
        }
        let bytes = try source.bytes(
            MDSuperblock.maximumByteCount, at: sector * 512, of: .mdSuperblock)
        try self.init(decoding: bytes, version: version, sector: sector)
    }

    /// Reads a superblock's bytes.
    ///
    /// - Parameters:
    ///   - bytes: From its start; what follows it does no harm.
    ///   - version: 1.0, 1.1 or 1.2.
    ///   - sector: Where they lie on the device.
    /// - Throws: As above.
    package init(
        decoding bytes: [UInt8], version: MDVersion, sector: UInt64
    ) throws(FormatFault) {
        precondition(version != .v0_90)
        guard bytes.count >= MDSuperblock.fixedByteCount else {
            throw .truncated(
                .mdSuperblock, byteCount: UInt64(bytes.count),
                wanted: UInt64(MDSuperblock.fixedByteCount))
        }
        guard bytes.integer(at: 0) == MDSuperblock.magic, bytes.integer(at: 4) == UInt32(1) else {
            throw .absent(.mdSuperblock)
        }
        let maximumDevices: UInt32 = bytes.integer(at: 220)
        guard maximumDevices <= 1920 else {
            throw .badField(
                .mdSuperblock, field: "max_dev", value: UInt64(maximumDevices),
                problem: "more than 1920 do not fit")
        }
        let byteCount = MDSuperblock.byteCount(maximumDevices: Int(maximumDevices))
        guard bytes.count >= byteCount else {
            throw .truncated(
                .mdSuperblock, byteCount: UInt64(bytes.count), wanted: UInt64(byteCount))
        }
        self.version = version
        raw = Array(bytes.prefix(byteCount))
        guard storedChecksum == computedChecksum else {
            throw .badChecksum(
                .mdSuperblock, stored: storedChecksum, computed: computedChecksum)
        }
        guard superSector == sector else {
            throw .misplaced(
                .mdSuperblock, field: "super_offset", stored: superSector, wanted: sector)
        }
    }

    /// The bytes to write at `superSector`, a multiple of 512, with the right checksum.
    package func encoded() -> [UInt8] {
        var bytes = raw
        bytes.store(computedChecksum, at: 216)
        return bytes
    }

    /// What to write to put it on its device.
    package var write: ByteWrite { ByteWrite(offset: superSector * 512, bytes: encoded()) }

    /// The checksum that is stored: `sb_csum`.
    private var storedChecksum: UInt32 { raw.integer(at: 216) }

    /// The checksum of the bytes: `calc_sb_1_csum` of drivers/md/md.c.
    private var computedChecksum: UInt32 {
        let end = MDSuperblock.fixedByteCount + 2 * Int(maximumDevices)
        var sum: UInt64 = 0
        for offset in stride(from: 0, to: end & ~3, by: 4) where offset != 216 {
            sum += UInt64(raw.integer(at: offset) as UInt32)
        }
        if end % 4 == 2 { sum += UInt64(raw.integer(at: end - 2) as UInt16) }
        return UInt32(truncatingIfNeeded: (sum & 0xffff_ffff) + sum >> 32)
    }

    private static func byteCount(maximumDevices: Int) -> Int {
        (fixedByteCount + 2 * maximumDevices + 511) & ~511
    }
}

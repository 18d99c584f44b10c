/// An md superblock of version 0.90: `mdp_super_t` of linux/raid/md_p.h; read only.
///
/// It is in the byte order of the machine that made it. Only little-endian ones are known here; a
/// big-endian one reads as none.
package struct MDSuperblock090: Sendable, Equatable {
    /// A device of the array: `mdp_disk_t`.
    package struct Disk: Sendable, Equatable {
        /// Its number in the array.
        package let number: UInt32
        /// Its slot.
        package let slot: UInt32
        /// Bits: faulty 0, active 1, in sync 2, removed 3, write-mostly 9, fail-fast 10.
        package let state: UInt32

        /// What it is in the array.
        package var role: MDRole {
            if state & 1 != 0 || state & 8 != 0 { return .faulty }
            // Active and in sync.
            if state & 6 == 6, let slot = UInt16(exactly: slot) { return .active(slot) }
            return .spare
        }
    }

    /// The length in bytes: `MD_SB_BYTES`.
    package static let byteCount = 4096
    /// The most devices an array may have: `MD_SB_DISKS`.
    static let maximumDisks = 27

    /// The array's identity: `set_uuid0` to `set_uuid3`.
    package let setUUID: UUID
    /// When the array was made: `ctime`.
    package let creationTime: MDTime
    /// The RAID level: `level`.
    package let level: Int32
    /// How many sectors of each device the array uses; the field `size` counts KiB.
    package let componentSectors: UInt64
    /// How many slots the array has: `raid_disks`.
    package let raidDisks: UInt32
    /// The minor number it would like to have: `md_minor`.
    package let preferredMinor: UInt32
    /// When the superblock was last written: `utime`.
    package let updateTime: MDTime
    /// Whether the array was stopped cleanly: bit 0 of `state`.
    package let isClean: Bool
    /// Whether a bitmap follows the superblock: bit 8 of `state`.
    package let hasBitmap: Bool
    /// How often the array's state changed: `events_hi` and `events_lo`.
    package let events: UInt64
    /// All devices: `disks`.
    package let disks: [Disk]
    /// The device that this superblock is on: `this_disk`.
    package let thisDisk: Disk

    /// Reads a superblock.
    ///
    /// - Parameter source: The whole member device.
    /// - Throws: `FormatFault`.
    package init(reading source: some ByteSource) throws(FormatFault) {
        let deviceSectors = source.byteCount / 512
        guard let sector = MDVersion.v0_90.superblockSector(deviceSectors: deviceSectors) else {
            throw .truncated(.mdSuperblock, byteCount: source.byteCount, wanted: 256 * 512)
        }
        try self.init(
            decoding: try source.bytes(
                MDSuperblock090.byteCount, at: sector * 512, of: .mdSuperblock))
    }

    /// Reads a superblock's 4096 bytes.
    package init(decoding bytes: [UInt8]) throws(FormatFault) {
        guard bytes.count >= MDSuperblock090.byteCount else {
            throw .truncated(
                .mdSuperblock, byteCount: UInt64(bytes.count),
                wanted: UInt64(MDSuperblock090.byteCount))
        }
        let bytes = Array(bytes.prefix(MDSuperblock090.byteCount))
        func word(_ index: Int) -> UInt32 { bytes.integer(at: 4 * index) }
        guard word(0) == MDSuperblock.magic, word(1) == 0 else { throw .absent(.mdSuperblock) }
        let minorVersion = word(2)
        guard minorVersion == 90 || minorVersion == 91 else {
            throw .badField(
                .mdSuperblock, field: "minor_version", value: UInt64(minorVersion),
                problem: "only 90 and 91 are known")
        }
        let checksum = MDSuperblock090.checksum(bytes)
        guard word(38) == checksum else {
            throw .badChecksum(.mdSuperblock, stored: word(38), computed: checksum)
        }
        guard word(10) <= UInt32(MDSuperblock090.maximumDisks) else {
            throw .badField(
                .mdSuperblock, field: "raid_disks", value: UInt64(word(10)),
                problem: "more than \(MDSuperblock090.maximumDisks) do not fit")
        }
        func disk(at index: Int) -> Disk {
            Disk(number: word(index), slot: word(index + 3), state: word(index + 4))
        }
        // Four words, which mdadm shows as numbers, so each is reversed in the bytes of its UUID.
        setUUID = UUID(
            unchecked: [5, 13, 14, 15].flatMap { index in
                bytes[(4 * index)..<(4 * index + 4)].reversed()
            })
        creationTime = MDTime(seconds: UInt64(word(6)))
        level = Int32(bitPattern: word(7))
        componentSectors = UInt64(word(8)) * 2
        raidDisks = word(10)
        preferredMinor = word(11)
        updateTime = MDTime(seconds: UInt64(word(32)))
        isClean = word(33) & 1 != 0
        hasBitmap = word(33) & 1 << 8 != 0
        events = UInt64(word(40)) << 32 | UInt64(word(39))
        disks = (0..<MDSuperblock090.maximumDisks).map { disk(at: 128 + 32 * $0) }
        thisDisk = disk(at: 992)
    }

    /// `calc_sb_csum` of drivers/md/md.c: 32-bit words, the checksum's own as 0, carries added.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt64 = 0
        for index in 0..<(byteCount / 4) where index != 38 {
            sum += UInt64(bytes.integer(at: 4 * index) as UInt32)
        }
        return UInt32(truncatingIfNeeded: (sum & 0xffff_ffff) + sum >> 32)
    }
}

/// The fields, by their offsets in `struct mdp_superblock_1`; kernel names in the comments.
extension MDSuperblock {
    // MARK: The array

    /// What else is meant: `feature_map`.
    package var features: Features {
        get { Features(rawValue: raw.integer(at: 8)) }
        set { raw.store(newValue.rawValue, at: 8) }
    }

    /// The array's identity: `set_uuid`.
    package var setUUID: UUID {
        get { UUID(unchecked: Array(raw[16..<32])) }
        set { raw.replaceSubrange(16..<32, with: newValue.bytes) }
    }

    /// The array's name, `host:name` or `name`: `set_name`; cut to 32 bytes when set.
    package var setName: String {
        get { raw.text(at: 32, count: 32) }
        set {
            let text = Array(newValue.utf8.prefix(32))
            raw.replaceSubrange(
                32..<64, with: text + [UInt8](repeating: 0, count: 32 - text.count))
        }
    }

    /// When the array was made: `ctime`.
    package var creationTime: MDTime {
        get { MDTime(rawValue: raw.integer(at: 64)) }
        set { raw.store(newValue.rawValue, at: 64) }
    }

    /// The RAID level; below 0 for linear and others: `level`.
    package var level: Int32 {
        get { raw.integer(at: 72) }
        set { raw.store(newValue, at: 72) }
    }

    /// How RAID 0, 5, 6 and 10 place their chunks: `layout`.
    package var layout: UInt32 {
        get { raw.integer(at: 76) }
        set { raw.store(newValue, at: 76) }
    }

    /// How many sectors of each device the array uses; for RAID1 its length: `size`.
    package var componentSectors: UInt64 {
        get { raw.integer(at: 80) }
        set { raw.store(newValue, at: 80) }
    }

    /// The sectors of a stripe's chunk; 0 for RAID1: `chunksize`.
    package var chunkSectors: UInt32 {
        get { raw.integer(at: 88) }
        set { raw.store(newValue, at: 88) }
    }

    /// How many slots the array has: `raid_disks`.
    package var raidDisks: UInt32 {
        get { raw.integer(at: 92) }
        set { raw.store(newValue, at: 92) }
    }

    /// Where the bitmap is, in sectors from the superblock; meant with `.bitmap`: `bitmap_offset`.
    package var bitmapOffset: Int32 {
        get { raw.integer(at: 96) }
        set { raw.store(newValue, at: 96) }
    }

    // MARK: A reshape; meant with `.reshapeActive`

    /// The level it will have: `new_level`.
    package var newLevel: Int32 {
        get { raw.integer(at: 100) }
        set { raw.store(newValue, at: 100) }
    }

    /// How far the reshape is, in sectors of the array: `reshape_position`.
    package var reshapePosition: UInt64 {
        get { raw.integer(at: 104) }
        set { raw.store(newValue, at: 104) }
    }

    /// How many slots are added: `delta_disks`.
    package var deltaDisks: Int32 {
        get { raw.integer(at: 112) }
        set { raw.store(newValue, at: 112) }
    }

    /// The layout it will have: `new_layout`.
    package var newLayout: UInt32 {
        get { raw.integer(at: 116) }
        set { raw.store(newValue, at: 116) }
    }

    /// The chunk it will have, in sectors: `new_chunk`.
    package var newChunkSectors: UInt32 {
        get { raw.integer(at: 120) }
        set { raw.store(newValue, at: 120) }
    }

    /// How far the data of this device moves, in sectors: `new_offset`.
    package var newOffset: Int32 {
        get { raw.integer(at: 124) }
        set { raw.store(newValue, at: 124) }
    }

    // MARK: This device

    /// The first sector of the data: `data_offset`.
    package var dataSector: UInt64 {
        get { raw.integer(at: 128) }
        set { raw.store(newValue, at: 128) }
    }

    /// How many sectors may be used for data, which can be more than are: `data_size`.
    package var dataSectors: UInt64 {
        get { raw.integer(at: 136) }
        set { raw.store(newValue, at: 136) }
    }

    /// Where this superblock lies: `super_offset`.
    package var superSector: UInt64 {
        get { raw.integer(at: 144) }
        set { raw.store(newValue, at: 144) }
    }

    /// How many sectors of the data are recovered; meant with `.recoveryOffset`.
    ///
    /// `recovery_offset`, and `journal_tail` on a journal device.
    package var recoveryOffset: UInt64 {
        get { raw.integer(at: 152) }
        set { raw.store(newValue, at: 152) }
    }

    /// This device's number, which is its place in `deviceRoles`: `dev_number`.
    package var deviceNumber: UInt32 {
        get { raw.integer(at: 160) }
        set { raw.store(newValue, at: 160) }
    }

    /// How many read errors were cured by writing: `cnt_corrected_read`.
    package var correctedReads: UInt32 {
        get { raw.integer(at: 164) }
        set { raw.store(newValue, at: 164) }
    }

    /// The device's identity: `device_uuid`.
    package var deviceUUID: UUID {
        get { UUID(unchecked: Array(raw[168..<184])) }
        set { raw.replaceSubrange(168..<184, with: newValue.bytes) }
    }

    /// How the device is used: `devflags`.
    package var deviceFlags: DeviceFlags {
        get { DeviceFlags(rawValue: raw[184]) }
        set { raw[184] = newValue.rawValue }
    }

    /// The unit of the bad-block log, as a power of two of sectors: `bblog_shift`.
    package var badBlockShift: UInt8 {
        get { raw[185] }
        set { raw[185] = newValue }
    }

    /// How many sectors are kept for the bad-block log; 0 for none: `bblog_size`.
    package var badBlockSectors: UInt16 {
        get { raw.integer(at: 186) }
        set { raw.store(newValue, at: 186) }
    }

    /// Where the bad-block log is, in sectors from the superblock: `bblog_offset`.
    package var badBlockOffset: Int32 {
        get { raw.integer(at: 188) }
        set { raw.store(newValue, at: 188) }
    }

    // MARK: State

    /// When the superblock was last written: `utime`.
    package var updateTime: MDTime {
        get { MDTime(rawValue: raw.integer(at: 192)) }
        set { raw.store(newValue.rawValue, at: 192) }
    }

    /// How often the array's state changed: `events`.
    package var events: UInt64 {
        get { raw.integer(at: 200) }
        set { raw.store(newValue, at: 200) }
    }

    /// How many sectors are known to be in sync; `allSectors` when clean: `resync_offset`.
    package var resyncOffset: UInt64 {
        get { raw.integer(at: 208) }
        set { raw.store(newValue, at: 208) }
    }

    /// How many roles there are: `max_dev`.
    package var maximumDevices: UInt32 { raw.integer(at: 220) }

    // MARK: Roles

    /// The roles of all devices, by device number: `dev_roles`.
    package var deviceRoles: [MDRole] {
        (0..<Int(maximumDevices)).map { number in
            MDRole(rawValue: raw.integer(at: MDSuperblock.fixedByteCount + 2 * number))
        }
    }

    /// Gives a device number, below `maximumDevices`, a role.
    package mutating func setRole(_ role: MDRole, ofDevice number: UInt32) {
        precondition(number < maximumDevices)
        raw.store(role.rawValue, at: MDSuperblock.fixedByteCount + 2 * Int(number))
    }

    /// This device's role; a number without an entry is a spare's, as md has it.
    package var role: MDRole {
        deviceNumber < maximumDevices
            ? MDRole(
                rawValue: raw.integer(at: MDSuperblock.fixedByteCount + 2 * Int(deviceNumber)))
            : .spare
    }

    /// Whether every sector is known to be in sync.
    package var isClean: Bool { resyncOffset == MDSuperblock.allSectors }
}

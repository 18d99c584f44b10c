/// Where an md superblock lies, which is what its version's last digit says.
package enum MDVersion: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// The old format: 64 to 128 KiB before the end.
    case v0_90 = "0.90"
    /// 8 to 12 KiB before the end.
    case v1_0 = "1.0"
    /// At the start.
    case v1_1 = "1.1"
    /// 4 KiB after the start.
    case v1_2 = "1.2"

    package var description: String { rawValue }

    /// Where the superblock lies on a device.
    ///
    /// Version 1: `super_1_load` in the kernel's drivers/md/md.c; 0.90: `MD_NEW_SIZE_SECTORS` in
    /// linux/raid/md_p.h.
    ///
    /// - Parameter deviceSectors: The device's length in sectors of 512 bytes.
    /// - Returns: A sector of 512 bytes; nil when the device is too small for any.
    package func superblockSector(deviceSectors: UInt64) -> UInt64? {
        switch self {
        case .v0_90:
            // Two times the reserved 64 KiB leaves at least one sector of data.
            deviceSectors < 256 ? nil : (deviceSectors & ~127) - 128
        // mdadm refuses fewer than 24 sectors for each of the three.
        case .v1_0: deviceSectors < 24 ? nil : (deviceSectors - 16) & ~7
        case .v1_1: deviceSectors < 24 ? nil : 0
        case .v1_2: deviceSectors < 24 ? nil : 8
        }
    }
}

/// What a device is in its array.
package enum MDRole: Sendable, Hashable, CustomStringConvertible {
    /// It holds the data of a slot.
    case active(UInt16)
    /// It waits, or the slot of this device number is not used.
    case spare
    /// It failed.
    case faulty
    /// It is the journal of a RAID 4, 5 or 6.
    case journal

    /// The role for a number of `dev_roles`.
    package init(rawValue: UInt16) {
        switch rawValue {
        case 0xffff: self = .spare
        case 0xfffe: self = .faulty
        case 0xfffd: self = .journal
        default: self = .active(rawValue)
        }
    }

    /// The number in `dev_roles`.
    package var rawValue: UInt16 {
        switch self {
        case .active(let slot): slot
        case .spare: 0xffff
        case .faulty: 0xfffe
        case .journal: 0xfffd
        }
    }

    package var description: String {
        switch self {
        case .active(let slot): "active \(slot)"
        case .spare: "spare"
        case .faulty: "faulty"
        case .journal: "journal"
        }
    }
}

/// A time of md: the seconds since 1970 in 40 bits, microseconds in the 24 above them.
package struct MDTime: Sendable, Hashable, Comparable {
    /// The field as it is stored.
    package let rawValue: UInt64

    /// Wraps a stored field.
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// A time to store, cut to 40 and 24 bits.
    package init(seconds: UInt64, microseconds: UInt64 = 0) {
        rawValue = microseconds << 40 | seconds & (1 << 40 - 1)
    }

    /// Seconds since 1970.
    package var seconds: UInt64 { rawValue & (1 << 40 - 1) }
    /// Microseconds of the second.
    package var microseconds: UInt64 { rawValue >> 40 }

    package static func < (left: MDTime, right: MDTime) -> Bool {
        (left.seconds, left.microseconds) < (right.seconds, right.microseconds)
    }
}

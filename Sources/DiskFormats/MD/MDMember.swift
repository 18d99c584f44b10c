/// A superblock of any version, as far as all of them say the same.
package enum MDMember: Sendable, Equatable {
    /// One of 1.0, 1.1 or 1.2.
    case version1(MDSuperblock)
    /// One of 0.90.
    case version090(MDSuperblock090)

    /// What was found in one of the places where a superblock can lie.
    package struct Finding: Sendable, Equatable {
        /// The version that has its place there.
        package let version: MDVersion
        /// The superblock, or what is wrong with it.
        package let result: Result<MDMember, FormatFault>
    }

    /// Looks in every place where a superblock can lie.
    ///
    /// More than one is a fault of the disk: one of an old array was not wiped.
    ///
    /// - Parameter source: The whole device.
    /// - Returns: A finding for each place that is not simply without one.
    package static func findings(in source: some ByteSource) -> [Finding] {
        MDVersion.allCases.compactMap { version in
            let result = outcome { () throws(FormatFault) -> MDMember in
                version == .v0_90
                    ? .version090(try MDSuperblock090(reading: source))
                    : .version1(try MDSuperblock(reading: source, version: version))
            }
            if case .failure(let fault) = result, fault.isAbsence { return nil }
            return Finding(version: version, result: result)
        }
    }

    /// Where the superblock lies.
    package var version: MDVersion {
        switch self {
        case .version1(let superblock): superblock.version
        case .version090: .v0_90
        }
    }

    /// The array's identity.
    package var setUUID: UUID {
        switch self {
        case .version1(let superblock): superblock.setUUID
        case .version090(let superblock): superblock.setUUID
        }
    }

    /// The RAID level.
    package var level: Int32 {
        switch self {
        case .version1(let superblock): superblock.level
        case .version090(let superblock): superblock.level
        }
    }

    /// How many slots the array has.
    package var raidDisks: UInt32 {
        switch self {
        case .version1(let superblock): superblock.raidDisks
        case .version090(let superblock): superblock.raidDisks
        }
    }

    /// How many sectors of each device the array uses.
    package var componentSectors: UInt64 {
        switch self {
        case .version1(let superblock): superblock.componentSectors
        case .version090(let superblock): superblock.componentSectors
        }
    }

    /// How often the array's state changed.
    package var events: UInt64 {
        switch self {
        case .version1(let superblock): superblock.events
        case .version090(let superblock): superblock.events
        }
    }

    /// When the superblock was last written.
    package var updateTime: MDTime {
        switch self {
        case .version1(let superblock): superblock.updateTime
        case .version090(let superblock): superblock.updateTime
        }
    }

    /// This device's role.
    package var role: MDRole {
        switch self {
        case .version1(let superblock): superblock.role
        case .version090(let superblock): superblock.thisDisk.role
        }
    }

    /// Whether the array was stopped cleanly and every sector is in sync.
    package var isClean: Bool {
        switch self {
        case .version1(let superblock): superblock.isClean
        case .version090(let superblock): superblock.isClean
        }
    }
}

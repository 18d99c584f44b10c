package import Deployment
package import Storage
package import Syscalls

/// The legs of the mounted boot volume, by the roles of their disks.
package struct BootVolumeLegs: Sendable {
    /// Those that have all data.
    package let readers: [LegReader]
    /// The others, and what is wrong with them.
    package let unread: [String: VolumeLeg.State]

    /// Finds them.
    ///
    /// - Parameters:
    ///   - path: Where the volume is mounted.
    ///   - disks: The disk of each role, as far as that is known.
    ///   - system: The kernel's files.
    /// - Throws: `LegReaderError`.
    package init(
        ofVolumeAt path: String, disks: [String: ObservedDisk], in system: SystemTree = .live
    ) throws(LegReaderError) {
        var readers: [LegReader] = []
        var unread: [String: VolumeLeg.State] = [:]
        for leg in try VolumeLeg.all(ofVolumeAt: path, in: system) {
            let role = disks.first { _, disk in
                disk.areas.contains { $0.device == leg.device }
            }?.key
            if leg.state == .whole {
                readers.append(try LegReader(leg, role: role, in: system))
            } else {
                unread[role ?? leg.device] = leg.state
            }
        }
        self.readers = readers
        self.unread = unread
    }
}

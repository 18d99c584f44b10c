package import Alarms
import CSyscalls
import Deployment
import Glibc
package import Recovery
package import Storage
package import Syscalls

/// What is watched of a machine.
///
/// Disks are read only when one has come or gone: a NAS disk that sleeps stays asleep. What changes
/// from moment to moment is in sysfs.
package final class WatchedMachine {
    /// What was found when disks were last read.
    private struct Known {
        let devices: [String]
        let observation: Observation
        let layout: Layout?
    }

    /// What was found now.
    package struct Finding {
        /// The arrays.
        package let arrays: [ArrayStatus]
        /// The disks.
        package let disks: [ObservedDisk]
        /// The disks' lasting names, by their roles.
        package let roles: [String: String]
        /// Whether disks were read for it, as other ones are there than before.
        package let isNew: Bool

        /// Whether all arrays have all legs.
        package var isWhole: Bool { arrays.allSatisfy(\.isWhole) }
    }

    private let observer: Observer
    private let volumePath: String
    private var system: SystemTree { observer.system }
    private var known: Known?

    /// Prepares.
    ///
    /// - Parameters:
    ///   - observer: How to look at the disks.
    ///   - volumePath: Where the boot volume is mounted, if it is.
    package init(_ observer: Observer, volumePath: String) {
        self.observer = observer
        self.volumePath = volumePath
    }

    /// Looks.
    ///
    /// - Throws: When the disks may not be read, or the boot volume is damaged.
    package func look() throws -> Finding {
        let devices = system.names("/sys/class/block")
        if let known, known.devices == devices,
            let observation = observer.refreshed(known.observation)
        {
            return finding(known, observation, isNew: false)
        }
        let new = Known(
            devices: devices, observation: try observer.observe(), layout: try layout())
        known = new
        return finding(new, new.observation, isNew: true)
    }

    /// The recorded layout; nil on a machine without a boot volume of ours, which is watched, too.
    private func layout() throws -> Layout? {
        guard let volume = try? BootVolume(at: volumePath), try volume.layoutBytes() != nil else {
            return nil
        }
        return try volume.layout()
    }

    private func finding(_ known: Known, _ observation: Observation, isNew: Bool) -> Finding {
        let roles = known.layout?.disks(in: observation).mapValues(\.lastingName) ?? [:]
        return Finding(
            arrays: ArrayStatus.all(of: known.layout, in: observation), disks: observation.disks,
            roles: roles, isNew: isNew)
    }

    /// How the machine was started, in its own words.
    package func start() -> (id: String, degraded: String?) {
        let id = system.text("/proc/sys/kernel/random/boot_id") ?? "unknown"
        let isDegraded = system.exists("/run/slipway/degraded")
        return (
            id,
            isDegraded ? "the machine started without a leg of the boot array" : nil
        )
    }

    /// The bay of a disk, by the links that udev makes; nil where it is in none.
    package func bay(ofDisk path: String) -> Int? {
        for name in system.names("/dev/slipway") where name.hasPrefix("bay") {
            guard let number = Int(name.dropFirst(3)),
                system.target(of: "/dev/slipway/\(name)") == path
            else { continue }
            return number
        }
        return nil
    }

    /// The room on the boot volume and the layout's other volumes that are mounted.
    package func rooms() throws(SystemError) -> [VolumeRoom] {
        var rooms: [VolumeRoom] = []
        for volume in known?.layout?.volumes ?? [] {
            guard let path = volume.mountPoint.map({ system.path($0) }),
                let status = try FileSystem.status(path),
                let above = try FileSystem.status("\(path)/.."), status.st_dev != above.st_dev
            else { continue }
            var space = statvfs()
            try checked("statvfs", path) { statvfs(path, &space) }
            let blockByteCount = UInt64(space.f_frsize)
            rooms.append(
                VolumeRoom(
                    name: volume.name, byteCount: UInt64(space.f_blocks) * blockByteCount,
                    availableByteCount: UInt64(space.f_bavail) * blockByteCount))
        }
        return rooms
    }

    /// Bytes that the kernel counted as written to a disk since it came
    /// (Documentation/block/stat.rst: field 7, in sectors of 512 bytes).
    package func writtenByteCount(ofDisk path: String) -> UInt64? {
        let name = path.split(separator: "/").dropFirst().joined(separator: "!")
        let fields = (system.text("/sys/class/block/\(name)/stat") ?? "").split(separator: " ")
        guard fields.count > 6, let sectors = UInt64(fields[6]) else { return nil }
        let (bytes, overflow) = sectors.multipliedReportingOverflow(by: 512)
        return overflow ? nil : bytes
    }
}

extension WatchedMachine {
    /// What smartd found, as an alarm sees it.
    ///
    /// - Throws: `WatchError.noDisk` when the disk has left meanwhile.
    package func condition(of report: SmartReport) throws -> AlarmCondition {
        let finding = try look()
        guard let disk = finding.disks.first(where: { $0.path == report.device }) else {
            throw WatchError.noDisk(report.device)
        }
        let role = finding.roles.first { $0.value == disk.lastingName }?.key
        let bay = bay(ofDisk: disk.path)
        let name = role ?? bay.map { "the disk in bay \($0)" } ?? disk.path
        return AlarmCondition(
            .diskFailing, disk.lastingName, "\(name) is failing: \(report.message)", bay: bay)
    }
}

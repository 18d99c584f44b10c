import CSyscalls
import Glibc
import Storage
package import Syscalls

/// One leg of the array that a mounted filesystem lies on; or its only device where there is no
/// array.
package struct VolumeLeg: Sendable, Equatable {
    /// What a leg is good for.
    package enum State: String, Sendable, Equatable {
        /// It has all data.
        case whole
        /// It is being filled, or waits for that.
        case incomplete
        /// md works without it.
        case faulty
        /// Its disk is gone, which md notices only when it writes to it.
        case gone
    }

    /// The leg's device, such as `/dev/sda3`.
    package let device: String
    /// Its slot in the array, from 0; nil without one.
    package let slot: Int?
    /// What it is good for.
    package let state: State
    /// Where the filesystem's first byte lies in the device.
    package let start: UInt64

    /// Makes a leg.
    package init(device: String, slot: Int?, state: State, start: UInt64) {
        self.device = device
        self.slot = slot
        self.state = state
        self.start = start
    }

    /// All legs of the volume that a folder is on, by their slots.
    ///
    /// - Throws: `LegReaderError.noDevice`, `.noMirror`, `.noDataOffset`.
    package static func all(
        ofVolumeAt folder: String, in system: SystemTree = .live
    ) throws(LegReaderError) -> [VolumeLeg] {
        let number: String
        do throws(SystemError) {
            let device = try File(folder, flags: O_RDONLY | O_DIRECTORY).status().st_dev
            number = "\(gnu_dev_major(device)):\(gnu_dev_minor(device))"
        } catch {
            throw .noPlaces(error)
        }
        return try all(ofDevice: number, holding: folder, in: system)
    }

    /// All legs of a block device.
    ///
    /// sysfs: Documentation/admin-guide/md.rst, `md/dev-XXX`.
    ///
    /// - Parameters:
    ///   - number: The device's major and minor number, such as `9:127`.
    ///   - folder: What is mounted from it, for messages.
    ///   - system: The kernel's files.
    /// - Returns: The legs by their slots.
    /// - Throws: As above.
    static func all(
        ofDevice number: String, holding folder: String, in system: SystemTree
    ) throws(LegReaderError) -> [VolumeLeg] {
        var place = system.target(of: "/sys/dev/block/\(number)")
        guard system.exists("\(place)/dev") else {
            throw .noDevice(folder: folder, number: number)
        }
        var start: UInt64 = 0
        let parent = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? place
        // A partition of an array of whole disks.
        if system.exists("\(place)/partition"), system.exists("\(parent)/md") {
            start = (system.number("\(place)/start") ?? 0) * 512
            place = parent
        }
        let name = devicePath(place.split(separator: "/").last ?? "")
        guard system.exists("\(place)/md") else {
            return [VolumeLeg(device: name, slot: nil, state: .whole, start: start)]
        }
        let level = system.text("\(place)/md/level") ?? "unknown"
        guard level == "raid1" else { throw .noMirror(array: name, level: level) }
        var legs: [VolumeLeg] = []
        for member in system.names("\(place)/md") where member.hasPrefix("dev-") {
            let folder = "\(place)/md/\(member)"
            let device = devicePath(member.dropFirst(4))
            guard let offset = system.number("\(folder)/offset") else {
                throw .noDataOffset(array: name, leg: device)
            }
            legs.append(
                VolumeLeg(
                    device: device,
                    slot: system.number("\(folder)/slot").flatMap(Int.init(exactly:)),
                    state: state(of: folder, in: system), start: start + offset * 512))
        }
        return legs.sorted { ($0.slot ?? .max, $0.device) < ($1.slot ?? .max, $1.device) }
    }

    private static func state(of folder: String, in system: SystemTree) -> State {
        let flags = (system.text("\(folder)/state") ?? "").split(separator: ",")
        if flags.contains("faulty") { return .faulty }
        // The link stays when the device goes; what it leads to does not.
        guard system.exists("\(folder)/block/dev") else { return .gone }
        return flags.contains("in_sync") ? .whole : .incomplete
    }

    /// Names with a slash, of old RAID controllers, have an exclamation mark in sysfs.
    private static func devicePath(_ name: some StringProtocol) -> String {
        "/dev/" + String(name.map { $0 == "!" ? "/" : $0 })
    }
}

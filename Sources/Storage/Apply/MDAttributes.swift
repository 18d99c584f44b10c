import Glibc
import Syscalls

/// Writes attributes of an array in sysfs (Documentation/admin-guide/md.rst).
///
/// Where mdadm does no more than write one of these, they are written here: a process costs 30 to
/// 90 ms in the lab, and members whose device is gone have a folder but no path to name.
struct MDAttributes: Sendable {
    /// The array, such as `/dev/md127`.
    let array: String
    private let system: SystemTree

    init(of array: String, in system: SystemTree) {
        self.array = array
        self.system = system
    }

    private var folder: String { "/sys/block/\(SystemTree.kernelName(of: array))/md" }

    /// The text of an attribute; nil when it is not there.
    func text(_ name: String) -> String? { system.text("\(folder)/\(name)") }

    /// Writes an attribute; again for a while when md says that it is busy.
    ///
    /// - Throws: `ApplyError.refused`.
    func write(_ value: String, to name: String, secondsWhileBusy: Int = 10) throws(ApplyError) {
        let path = "\(folder)/\(name)"
        for attempt in 0... {
            do throws(SystemError) {
                try File(system.path(path), flags: O_WRONLY).write(Array(value.utf8))
                return
            } catch {
                guard error.code == EBUSY, attempt < secondsWhileBusy * 10 else {
                    throw .refused(
                        attribute: path, value: value, reason: String(cString: strerror(error.code))
                    )
                }
            }
            Pause.milliseconds(100)
        }
    }

    /// Writes the state of a member: `faulty`, `remove`, `writemostly`.
    func write(_ state: String, ofMember device: String) throws(ApplyError) {
        try write(state, to: "dev-\(SystemTree.kernelName(of: device))/state")
    }

    /// Lets writes in.
    ///
    /// An array that was assembled after a crash waits for the first write before it copies
    /// anything: `mdadm --wait` would wait for ever.
    func makeWritable() throws(ApplyError) {
        guard let state = text("array_state"), ["readonly", "read-auto"].contains(state) else {
            return
        }
        try write("active", to: "array_state")
    }
}

extension SystemTree {
    /// What sysfs calls a device of `/dev`.
    static func kernelName(of path: String) -> String {
        path.split(separator: "/").dropFirst().joined(separator: "!")
    }
}

/// Pauses of the calling thread, for who polls what the kernel tells nobody.
enum Pause {
    /// Sleeps.
    static func milliseconds(_ count: UInt32) { usleep(count * 1000) }
}

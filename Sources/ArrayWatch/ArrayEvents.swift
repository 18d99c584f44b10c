import CSyscalls
import Glibc
import Syscalls

/// Waits for md to tell that an array changed.
///
/// /proc/mdstat has an exceptional condition (`POLLPRI`) after each event, until it is opened anew
/// (drivers/md/md.c, `mdstat_poll`).
struct ArrayEvents {
    private let path: String
    private var file: File?

    /// Begins to listen.
    init(in system: SystemTree) {
        path = system.path("/proc/mdstat")
        file = ArrayEvents.open(path)
    }

    /// Waits.
    ///
    /// - Parameter milliseconds: No longer than this.
    /// - Returns: Whether an array changed.
    mutating func wait(milliseconds: Int32) -> Bool {
        // The module md may be loaded later; until then there are no arrays.
        if file == nil { file = ArrayEvents.open(path) }
        var polled = pollfd(fd: file?.descriptor ?? -1, events: Int16(POLLPRI), revents: 0)
        guard poll(&polled, 1, milliseconds) > 0 else { return false }
        file = ArrayEvents.open(path)
        return true
    }

    /// The file; nil where the kernel has no md.
    private static func open(_ path: String) -> File? { try? File(path) }
}

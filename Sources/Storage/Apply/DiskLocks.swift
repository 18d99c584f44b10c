import Glibc
import Syscalls

/// Keeps udev, and all others that heed locks, away from disks for as long as it lives.
///
/// udev looks at a disk whenever somebody closed it after writing, and has the kernel read its
/// table again: for a moment its partitions are gone. A disk that is locked with flock(2) is let
/// alone until the lock goes (https://systemd.io/BLOCK_DEVICE_LOCKING).
struct DiskLocks: Sendable {
    private let files: [File]

    /// Locks disks; waits some seconds for who looks at one just now.
    ///
    /// - Parameters:
    ///   - paths: Whole disks, or files that hold an image of one.
    ///   - secondsWhileLocked: How long to wait for somebody else's lock.
    /// - Throws: `ApplyError.locked`, `SystemError`.
    init(_ paths: Set<String>, secondsWhileLocked: Int = 10) throws {
        files = try paths.map { path in
            let file = try File(path, flags: O_RDONLY)
            for attempt in 0... {
                if try file.lock(wait: false) { break }
                guard attempt < secondsWhileLocked * 10 else { throw ApplyError.locked(path) }
                Pause.milliseconds(100)
            }
            return file
        }
    }
}

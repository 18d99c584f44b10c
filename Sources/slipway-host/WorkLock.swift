import Glibc
import Storage
import Syscalls

/// Keeps two commands from changing disks at once.
enum WorkLock {
    private static let path = "/run/slipway/apply.lock"

    /// Whether nobody changes disks now.
    static func isFree() throws -> Bool {
        try FileSystem.makeDirectory("/run/slipway")
        return try File(path, flags: O_RDWR | O_CREAT).lock(wait: false)
    }

    /// Runs work while nobody else does any.
    ///
    /// The program's own disk may be one that dies or is pulled: it can still say so then.
    ///
    /// - Parameters:
    ///   - waits: Whether to wait for who is at work.
    ///   - work: What to do.
    /// - Throws: `ApplyRefusal.busy`, and what `work` throws.
    /// - Returns: What `work` returns.
    static func holding<Value>(waits: Bool = false, _ work: () throws -> Value) throws -> Value {
        try FileSystem.makeDirectory("/run/slipway")
        let lock = try File.create(path)
        guard try lock.lock(wait: waits) else { throw ApplyRefusal.busy }
        ProgramMemory.keep()
        return try withExtendedLifetime(lock) { try work() }
    }
}

/// Why nothing was begun.
enum ApplyRefusal: Error, CustomStringConvertible {
    /// Another process changes disks.
    case busy

    var description: String { "another process changes disks" }
}

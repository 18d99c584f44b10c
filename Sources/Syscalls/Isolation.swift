package import CSyscalls
import Glibc

/// Why a process could not be put into namespaces of its own.
package enum IsolationError: Error, Equatable, CustomStringConvertible {
    /// A step failed with an errno.
    case failed(step: String, code: CInt)
    /// `/etc/subuid` or `/etc/subgid` gives the user no range of 65,535 ids.
    case noRange(file: String, user: String)

    package var description: String {
        switch self {
        case .failed(let step, let code): "isolation: \(step): \(String(cString: strerror(code)))"
        case .noRange(let file, let user): "\(file): no range of 65535 ids for \(user)"
        }
    }
}

/// Runs work in mount, PID, IPC and host name namespaces of its own, and as root of a user namespace when the
/// caller is an ordinary user.
///
/// Whatever the work mounts is seen by nobody else and goes with it, and so does every process
/// that it starts, whether it ends, is interrupted or is killed.
package enum Isolation {
    /// How an isolated run ended.
    package enum Outcome: Sendable, Equatable {
        /// It ended by itself with an exit status.
        case ended(status: CInt)
        /// A signal to the caller ended it.
        case interrupted(signal: CInt)
    }

    /// Runs `body` in a forked process; to be called before any thread starts.
    ///
    /// - Parameter body: The work; what it returns is the exit status of the process, 0 to 255.
    /// - Returns: How it ended.
    /// - Throws: `IsolationError` when the namespaces cannot be made; `body` has not run then.
    package static func run(_ body: () -> CInt) throws(IsolationError) -> Outcome {
        let ranges = try idRanges()
        let result = try checked(slipway_isolate(ranges.uid, ranges.gid, idCount))
        if result.is_worker == 1 { exit(body()) }
        return result.interruption != 0
            ? .interrupted(signal: result.interruption) : .ended(status: result.status)
    }

    /// Starts `body` in a forked process and does not wait for it; to be called while the caller has
    /// one thread only.
    ///
    /// - Parameters:
    ///   - hasNetwork: Whether the process sees the caller's network interfaces; otherwise it has
    ///     the loopback interface and no other.
    ///   - body: The work; what it returns is the exit status of the process, 0 to 255.
    /// - Returns: The number of the process. Killing it ends all that it started.
    /// - Throws: `IsolationError` when the namespaces cannot be made; `body` has not run then.
    package static func start(hasNetwork: Bool, _ body: () -> CInt) throws(IsolationError) -> pid_t
    {
        let ranges = try idRanges()
        let result = try checked(
            slipway_isolate_start(ranges.uid, ranges.gid, idCount, hasNetwork ? 1 : 0))
        if result.is_worker == 1 { exit(body()) }
        return result.process
    }

    private static func checked(_ result: slipway_isolation) throws(IsolationError)
        -> slipway_isolation
    {
        if let step = result.failed {
            throw .failed(step: String(cString: step), code: result.code)
        }
        return result
    }

    /// The starts of the ranges of ids that an ordinary user's namespace is given.
    private static func idRanges() throws(IsolationError) -> (uid: UInt32, gid: UInt32) {
        if geteuid() == 0 { return (0, 0) }
        return (
            try firstSubordinateID(in: "/etc/subuid"), try firstSubordinateID(in: "/etc/subgid")
        )
    }

    /// How many ids beside root's a namespace has: all that fit into 16 bits.
    private static let idCount: UInt32 = 65535

    /// The start of the caller's range in a file of subuid(5)'s format.
    package static func firstSubordinateID(in file: String) throws(IsolationError) -> UInt32 {
        let id = String(geteuid())
        let name = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? id
        let text = (try? FileSystem.readText(file)) ?? ""
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":")
            guard fields.count == 3, fields[0] == name || fields[0] == id,
                let first = UInt32(fields[1]), let count = UInt32(fields[2]), count >= idCount
            else { continue }
            return first
        }
        throw .noRange(file: file, user: name)
    }
}

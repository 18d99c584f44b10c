import Glibc
import JSON
import Syscalls

/// What was done when, as JSON lines: for people who look for what went wrong.
///
/// Nothing is ever decided by it. A rerun looks at the disks.
struct ApplyJournal {
    /// The journal of this boot.
    static let path = "/run/slipway/journal"
    /// The journal on the boot volume, below its mount point.
    static let volumePath = "state/slipway/journal"

    /// What happened to a step.
    enum Entry: String {
        case start, done, skip, failed
    }

    private let system: SystemTree
    private let now: () -> Int64

    /// Makes a journal.
    ///
    /// - Parameters:
    ///   - system: Where `/run` is.
    ///   - now: Seconds since 1970.
    init(in system: SystemTree, now: @escaping () -> Int64 = { Int64(time(nil)) }) {
        self.system = system
        self.now = now
    }

    /// Adds a line to the journal in `/run` and to that of the boot volume, if it is mounted.
    ///
    /// - Throws: `SystemError` when `/run` cannot be written. The volume's own may be the thing that
    ///   is broken; it is left out then.
    func add(
        _ entry: Entry, step number: Int, _ action: String, detail: String? = nil,
        _ observation: Observation
    ) throws(SystemError) {
        let line =
            JSON.makeObject([
                "time": .integer(now()), "event": .string(entry.rawValue),
                "step": .integer(Int64(number)), "action": .string(action),
                "detail": detail.map { .string($0) },
            ]).text() + "\n"
        try append(line, to: system.path(ApplyJournal.path))
        let mounted =
            observation.arrays.flatMap(\.mountPoints)
            + observation.disks.flatMap(\.areas).flatMap(\.mountPoints)
        guard mounted.contains(Layout.bootMountPoint) else { return }
        try? append(
            line, to: system.path("\(Layout.bootMountPoint)/\(ApplyJournal.volumePath)"))
    }

    private func append(_ line: String, to path: String) throws(SystemError) {
        if let slash = path.lastIndex(of: "/") {
            try FileSystem.makeDirectory(String(path[..<slash]))
        }
        let file = try File(path, flags: O_WRONLY | O_CREAT | O_APPEND)
        try file.write(Array(line.utf8))
        try file.synchronize()
    }
}

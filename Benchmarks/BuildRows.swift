import Command
import Syscalls

/// Rows about whole builds; they work on a copy of the tree that shares the pool.
enum BuildRows {
    static var all: [Row] {
        [
            Row(
                name: "build-unchanged", meaning: "slipway build with nothing changed",
                metric: .wall, bound: .below(0.5),
                make: { bench in
                    let copy = try TreeCopy(bench)
                    try copy.build.runChecked()
                    return (Row.Subject(copy.build), nil)
                }, cleanUp: TreeCopy.remove),
            Row(
                name: "make-unchanged", meaning: "make with nothing changed", metric: .wall,
                bound: .below(2),
                make: { bench in
                    var make = Command("make", ["--no-print-directory"])
                    make.folder = bench.root
                    // A make above, which runs us, must not be waited for by this one.
                    try make.with(environment: ["MAKEFLAGS": ""]).runChecked()
                    return (Row.Subject(make), nil)
                }),
            Row(
                name: "one-file",
                meaning: "one file of conf/rootfs changed to a new signed payload; a full build",
                metric: .wall, bound: .ratio(0.15),
                make: { bench in
                    let copy = try TreeCopy(bench)
                    try copy.build.runChecked()
                    var count = 0
                    let ours = Row.Subject(copy.build) {
                        // The full build before has left all stages warm.
                        count += 1
                        try FileSystem.writeAtomically("\(count)\n", to: copy.changedFile)
                    }
                    return (ours, Row.Subject(copy.build, prepare: copy.clean))
                }, cleanUp: TreeCopy.remove),
            Row(
                name: "build-memory", meaning: "the most memory of any process of a full build",
                metric: .memory, bound: .below(700_000_000),
                make: { bench in
                    let copy = try TreeCopy(bench)
                    return (Row.Subject(copy.build, prepare: copy.clean), nil)
                }, cleanUp: TreeCopy.remove),
        ]
    }
}

/// A copy of what a build reads, so that a measured build changes nothing of the tree's own.
struct TreeCopy {
    private let bench: Bench
    private let folder: String

    /// A file of the copy's conf/rootfs that the initramfs does not read.
    var changedFile: String { "\(folder)/conf/rootfs/etc/slipway-bench" }

    /// Makes the copy.
    init(_ bench: Bench) throws {
        self.bench = bench
        folder = TreeCopy.folder(bench)
        try TreeCopy.remove(bench)
        try FileSystem.makeDirectory(folder)
        for name in ["conf", "manifests", "packages"] {
            try Command("cp", ["-a", "\(bench.root)/\(name)", folder]).runChecked()
        }
        try FileSystem.makeLink("\(folder)/pool", to: "\(bench.root)/pool")
    }

    /// Builds the copy's payload.
    var build: Command {
        var command = Command(bench.program, ["build", "--log-format", "plain"])
        command.folder = folder
        return command
    }

    /// Removes every result of a stage, caches too.
    func clean() throws {
        for name in ["work", "out"] { try FileSystem.removeTree("\(folder)/\(name)") }
    }

    private static func folder(_ bench: Bench) -> String { "\(bench.workFolder)/tree" }

    /// Removes the copy.
    static func remove(_ bench: Bench) throws {
        try FileSystem.removeTree(folder(bench))
    }
}

import Command
import Debian
import Glibc
import Syscalls

/// Rows about making the root filesystem.
enum RootFSRows {
    static var all: [Row] {
        [
            Row(
                name: "rootfs",
                meaning:
                    "lock to configured root filesystem, warm pool, root; mmdebstrap with the same"
                    + " packages from a local repository",
                metric: .wall, bound: .ratio(0.65), packages: ["mmdebstrap", "apt-utils"],
                make: { bench in
                    let repository = try makeRepository(bench)
                    let output = "\(bench.workFolder)/mmdebstrap"
                    let peer = Row.Subject(
                        Command(
                            "mmdebstrap",
                            [
                                "--mode=root", "--quiet", "--variant=essential",
                                "--include=\(repository.names.joined(separator: ","))",
                                "--architectures=amd64", "trixie", output,
                                "deb [trusted=yes] copy://\(repository.path) ./",
                            ]
                        ).with(environment: ["SOURCE_DATE_EPOCH": String(repository.date)])
                    ) { try FileSystem.removeTree(output) }
                    return (assemble(bench, in: "\(bench.workFolder)/assembly"), peer)
                }, cleanUp: removeFolders),
            Row(
                name: "rootfs-user",
                meaning: "lock to configured root filesystem as an ordinary user; the same as root",
                metric: .wall, bound: .ratio(1.25), packages: ["uidmap"],
                make: { bench in
                    let user = try BenchUser.make(home: "\(bench.workFolder)/home")
                    let ours = user.command(
                        assemble(bench, in: "\(user.home)/assembly").command)
                    return (Row.Subject(ours), assemble(bench, in: "\(bench.workFolder)/assembly"))
                },
                cleanUp: { bench in
                    try BenchUser.remove()
                    try removeFolders(bench)
                }),
        ]
    }

    private static func assemble(_ bench: Bench, in folder: String) -> Row.Subject {
        var command = Command(
            "\(bench.root)/.build/release/slipway-bench", ["--assemble", folder])
        command.folder = bench.root
        return Row.Subject(command)
    }

    private static func removeFolders(_ bench: Bench) throws {
        for name in ["assembly", "mmdebstrap", "repository", "home"] {
            try FileSystem.removeTree("\(bench.workFolder)/\(name)")
        }
    }

    /// The pool's packages as a repository for apt.
    private static func makeRepository(_ bench: Bench) throws
        -> (path: String, names: [String], date: Int64)
    {
        let (lock, pool) = try Assembly(root: bench.root).packages()
        let path = "\(bench.workFolder)/repository"
        try FileSystem.removeTree(path)
        try LocalArchive.make(in: path, lock.packages, pool: pool, suite: "trixie")
        return (path, lock.packages.map(\.name), lock.date)
    }
}

/// An ordinary user with ranges of ids, who is there for as long as a row runs.
struct BenchUser {
    private static let name = "slipway-bench"

    /// A folder of the user's own.
    let home: String

    /// Makes the user; one that an interrupted run left behind is taken over.
    static func make(home: String) throws -> BenchUser {
        if getpwnam(name) == nil {
            try Command("useradd", ["--no-create-home", "--home-dir", home, name]).runChecked()
        }
        try FileSystem.makeDirectory(home)
        try Command("chown", ["\(name):", home]).runChecked()
        return BenchUser(home: home)
    }

    /// Removes the user.
    static func remove() throws {
        if getpwnam(name) != nil { try Command("userdel", [name]).runChecked() }
    }

    /// A command as this user runs it.
    func command(_ command: Command) -> Command {
        var wrapped = Command(
            "runuser", ["-u", BenchUser.name, "--", command.program] + command.arguments)
        wrapped.folder = command.folder
        wrapped.environment = command.environment
        wrapped.environment["HOME"] = home
        return wrapped
    }
}

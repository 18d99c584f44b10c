import Command
import Syscalls
import Testing

/// The tree that these tests belong to.
let repository = String(
    #filePath.prefix(upTo: #filePath.firstRange(of: "/Tests/")?.lowerBound ?? #filePath.endIndex))

/// A tree of its own with a small image, built by the program as people run it.
struct Project {
    let folder: TemporaryFolder
    var path: String { folder.path }

    /// The release build: what people use, and fast enough for real packages.
    static var program: String { "\(repository)/.build/release/slipway" }

    static var isBuilt: Bool { FileSystem.exists(program) }

    /// Whether the test may make namespaces and system users' files.
    static var isRoot: Bool { (try? Command("id", ["-u"]).run().text) == "0\n" }

    /// Makes a tree whose image is made of some packages; `more` goes to the end of its manifest.
    init(packages: [String] = ["dash"], more: String = "") throws {
        folder = try TemporaryFolder(in: "/var/tmp")
        try FileSystem.makeDirectory("\(path)/conf/rootfs/etc")
        try write("laid over\n", to: "conf/rootfs/etc/slipway-test")
        try write(
            """
            name: sample
            debian_release: trixie
            apt-repos:
              url: host
              distribution: trixie
              components: main
            base-packages: [\(packages.joined(separator: ", "))]
            \(more)
            """, to: "conf/build.manifest")
        // One pool for all tests: packages are fetched once.
        try FileSystem.makeDirectory("\(repository)/pool")
        try FileSystem.makeLink("\(path)/pool", to: "\(repository)/pool")
    }

    func write(_ text: String, to name: String, mode: UInt32 = 0o644) throws {
        let path = "\(path)/\(name)"
        if let slash = path.lastIndex(of: "/") {
            try FileSystem.makeDirectory(String(path[..<slash]))
        }
        try FileSystem.writeAtomically(text, to: path, mode: mode)
    }

    func read(_ name: String) throws -> String { try FileSystem.readText("\(path)/\(name)") }

    func slipway(_ arguments: [String], environment: [String: String] = [:]) throws
        -> CommandResult
    {
        var command = Command(Project.program, arguments).with(environment: environment)
        command.folder = path
        return try command.run()
    }

    /// A package of this tree, to be named under `local-packages`.
    func addPackage(_ name: String, postinst: String) throws {
        try write(
            """
            Package: \(name)
            Architecture: all
            Maintainer: A <a@example.org>
            Description: for a test
            """, to: "packages/\(name)/control")
        try write("#!/bin/sh\nset -e\n\(postinst)\n", to: "packages/\(name)/postinst", mode: 0o755)
    }

    /// What a build that failed must not leave: mounts, trees, anything half-made.
    func expectNothingLeft() throws {
        let mounts = try FileSystem.readText("/proc/self/mountinfo")
        #expect(!mounts.contains(path), "something is still mounted")
        let work = "\(path)/work/sample"
        if FileSystem.exists(work) {
            let left = try FileSystem.list(work).filter {
                $0.hasPrefix("slipway-") || $0.hasSuffix(".new")
            }
            #expect(left.isEmpty)
        }
        #expect(!FileSystem.exists("\(path)/out"))
    }
}

/// Whether Debian's archive answers; tests that need it say so when they skip.
enum Mirror {
    static let isThere: Bool = {
        let script =
            "apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | "
            + "grep '/debian/$' | head -n 1"
        guard let url = try? Command("sh", ["-c", script]).runChecked().text,
            let line = url.split(separator: "\n").first
        else { return false }
        let probe = Command(
            "curl", ["-sfIL", "-m", "20", "-o", "/dev/null", "\(line)dists/trixie/InRelease"])
        return (try? probe.run().isSuccess) ?? false
    }()
}

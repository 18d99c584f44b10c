import Command
import Glibc
import Syscalls
import Testing

/// A tree with sources whose builds behave in all the ways that builds do.
///
/// One for all tests and all runs, as the chroot takes long to make; so they run one after the other.
struct PackageTree {
    /// The folder of the tree.
    let path = "\(repository)/work/test-packages"
    /// What the programs that builds leave behind sleep: seconds that nobody else sleeps.
    static let sleepSeconds = "7654321"

    /// The tree with everything checked out, and the chroot made.
    static let shared = Result { try PackageTree() }

    private init() throws {
        for name in ["conf/rootfs", "repositories", "work", "manifests"] {
            try FileSystem.makeDirectory("\(path)/\(name)")
        }
        try FileSystem.makeDirectory("\(repository)/pool")
        try FileSystem.makeLink("\(path)/pool", to: "\(repository)/pool")
        let sleep = "sleep \(PackageTree.sleepSeconds)"
        try add("one", build: "cp /etc/debian_version one-file")
        try add("two", depends: "one", build: "cp /usr/share/one/one-file two-file")
        try add("fails", build: "echo doomed; exit 3")
        try add("outside", build: "touch /outside /etc/outside; echo 1 > outside-file")
        try add(
            "leaves", build: "(\(sleep) &); setsid \(sleep) & echo 1 > leaves-file")
        try add("hangs", build: sleep)
        try add("fills", build: "dd if=/dev/zero of=fills-file bs=1M")
        try add("secret", build: "echo the secret is $$WORD; echo 1 > secret-file")
        try add("connects", build: "cat /proc/net/dev > net; ! grep -v 'lo:\\|face\\||' net")
        try add(
            "swift",
            build: "echo 'print(6 * 7)' > main.swift; "
                + "swiftc -static-stdlib -o swift-file main.swift; "
                + "test $$(./swift-file) = 42; ! touch /opt/swift/usr/bin/more")
        try add(
            "fetches",
            build: "apt-get update && apt-get download hello && mv hello_*.deb fetches-file")
        try write("int one(void) { return 1; }\n", to: "repositories/compiles/one.c")
        try add("compiles", build: "cc -c one.c -o compiles-file && ccache --print-stats")
        try describe(
            "manual", build: "echo 1 > manual-file", in: "repositories/fork/manual/debian")
        try add("fork", build: "cp /etc/debian_version fork-file", packaging: "contrib/debian")
        try write(PackageTree.manifest, to: "conf/build.manifest")
        try expectSuccess(slipway(["checkout", "--update"]))
        try expectSuccess(slipway(["packages", "--lock=auto", "one"]))
    }

    private static let manifest = """
        name: sample
        debian_release: trixie
        apt-repos: {url: host, distribution: trixie, components: main}
        base-packages: [dash]
        sources:
        - {name: one, repo: repositories/one, branch: main}
        - {name: two, repo: repositories/two, branch: main}
        - {name: fails, repo: repositories/fails, branch: main}
        - {name: outside, repo: repositories/outside, branch: main}
        - {name: leaves, repo: repositories/leaves, branch: main}
        - {name: hangs, repo: repositories/hangs, branch: main, timeout: 1}
        - {name: fills, repo: repositories/fills, branch: main, tmpfs: true, tmpfs_size: 1}
        - {name: secret, repo: repositories/secret, branch: main, secret_env: [WORD]}
        - {name: connects, repo: repositories/connects, branch: main}
        - {name: swift, repo: repositories/swift, branch: main, toolchain: swift}
        - {name: fetches, repo: repositories/fetches, branch: main, network: true}
        - {name: compiles, repo: repositories/compiles, branch: main, supports_ccache: true}
        - name: fork
          repo: repositories/fork
          branch: main
          debian_fork: true
          generate_version: false
          deps_path: contrib/debian
          predepscmd: [cp -r contrib/debian debian]
          subpackages:
          - {name: manual, subdir: manual, explicit_deps: [fork]}

        """

    /// Makes a source whose build runs a line of shell, which makes `<name>-file`; `packaging` is where
    /// its `debian/` is.
    func add(_ name: String, depends: String = "make", build: String, packaging: String = "debian")
        throws
    {
        let folder = "repositories/\(name)"
        if FileSystem.exists("\(path)/\(folder)/.git") { return }
        try describe(name, depends: depends, build: build, in: "\(folder)/\(packaging)")
        try git(name, "init", "--quiet", "--initial-branch=main")
        try commit(name, at: 1_750_000_000)
    }

    /// Writes what Debian wants to know of a package into a folder.
    private func describe(
        _ name: String, depends: String = "make", build: String, in folder: String
    ) throws {
        try write(
            """
            Source: \(name)
            Maintainer: A <a@example.org>
            Build-Depends: \(depends)
            Rules-Requires-Root: no

            Package: \(name)
            Architecture: all
            Description: for a test

            """, to: "\(folder)/control")
        try write(
            """
            \(name) (1.0) unstable; urgency=low

              * First.

             -- A <a@example.org>  Sun, 01 Jun 2025 00:00:00 +0000

            """, to: "\(folder)/changelog")
        try write(
            """
            #!/usr/bin/make -f
            clean build build-arch build-indep:
            binary-arch:
            binary binary-indep:
            \t\(build)
            \tinstall -D -m 644 \(name)-file debian/tmp/usr/share/\(name)/\(name)-file
            \tmkdir -p debian/tmp/DEBIAN
            \tdpkg-gencontrol -p\(name) -Pdebian/tmp
            \tdpkg-deb --root-owner-group --build debian/tmp ..

            """, to: "\(folder)/rules", mode: 0o755)
    }

    /// Commits what is in a source's repository.
    func commit(_ name: String, at time: Int) throws {
        try git(name, "add", "--all")
        try git(name, "commit", "--quiet", "--allow-empty", "--message=A change", at: time)
    }

    private func git(_ name: String, _ arguments: String..., at time: Int = 0) throws {
        let date = "\(time) +0000"
        try Command("git", ["-C", "\(path)/repositories/\(name)"] + arguments).with(environment: [
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
            "GIT_COMMITTER_DATE": date,
        ]).runChecked()
    }

    func write(_ text: String, to name: String, mode: UInt32 = 0o644) throws {
        let target = "\(path)/\(name)"
        let slash = target.lastIndex(of: "/") ?? target.startIndex
        try FileSystem.makeDirectory(String(target[..<slash]))
        try FileSystem.writeAtomically(text, to: target, mode: mode)
    }

    /// Runs the program in the tree.
    func slipway(_ arguments: [String], environment: [String: String] = [:]) throws
        -> CommandResult
    {
        try command(arguments).with(environment: environment).run()
    }

    private func command(_ arguments: [String]) -> Command {
        var command = Command(Project.program, arguments)
        command.folder = path
        return command
    }

    /// Starts the program, and waits until a build's program sleeps.
    func startSleeping(_ name: String) throws -> pid_t {
        let log = try File.create("\(path)/work/started.log")
        let process = try command(["packages", "--lock=auto", name]).start(
            input: try File("/dev/null"), output: log, errorOutput: log)
        while sleepers() == 0 {
            var status: CInt = 0
            try #require(waitpid(process, &status, WNOHANG) == 0, "it ended before its build")
            usleep(50_000)
        }
        return process
    }

    /// How many programs of builds sleep.
    func sleepers() -> Int {
        let processes = (try? FileSystem.list("/proc")) ?? []
        return processes.count { name in
            let words = (try? FileSystem.readText("/proc/\(name)/cmdline")) ?? ""
            return words == "sleep\0\(PackageTree.sleepSeconds)\0"
        }
    }

    /// What no run may leave: processes, mounts; after the next run has begun, files either.
    func expectNothingLeft() throws {
        #expect(sleepers() == 0)
        #expect(!(try FileSystem.readText("/proc/self/mountinfo")).contains("/work/packages/"))
    }

    /// The results of a source, by their digests.
    func results(_ name: String) throws -> [String] {
        let store = "\(path)/work/packages/store"
        // What was killed leaves something half-made, which is no result.
        return try FileSystem.list(store).filter {
            $0.hasPrefix("\(name)-") && !$0.hasSuffix(".new")
        }
    }

    /// Makes the next run build a source again.
    func forget(_ name: String) throws {
        for result in try results(name) {
            try FileSystem.removeTree("\(path)/work/packages/store/\(result)")
        }
    }

    func expectSuccess(_ result: CommandResult) throws {
        try #require(result.isSuccess, "\(result.errorText)")
    }
}

import Bytes
import Command
import Digest
import Glibc
import JSON
import Syscalls
import Testing

/// Packages built from git by the program as people run it.
@Suite(
    .serialized,
    .enabled(if: Project.isBuilt, "needs the release build: make tools"),
    .enabled(if: Project.isRoot, "needs root, for the trees' owners"),
    .enabled(if: Mirror.isThere, "needs a mirror of Debian"))
struct PackagesTests {
    let tree: PackageTree

    init() throws { tree = try PackageTree.shared.get() }

    func deb(_ name: String) throws -> String {
        let folder = try #require(try tree.results(name).first)
        let store = "\(tree.path)/work/packages/store/\(folder)"
        let file = try #require(try FileSystem.list(store).first { $0.hasSuffix(".deb") })
        return "\(store)/\(file)"
    }

    @Test("what another source builds is a build dependency, and nothing is built twice")
    func order() throws {
        try tree.expectSuccess(tree.slipway(["packages", "--lock=auto", "two"]))
        #expect(
            try tree.slipway(["packages", "--explain", "two"]).text
                == "one: unchanged\ntwo: unchanged\n")
        #expect(try deb("two").contains("two_1.0+git20250615150640."))
    }

    @Test("the same commit gives the same bits, whoever builds it where")
    func reproducible() throws {
        let before = Hex.encode(try FileDigest.digest(of: deb("one")))
        try tree.forget("one")
        try tree.expectSuccess(
            tree.slipway(
                ["packages", "--jobs=1", "--lock=auto", "one"],
                environment: ["TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"]))
        #expect(Hex.encode(try FileDigest.digest(of: deb("one"))) == before)
    }

    @Test(
        "this machine's Swift is seen by builds that want it, and cannot be changed by them",
        .enabled(if: Caller.path.locatesSwift, "needs Swift in PATH"))
    func toolchain() throws {
        func packages(_ arguments: String..., path: String = Caller.path) throws -> CommandResult {
            try tree.slipway(["packages"] + arguments + ["swift"], environment: ["PATH": path])
        }
        try tree.forget("swift")
        try tree.expectSuccess(packages("--lock=auto"))
        #expect(try packages("--explain").text == "swift: unchanged\n")
        let folder = try #require(try tree.results("swift").first)
        let inputs = try JSON(
            parsing: FileSystem.read("\(tree.path)/work/packages/store/\(folder)/inputs.json"))
        #expect(inputs["inputs"]?["toolchain"]?.string?.hasPrefix("swift 6.") == true)

        // Another one is another input, and none an error that says so.
        let other = try TemporaryFolder()
        let program = "\(other.path)/usr/bin/swift"
        let paths = "{\"runtimeResourcePath\": \"\(other.path)/usr/lib/swift\"}"
        try FileSystem.makeDirectory("\(other.path)/usr/bin")
        try FileSystem.writeAtomically(
            "#!/bin/sh\necho '{\"compilerVersion\": \"Swift version 7\", \"paths\": \(paths)}'\n",
            to: program, mode: 0o755)
        let usual = Command.baseEnvironment["PATH", default: ""]
        #expect(
            try packages("--explain", path: "\(other.path)/usr/bin:\(usual)").text
                == "swift: runs: changed: toolchain\n")
        let none = try packages("--lock=auto", path: "/nowhere")
        #expect(none.errorText.contains("there is no swift in PATH (/nowhere)"))
        #expect(none.errorText.contains("hint: unpack a toolchain"))
    }

    @Test("the release's own apt takes the archive of results by its key, and by no other")
    func archive() throws {
        #expect(try updateInBase(keyring: "\(tree.path)/work/packages/repository/keyring.gpg"))
        #expect(
            try !updateInBase(keyring: "/usr/share/keyrings/debian-archive-keyring.gpg"))
    }

    /// Whether apt of the chroot, which verifies with sqv, takes the archive by a key.
    private func updateInBase(keyring: String) throws -> Bool {
        let script = """
            tree=$1/base/tree
            mount --bind "$1/repository" "$tree/mnt" && mount --bind /dev "$tree/dev" &&
                mount -t tmpfs tmpfs "$tree/tmp" || exit
            cp "$2" "$tree/tmp/keyring.gpg"
            mkdir -p "$tree/tmp/lists/partial" "$tree/tmp/cache/archives/partial"
            echo 'deb [signed-by=/tmp/keyring.gpg] file:/mnt slipway main' > "$tree/tmp/list"
            chroot "$tree" apt-get update --error-on=any -o APT::Sandbox::User=root \\
                -o Dir::Etc::SourceList=/tmp/list -o Dir::Etc::SourceParts=- \\
                -o Dir::State::lists=/tmp/lists -o Dir::Cache=/tmp/cache
            """
        let arguments = ["--mount", "sh", "-c", script, "sh", "\(tree.path)/work/packages"]
        let result = try Command("unshare", arguments + [keyring]).run()
        #expect(result.isSuccess || result.errorText.contains("is not signed"))
        return result.isSuccess
    }

    @Test("a failing build shows its last words and where its log is, and registers nothing")
    func failure() throws {
        let result = try tree.slipway(["packages", "--lock=auto", "fails"])
        #expect(result.ending == .status(1))
        #expect(result.errorText.contains("doomed"))
        #expect(result.errorText.contains("work/packages/logs/fails.log"))
        #expect(try tree.results("fails").isEmpty)
        try tree.expectNothingLeft()
    }

    @Test("a build that writes outside of its tree writes into its overlay")
    func outside() throws {
        try tree.forget("outside")
        try tree.expectSuccess(tree.slipway(["packages", "--lock=auto", "outside"]))
        for root in ["", "\(tree.path)/work/packages/base/tree"] {
            #expect(!FileSystem.exists("\(root)/outside"))
            #expect(!FileSystem.exists("\(root)/etc/outside"))
        }
    }

    @Test("processes that a build leaves behind end with it")
    func leaves() throws {
        try tree.forget("leaves")
        try tree.expectSuccess(tree.slipway(["packages", "--lock=auto", "leaves"]))
        try tree.expectNothingLeft()
    }

    @Test("a build sees the loopback interface and no other")
    func network() throws {
        let result = try tree.slipway(["packages", "--lock=auto", "connects"])
        // It makes no file to package, so it fails, but only after the look at the interfaces.
        #expect(result.errorText.contains("install: cannot stat 'connects-file'"))
    }

    @Test("a full disk fails the build that filled it, and no other")
    func fullDisk() throws {
        let result = try tree.slipway(["packages", "--lock=auto", "fills"])
        #expect(result.ending == .status(1))
        #expect(result.errorText.contains("No space left on device"))
        try tree.expectNothingLeft()
        try tree.expectSuccess(tree.slipway(["packages", "--lock=auto", "one"]))
    }

    @Test("the value of a secret is in no log and no record")
    func secret() throws {
        try tree.forget("secret")
        let missing = try tree.slipway(["packages", "--lock=auto", "secret"])
        #expect(missing.errorText.contains("WORD is not set"))
        try tree.expectSuccess(
            tree.slipway(
                ["packages", "--lock=auto", "secret"], environment: ["WORD": "xyzzy-plugh"]))
        let log = try FileSystem.readText("\(tree.path)/work/packages/logs/secret.log")
        #expect(log.contains("the secret is ***"))
        #expect(!log.contains("xyzzy"))
        let found = try Command(
            "grep", ["-rl", "xyzzy-plugh", "\(tree.path)/work/packages/records"]
        ).run()
        #expect(found.text == "")
    }

    @Test(
        "an interruption and kill -9 end everything, and the next run works",
        arguments: [
            SIGINT, SIGKILL,
        ])
    func interruption(signal: CInt) throws {
        let process = try tree.startSleeping("hangs")
        kill(process, signal)
        var status: CInt = 0
        #expect(waitpid(process, &status, 0) == process)
        // The kernel ends a killed process's children in its own time.
        for _ in 0..<100 where tree.sleepers() > 0 { usleep(50_000) }
        try tree.expectNothingLeft()
        #expect(try tree.results("hangs").isEmpty)
        try tree.expectSuccess(tree.slipway(["packages", "--lock=auto", "one"]))
        #expect(!FileSystem.exists("\(tree.path)/work/packages/scratch/hangs"))
    }

    @Test("of two runs at a time the second is refused")
    func twoRuns() throws {
        let process = try tree.startSleeping("hangs")
        let second = try tree.slipway(["packages", "--lock=auto", "one"])
        kill(process, SIGTERM)
        var status: CInt = 0
        waitpid(process, &status, 0)
        #expect(second.errorText.contains("another build of packages of this tree runs"))
    }
}

/// What the caller of the tests has in PATH, which programs that tests start do not see.
enum Caller {
    static let path = getenv("PATH").map { String(cString: $0) } ?? ""
}

extension String {
    /// Whether one of the folders of a PATH has Swift.
    fileprivate var locatesSwift: Bool {
        Command("swift").with(environment: ["PATH": self]).locate() != nil
    }
}

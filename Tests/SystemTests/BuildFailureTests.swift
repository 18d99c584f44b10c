import Command
import Syscalls
import Testing

/// Builds that must fail: with a clear error, and with nothing left behind.
@Suite(
    .serialized, .enabled(if: Project.isBuilt, "needs the release build: make tools"),
    .enabled(if: Project.isRoot, "needs root, for the trees' owners"),
    .enabled(if: Mirror.isThere, "needs a mirror of Debian"))
struct BuildFailureTests {
    @Test("a build without a lock says how to make one")
    func noLock() throws {
        let project = try Project()
        let result = try project.slipway(["build"])
        #expect(result.ending == .status(1))
        #expect(result.errorText.contains("sample-trixie-amd64.lock: no such lock"))
        #expect(result.errorText.contains("hint: 'slipway lock'"))
        try project.expectNothingLeft()
    }

    @Test("a manifest that changed since the lock was made stops the build")
    func staleLock() throws {
        let project = try Project()
        try #require(try project.slipway(["lock"]).isSuccess)
        let manifest = try project.read("conf/build.manifest")
        try project.write(
            String(manifest.replacing("[dash]", with: "[dash, bash]")), to: "conf/build.manifest")
        let result = try project.slipway(["build"])
        #expect(result.ending == .status(1))
        #expect(result.errorText.contains("the lock answers another manifest"))
    }

    @Test("an edited line of the lock is caught by the digest, and the package is named")
    func editedLock() throws {
        let project = try Project()
        try #require(try project.slipway(["lock"]).isSuccess)
        let path = "manifests/sample-trixie-amd64.lock"
        let lines = try project.read(path).split(
            separator: "\n", omittingEmptySubsequences: false
        ).map { line in
            guard line.hasPrefix("dash ") else { return String(line) }
            var words = line.split(separator: " ").map(String.init)
            words[4] = String(words[4].reversed())
            return words.joined(separator: " ")
        }
        try project.write(lines.joined(separator: "\n"), to: path)
        let result = try project.slipway(["build"])
        #expect(result.ending == .status(1))
        #expect(result.errorText.contains("slipway: dash: "))
        #expect(result.errorText.contains("the lock says"))
        try project.expectNothingLeft()
    }

    @Test("a postinst that fails is shown, its log kept, and nothing of the tree stays")
    func failingPostinst() throws {
        let project = try Project(more: "local-packages: [broken]")
        try project.addPackage("broken", postinst: "echo out of cheese; exit 7")
        try #require(try project.slipway(["lock"]).isSuccess)
        let result = try project.slipway(["build", "--lock=auto"])
        #expect(result.ending == .status(1))
        #expect(result.errorText.contains("out of cheese"))
        #expect(result.errorText.contains("hint: --debug opens a shell"))
        #expect(try project.read("work/sample/logs/configure.log").contains("out of cheese"))
        try project.expectNothingLeft()
    }

    @Test("--debug opens a shell in the tree that failed")
    func debugShell() throws {
        let project = try Project(more: "local-packages: [broken]")
        try project.addPackage("broken", postinst: "echo here > /root/left; exit 7")
        try #require(try project.slipway(["lock"]).isSuccess)
        var command = Command(
            "sh",
            [
                "-c",
                "echo 'cat /root/left; hostname' | \(Project.program) build --debug"
                    + " --lock=auto",
            ])
        command.folder = project.path
        let result = try command.run()
        #expect(result.ending == .status(1))
        #expect(result.text.contains("here"))
        #expect(result.text.contains("localhost"), "the tree knows the build machine's name")
        try project.expectNothingLeft()
    }

    @Test("a disk that is full in the middle of unpacking")
    func fullDisk() throws {
        let project = try Project()
        try #require(try project.slipway(["lock"]).isSuccess)
        try FileSystem.makeDirectory("\(project.path)/work")
        var command = Command(
            "unshare",
            [
                "--mount", "sh", "-c",
                "mount -t tmpfs -o size=30m tmpfs work && \(Project.program) build; status=$?;"
                    + " find work -name '*.new*'; exit $status",
            ])
        command.folder = project.path
        let result = try command.run()
        #expect(result.ending == .status(1))
        #expect(result.text.isEmpty, "half a tree stays: \(result.text)")
        #expect(result.errorText.contains("No space left on device"))
        #expect(result.errorText.contains("hint: free some space"))
        try project.expectNothingLeft()
    }

    @Test("a version that would leave the output folder", arguments: ["../x", "a/b", "..", ""])
    func badVersion(version: String) throws {
        let project = try Project()
        let result = try project.slipway(["build", "--image-version", version])
        #expect(!result.isSuccess)
        try project.expectNothingLeft()
    }

    @Test("interrupted and killed builds leave no mounts, and the next run removes the rest")
    func interruption() throws {
        for signal in ["INT", "KILL"] {
            let project = try Project(more: "local-packages: [slow]")
            try project.addPackage("slow", postinst: "touch /root/begun; sleep 100")
            try #require(try project.slipway(["lock"]).isSuccess)
            let script = """
                \(Project.program) build --lock=auto 2>/dev/null & pid=$!
                for i in $(seq 600); do
                    [ -e work/sample/tree.new/root/begun ] && break
                    sleep 0.1
                done
                [ -e work/sample/tree.new/root/begun ] || exit 9
                kill -\(signal) $pid
                wait $pid
                """
            var command = Command("bash", ["-c", script])
            command.folder = project.path
            let result = try command.run()
            #expect(result.ending == .status(signal == "INT" ? 130 : 137))
            // The kernel takes the processes and the mounts away a moment after the parent.
            let check = Command(
                "sh",
                [
                    "-c",
                    "for i in $(seq 50); do pgrep -f '[s]leep 100' || exit 0; sleep 0.1; done;"
                        + " exit 1",
                ])
            #expect(try check.run().isSuccess, "a script goes on after SIG\(signal)")
            if signal == "KILL" { _ = try project.slipway(["clean"]) }
            try project.expectNothingLeft()
        }
    }

    @Test("a package that does not exist is named by lock, and no lock is written")
    func unknownPackage() throws {
        let project = try Project(packages: ["no-such-package-here"])
        let result = try project.slipway(["lock"])
        #expect(result.ending == .status(1))
        #expect(result.errorText.contains("no-such-package-here"))
        #expect(!FileSystem.exists("\(project.path)/manifests"))
    }

    @Test("an archive signed by a key that is not in its keyring")
    func wrongKeyring() throws {
        let project = try Project()
        // Debian's retired keys: a real keyring, and the wrong one.
        let keyring = "retired.gpg"
        try FileSystem.writeAtomically(
            FileSystem.read("/usr/share/keyrings/debian-archive-removed-keys.gpg"),
            to: "\(project.path)/\(keyring)")
        let manifest = """
            name: sample
            debian_release: trixie
            apt-repos:
              url: host
              distribution: trixie
              components: main
              additional:
              - {url: host, distribution: trixie-updates, component: main, key: \(keyring)}
            base-packages: [dash]
            """
        try project.write(manifest, to: "conf/build.manifest")
        let result = try project.slipway(["lock"])
        #expect(result.ending == .status(1))
        #expect(result.errorText.contains("NO_PUBKEY"))
        #expect(result.errorText.contains("hint: the keyring"))
        #expect(!FileSystem.exists("\(project.path)/manifests"))
    }

    @Test("an archive that nobody signed")
    func unsignedRelease() throws {
        let project = try Project()
        let archive = "\(project.path)/archive/dists/trixie/main/binary-amd64"
        try FileSystem.makeDirectory(archive)
        try FileSystem.writeAtomically("", to: "\(archive)/Packages")
        try FileSystem.writeAtomically(
            "Origin: x\nSuite: trixie\nCodename: trixie\nDate: Sat, 21 Nov 2026 00:00:00 UTC\n"
                + "Architectures: amd64\nComponents: main\n",
            to: "\(project.path)/archive/dists/trixie/Release")
        let result = try project.slipway(
            ["lock"], environment: ["SLIPWAY_MIRROR": "copy:\(project.path)/archive"])
        #expect(result.ending == .status(1))
        #expect(result.errorText.contains("is not signed"), "\(result.errorText)")
        #expect(!FileSystem.exists("\(project.path)/manifests"))
    }
}

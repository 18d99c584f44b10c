import Command
import Debian
import JSON
import Syscalls
import TestSamples
import Testing

/// Locks after an archive has moved on: what `slipway lock --update` says, what `--lock=auto` does.
@Suite(
    .serialized, .enabled(if: Project.isBuilt, "needs the release build: make tools"),
    .enabled(if: Project.isRoot, "needs root, for the trees' owners"),
    .enabled(if: Mirror.isThere, "needs a mirror of Debian"))
struct LockUpdateTests {
    let lockPath = "manifests/sample-trixie-amd64.lock"
    /// The archive as it is first: a package, and one that it needs.
    let before = [
        SampleDeb("tool", fields: ["Depends": "helper"], files: ["usr/share/tool": "one\n"]),
        SampleDeb("helper"), SampleDeb("bystander"),
    ]
    /// A newer version of it, which needs another.
    let after = [
        SampleDeb(
            "tool", version: "2", fields: ["Depends": "successor"],
            files: ["usr/share/tool": "two\n"]),
        SampleDeb("successor"), SampleDeb("bystander", version: "2"),
    ]

    /// A project with the sample image, and some packages of the archive in it.
    func makeProject(_ archive: SignedArchive) throws -> Project {
        let project = try Project(packages: ["dash", "tool", "bystander"])
        let manifest = try project.read("conf/build.manifest")
        let entry = try archive.entry(in: project)
        try project.write(
            String(
                manifest.replacing(
                    "  components: main\n",
                    with: "  components: main\n  additional:\n  - \(entry)\n")),
            to: "conf/build.manifest")
        return project
    }

    func runChecked(_ project: Project, _ arguments: [String]) throws -> CommandResult {
        let result = try project.slipway(arguments)
        try #require(result.isSuccess, "\(arguments): \(result.errorText)")
        return result
    }

    @Test("lock --update prints what was added, removed and upgraded; lock alone changes nothing")
    func update() throws {
        let archive = try SignedArchive(before)
        let project = try makeProject(archive)
        let first = try runChecked(project, ["lock"])
        for line in ["+ tool 1", "+ helper 1", "+ bystander 1"] {
            #expect(first.text.split(separator: "\n").contains(line[...]))
        }
        let lock = try project.read(lockPath)
        try archive.publish(after)
        let unasked = try runChecked(project, ["lock"])
        #expect(unasked.text.contains("answers the manifest; --update takes newer versions"))
        #expect(try project.read(lockPath) == lock)

        let update = try runChecked(project, ["lock", "--update"])
        #expect(
            update.text == """
                + successor 1
                - helper 1
                ^ bystander 1 -> 2
                ^ tool 1 -> 2

                """)
        let new = try project.read(lockPath)
        #expect(new.contains("\ntool 2 all ") && !new.contains("\nhelper "))
        #expect(try runChecked(project, ["lock", "--update"]).text.isEmpty)
    }

    @Test("--lock=auto resolves again what no source has, and leaves all else as the lock says")
    func auto() throws {
        let archive = try SignedArchive(before)
        let project = try makeProject(archive)
        _ = try runChecked(project, ["lock"])
        let lock = try project.read(lockPath)
        // The bystander is still there, beside a newer version of it.
        try archive.publish(after + before.suffix(1))

        let frozen = try project.slipway(["build", "--lock=frozen", "tree"])
        #expect(frozen.ending == .status(1))
        #expect(frozen.errorText.contains("tool 1: no source has it: "))
        #expect(frozen.errorText.contains("hint: --lock=auto"))
        try project.expectNothingLeft()

        let auto = try runChecked(project, ["build", "--lock=auto", "tree"])
        for line in ["^ tool 1 -> 2", "+ successor 1"] {
            #expect(auto.errorText.contains("not in the lock: \(line)"), "\(auto.errorText)")
        }
        #expect(!auto.errorText.contains("bystander"))
        #expect(try project.read(lockPath) == lock, "the lock is people's to change")
        #expect(try project.read("work/sample/tree/usr/share/tool") == "two\n")
        let status = try Deb822.parse(
            project.read("work/sample/tree/usr/lib/sysimage/dpkg/status"))
        let versions = Dictionary(
            uniqueKeysWithValues: status.map { ($0["Package"] ?? "", $0["Version"] ?? "") })
        #expect(versions["tool"] == "2" && versions["successor"] == "1")
        #expect(versions["bystander"] == "1" && versions["helper"] == nil)

        let again = try runChecked(project, ["build", "--lock=auto", "--explain", "tree"])
        #expect(again.text == "tree: unchanged\n")
    }

    @Test("a payload's buildinfo tells which packages are not those of the lock")
    func buildInfo() throws {
        let archive = try SignedArchive(before)
        let project = try makeProject(archive)
        // The least that a payload needs: a kernel, an initramfs, a loader, the host's program.
        for folder in ["packages", "conf/rootfs"] {
            try FileSystem.removeTree("\(project.path)/\(folder)")
            try Command("cp", ["-a", "\(repository)/\(folder)", "\(project.path)/\(folder)"])
                .runChecked()
        }
        let manifest = try project.read("conf/build.manifest")
        try project.write(
            String(
                manifest.replacing(
                    "[dash,",
                    with: "[linux-image-amd64, initramfs-tools, e2fsprogs, mount, udev, zstd,"
                        + " systemd-sysv, grub-common, grub-pc-bin, grub-efi-amd64-bin, dash,"))
                + "\nlocal-packages: [slipway-host]\ncompression: none\n",
            to: "conf/build.manifest")
        _ = try runChecked(project, ["lock"])
        try archive.publish(after + before.suffix(1))
        let build = try runChecked(project, ["build", "--lock=auto"])
        let payload = try #require(
            build.text.split(separator: "\n").first { $0.hasPrefix("payload  ") }
        ).dropFirst(9)
        let json = try JSON(parsing: runChecked(project, ["inspect", "--json", "\(payload)"]).text)
        let info = try #require(json["manifest"]?["buildinfo"])
        #expect(info["re_resolved"] == [["package": "tool", "locked": "1", "used": "2"]])
    }
}

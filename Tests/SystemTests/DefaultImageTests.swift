import Command
import Syscalls
import Testing

/// The default image from the committed lock: the whole way from the manifest to a payload.
@Suite(
    .serialized, .enabled(if: Project.isBuilt, "needs the release build: make tools"),
    .enabled(if: Project.isRoot, "needs root, to run what is in the tree"),
    .enabled(if: Mirror.isThere, "needs a mirror of Debian"))
struct DefaultImageTests {
    @Test("the committed lock builds a payload that verifies, and nothing is built twice")
    func committedLock() throws {
        let project = try Project()
        for folder in ["conf", "packages", "manifests"] {
            try FileSystem.removeTree("\(project.path)/\(folder)")
            try Command("cp", ["-a", "\(repository)/\(folder)", project.path]).runChecked()
        }
        let build = try project.slipway(["build", "--lock=frozen"])
        if build.errorText.contains("no source has it") {
            try Test.cancel("debs of the committed lock are gone: \(build.errorText)")
        }
        try #require(build.isSuccess, "\(build.errorText)")
        let payload = try #require(
            build.text.split(separator: "\n").first { $0.hasPrefix("payload  ") }
        ).dropFirst(9)

        let verified = try project.slipway(
            ["verify", "--key", "keys/developer.pub", String(payload)])
        #expect(verified.isSuccess, "\(verified.errorText)")
        try expectCleanRoot(String(payload), project)
        try expectHostProgramRuns(project)

        let again = try project.slipway(["build", "--lock=frozen", "--explain"])
        #expect(again.text.split(separator: "\n").allSatisfy { $0.hasSuffix(": unchanged") })
        try project.write("moored\n", to: "conf/rootfs/etc/motd")
        let changed = try project.slipway(["build", "--lock=frozen", "--explain"])
        #expect(
            changed.text == """
                tree: unchanged
                layer: runs: changed: conf/rootfs
                initramfs: unchanged
                loader: unchanged
                rootfs: runs: changed: layer
                payload: runs: changed: rootfs

                """)
        try project.write("# new\n", to: "conf/rootfs/etc/modprobe.d/new.conf")
        let configured = try project.slipway(["build", "--lock=frozen", "--explain"])
        #expect(configured.text.contains("initramfs: runs: changed: conf/rootfs (initramfs)"))
    }

    /// What belongs to one machine, or to the build, is not in the image.
    private func expectCleanRoot(_ payload: String, _ project: Project) throws {
        let list = try project.slipway(
            ["squash", "list", "--long", "--inside", "rootfs.squashfs", payload])
        try #require(list.isSuccess, "\(list.errorText)")
        for leaked in [
            "etc/ssh/ssh_host_", "etc/nvme/hostid", "etc/hostname", "var/log/dpkg.log",
            "boot/vmlinuz-", "boot/initrd", "usr/sbin/policy-rc.d", "var/lib/dbus/machine-id",
        ] {
            #expect(!list.text.contains(leaked), "\(leaked) is in the image")
        }
        // Not the build machine's: systemd-resolved's, which knows of the network it is in.
        #expect(
            list.text.contains("/etc/resolv.conf -> ../run/systemd/resolve/stub-resolv.conf\n"))
        func read(_ path: String) throws -> String {
            try project.slipway(
                ["squash", "cat", "--inside", "rootfs.squashfs", payload, path]
            ).text
        }
        #expect(try read("etc/machine-id").isEmpty)
        #expect(list.text.contains("etc/machine-id"))
        #expect(try read("usr/lib/os-release").contains("IMAGE_ID=\"slipway\""))
        #expect(
            try read("usr/lib/slipway/keys/developer.pub") == project.read("keys/developer.pub"))
    }

    /// The program was built here and runs there: its libraries are those of the release.
    private func expectHostProgramRuns(_ project: Project) throws {
        let tree = "\(project.path)/work/slipway/tree"
        // A program of Swift's learns its arguments from /proc.
        let script =
            "mount -t proc proc '\(tree)/proc' && "
            + "chroot '\(tree)' /usr/sbin/slipway-host --version"
        let version = try Command("unshare", ["--mount", "sh", "-c", script]).run()
        #expect(version.text.hasPrefix("slipway-host "), "\(version.errorText)")
    }
}

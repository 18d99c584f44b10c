package import Events
import Glibc
import Syscalls

/// Makes the one initramfs of an image, with the tools and the configuration of its tree.
package struct Initramfs {
    /// The most bytes that an initramfs may have: room for two on every ESP, and seconds to load
    /// from a slow card.
    package static let byteLimit: UInt64 = 25 << 20

    /// The files and folders that its content comes from, beside the packages' own: what the hooks
    /// of the packages read.
    package static let configuration = [
        "etc/default", "etc/fstab", "etc/initramfs-tools", "etc/mdadm", "etc/modprobe.d",
        "etc/modules", "etc/modules-load.d", "etc/systemd/network", "etc/udev",
        "usr/lib/modprobe.d", "usr/lib/systemd/network", "usr/lib/udev",
        "usr/share/initramfs-tools",
    ]

    /// Says whether a path of an overlay is part of what the initramfs is made from.
    package static func reads(_ path: String) -> Bool {
        configuration.contains {
            path == $0 || path.hasPrefix("\($0)/") || $0.hasPrefix("\(path)/")
        }
    }

    /// The version of the one kernel of a tree.
    ///
    /// - Throws: `RootFSError.kernels` when there is none, or more than one.
    package static func kernelVersion(of tree: String) throws -> String {
        let found = try FileSystem.list("\(tree)/usr/lib/modules")
        guard found.count == 1 else { throw RootFSError.kernels(found: found) }
        return found[0]
    }

    /// Makes the initramfs.
    ///
    /// - Parameters:
    ///   - layers: The image's tree, the lowest layer first; nothing in them changes.
    ///   - output: The file to make.
    ///   - epoch: SOURCE_DATE_EPOCH.
    ///   - folder: A folder on the layers' filesystem for what is needed meanwhile.
    ///   - logPath: The file that takes what the hooks say.
    ///   - events: Told of the progress.
    /// - Throws: `RootFSError.initramfsTooLarge`, `scriptFailed`.
    package static func make(
        layers: [String], output: String, epoch: Int64, folder: String, logPath: String,
        events: EventStream
    ) throws {
        let log = try BuildLog(logPath)
        try events.step("initramfs") { _ in
            let bytes = try LayeredTree.use(layers: layers, in: folder) { tree in
                try Chroot.use(tree) { chroot in
                    try ScriptRunner(chroot: chroot, log: log, epoch: epoch).run(
                        "mkinitramfs", ["-o", "/run/initrd.img", try kernelVersion(of: tree)],
                        what: "mkinitramfs",
                        // In memory, as thousands of small files come and go there.
                        environment: ["TMPDIR": "/tmp"])
                    return try FileSystem.read("\(tree)/run/initrd.img")
                }
            }
            guard bytes.count <= byteLimit else {
                throw RootFSError.initramfsTooLarge(
                    byteCount: UInt64(bytes.count), limit: byteLimit)
            }
            try FileSystem.writeAtomically(bytes, to: output)
        }
    }
}

package import Command

/// The calls of the tools for filesystems, signatures and loop devices, as values.
package enum FilesystemCommands {
    /// Makes an ext4 that costs little while it is empty.
    ///
    /// mke2fs writes the first superblock last; with direct writes nothing overtakes it, so that a
    /// filesystem that was cut while it was made is none. Blocks are not discarded: md would pass
    /// that on to every leg, and a card takes minutes for it.
    ///
    /// - Parameters:
    ///   - device: Where; it holds nothing.
    ///   - byteCount: Its size: a small one has no room for the large journal.
    ///   - label: The label.
    ///   - uuid: The UUID.
    /// - Returns: The command.
    static func makeExt4(
        on device: String, byteCount: UInt64, label: String, uuid: String
    ) -> Command {
        Command(
            "mke2fs",
            [
                "-q", "-D", "-F",
                "-t", "ext4",
                "-L", label,
                "-U", uuid,
                "-i", "262144",
                "-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=1",
            ] + (byteCount < 1 << 30 ? [] : ["-J", "size=64"]) + [device])
    }

    /// Replays the journal and mends what can be mended without asking: e2fsck(8) in preen mode.
    package static func mend(_ device: String) -> Command { Command("e2fsck", ["-p", device]) }

    /// Prints a file of an ext4 that is not mounted, or nothing where there is none: debugfs(8),
    /// which opens a filesystem for reading unless told otherwise and replays no journal.
    package static func read(_ path: String, on device: String) -> Command {
        Command("debugfs", ["-R", "cat \(path)", device])
    }

    /// Checks all of a filesystem, which resize2fs wants before it touches one.
    static func check(_ device: String) -> Command { Command("e2fsck", ["-f", "-p", device]) }

    /// Makes a filesystem as large as its device.
    static func fill(_ device: String) -> Command { Command("resize2fs", [device]) }

    /// Erases all signatures that libblkid knows.
    static func wipe(_ device: String) -> Command {
        Command("wipefs", ["--all", "--force", "--quiet", device])
    }

    /// Makes a loop device of a part of a disk, and prints its path.
    static func attach(_ extent: Extent, of disk: String) -> Command {
        Command(
            "losetup",
            [
                "--find", "--show",
                "--offset", String(extent.start),
                "--sizelimit", String(extent.byteCount),
                disk,
            ])
    }

    /// Takes a loop device away.
    static func detach(_ device: String) -> Command {
        Command("losetup", ["--detach", device])
    }
}

/// What of a configured tree must not get into an image, because it belongs to one machine, to the
/// build, or to the moment; and what the image has elsewhere.
///
/// The rules are applied while the tree is packed: nothing on the disk changes.
package enum ImageCleaning {
    /// What becomes of an entry.
    package enum Verdict: Sendable, Equatable {
        /// It goes in as it is.
        case keep
        /// It stays out; of a folder, with all that is in it.
        case drop
        /// It goes in as an empty file.
        case empty
    }

    /// Decides on an entry.
    ///
    /// - Parameters:
    ///   - path: Relative to the root, without a leading slash.
    ///   - isDirectory: Whether it is a folder.
    /// - Returns: What becomes of it.
    package static func verdict(on path: String, isDirectory: Bool) -> Verdict {
        if emptied.contains(path) { return .empty }
        if dropped.contains(path) { return .drop }
        for (prefix, suffix) in droppedPatterns
        where path.hasPrefix(prefix) && path.hasSuffix(suffix) {
            return .drop
        }
        for folder in emptiedFolders where path.hasPrefix(folder + "/") { return .drop }
        for folder in fileFreeFolders where !isDirectory && path.hasPrefix(folder + "/") {
            return .drop
        }
        return .keep
    }

    /// Present and empty: systemd then makes an id for the running system, and knows that it is not
    /// the first boot of an unconfigured one (machine-id(5)).
    private static let emptied: Set<String> = ["etc/machine-id"]

    private static let dropped: Set<String> = [
        // A machine's own identity: made at its first boot.
        "etc/nvme/hostid", "etc/nvme/hostnqn", "var/lib/dbus/machine-id",
        "var/lib/systemd/random-seed", "var/lib/systemd/credential.secret",
        // The build machine's.
        "etc/resolv.conf.dpkg-new", "root/.bash_history", "root/.wget-hsts",
        // Leftovers of tools.
        "etc/.pwd.lock", "etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-",
        "etc/subuid-", "etc/subgid-", "usr/sbin/policy-rc.d", "var/cache/ldconfig/aux-cache",
        "usr/lib/sysimage/dpkg/lock", "usr/lib/sysimage/dpkg/lock-frontend",
        "usr/lib/sysimage/dpkg/triggers/Lock", "usr/lib/sysimage/dpkg/status-old",
        "usr/lib/sysimage/dpkg/diversions-old", "usr/lib/sysimage/dpkg/statoverride-old",
        "var/cache/debconf/config.dat-old", "var/cache/debconf/templates.dat-old",
        // Links to what is beside the root filesystem in the payload.
        "vmlinuz", "vmlinuz.old", "initrd.img", "initrd.img.old",
    ]

    private static let droppedPatterns: [(prefix: String, suffix: String)] = [
        ("etc/ssh/ssh_host_", "_key"), ("etc/ssh/ssh_host_", "_key.pub"),
        // The payload has them beside the root filesystem.
        ("boot/vmlinuz-", ""), ("boot/initrd.img-", ""),
    ]

    /// Filled by the running system.
    private static let emptiedFolders = [
        "dev", "proc", "sys", "run", "tmp", "var/tmp", "var/lib/apt/lists", "var/cache/apt",
    ]

    /// Their folders stay, as services expect them with their owners.
    private static let fileFreeFolders = ["var/log"]
}

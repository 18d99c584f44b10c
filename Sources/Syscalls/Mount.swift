import CSyscalls
import Glibc

/// Mounts of the calling process's mount namespace.
package enum Mount {
    /// Shows a file or a folder at another place.
    package static func bind(_ source: String, at target: String) throws(SystemError) {
        try mount(source, at: target, type: nil, flags: UInt(MS_BIND | MS_REC), options: nil)
    }

    /// Shows a folder at another place where nothing of it can be changed.
    package static func bindReadOnly(_ source: String, at target: String) throws(SystemError) {
        try bind(source, at: target)
        // In a user namespace the other restrictions of a mount are to stay, which MS_REMOUNT would
        // have to name.
        var attributes = mount_attr()
        attributes.attr_set = UInt64(MOUNT_ATTR_RDONLY)
        try checked("mount_setattr", target) {
            mount_setattr(
                AT_FDCWD, target, CUnsignedInt(AT_RECURSIVE), &attributes,
                MemoryLayout<mount_attr>.size)
        }
    }

    /// Mounts a filesystem in memory.
    package static func temporary(at target: String, mode: String = "755", size: String = "50%")
        throws(SystemError)
    {
        try mount(
            "tmpfs", at: target, type: "tmpfs", flags: UInt(MS_NOSUID),
            options: "mode=\(mode),size=\(size)")
    }

    /// Mounts the process list of the caller's PID namespace.
    package static func processes(at target: String) throws(SystemError) {
        try mount(
            "proc", at: target, type: "proc", flags: UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC),
            options: nil)
    }

    /// Lays folders over one another, the lowest last.
    ///
    /// - Parameters:
    ///   - lower: Read-only folders, the topmost first.
    ///   - upper: The folder that takes changes.
    ///   - work: An empty folder on the same filesystem as `upper`.
    ///   - target: Where the result is seen.
    ///   - isThrowaway: Whether nobody wants `upper` after the mount is gone, so that nothing of it
    ///     need ever be on the disk.
    /// - Throws: `SystemError` when the kernel refuses.
    package static func overlay(
        lower: [String], upper: String, work: String, at target: String, isThrowaway: Bool = false
    ) throws(SystemError) {
        // In a user namespace overlayfs may only keep its marks in user.* attributes; it then
        // never makes redirects, and refuses to be told so.
        let marks = isInUserNamespace ? ",userxattr" : ",redirect_dir=off"
        try mount(
            "overlay", at: target, type: "overlay", flags: 0,
            options: "lowerdir=\(lower.joined(separator: ":")),upperdir=\(upper),workdir=\(work)"
                + ",index=off,metacopy=off,xino=off" + marks
                + (isThrowaway ? ",volatile" : ""))
    }

    /// Mounts the filesystem of a block device.
    package static func filesystem(_ device: String, at target: String, type: String)
        throws(SystemError)
    {
        try mount(
            device, at: target, type: type, flags: UInt(MS_NOSUID | MS_NODEV | MS_NOATIME),
            options: nil)
    }

    /// Takes a mount away, with those below it.
    package static func remove(_ target: String) throws(SystemError) {
        try checked("umount", target) { umount2(target, CInt(MNT_DETACH)) }
    }

    /// Writes all of a mounted filesystem out, and takes it away.
    package static func close(_ target: String) throws(SystemError) {
        try FileSystem.synchronize(holding: target)
        try remove(target)
    }

    /// Whether ids here differ from those of the machine.
    package static var isInUserNamespace: Bool {
        let map = (try? FileSystem.readText("/proc/self/uid_map")) ?? ""
        return map.split(whereSeparator: \.isWhitespace) != ["0", "0", "4294967295"]
    }

    private static func mount(
        _ source: String, at target: String, type: String?, flags: UInt, options: String?
    ) throws(SystemError) {
        try checked("mount", target) { CSyscalls.mount(source, target, type, flags, options) }
    }
}

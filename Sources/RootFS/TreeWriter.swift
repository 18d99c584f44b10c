import Archive
import CSyscalls
import Glibc
import Syscalls

/// Writes entries below a folder as if that folder were the root: no symlink and no `..` in a path
/// leads out of it.
///
/// One writer for each thread; several may write into the same folder.
final class TreeWriter {
    private let root: File
    private var parentPath: [UInt8]?
    private var parent: File

    /// Opens the folder.
    init(_ root: String) throws(SystemError) {
        self.root = try File(root, flags: O_PATH | O_DIRECTORY)
        parent = self.root
    }

    /// Writes a file, link or node with owner, mode, time and attributes; a folder is only made,
    /// and its attributes are left to `setAttributes`.
    ///
    /// - Parameters:
    ///   - entry: What to write.
    ///   - path: Where, relative to the root, without a leading slash.
    ///   - content: Hands out a regular file's content.
    /// - Throws: `SystemError`; `EEXIST` when something other than a folder is there already.
    func write(
        _ entry: ArchiveEntry, at path: [UInt8], content: (File) throws -> Void
    ) throws {
        let name = try enterParent(of: path)
        let text = String(decoding: path, as: UTF8.self)
        switch entry.kind {
        case .regular:
            let descriptor = try checked("open", text) {
                slipway_openat(
                    parent.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    0o600)
            }
            let file = File(descriptor: descriptor, path: text)
            try content(file)
            try setAttributes(of: entry, on: file)
        case .directory:
            if mkdirat(parent.descriptor, name, 0o755) != 0, errno != EEXIST {
                throw SystemError("mkdir", text)
            }
        case .symlink(let target):
            try checked("symlink", text) { symlinkat(cString(target), parent.descriptor, name) }
            try setAttributes(ofLink: entry, name, text)
        case .hardLink(let target):
            let (source, linkParent) = (trimmedPath(target), parent)
            let sourceName = try enterParent(of: source)
            try checked("link", text) {
                linkat(parent.descriptor, sourceName, linkParent.descriptor, name, 0)
            }
        case .device, .fifo, .socket:
            try checked("mknod", text) {
                mknodat(parent.descriptor, name, fileType(entry.kind), device(entry.kind))
            }
            try setAttributes(ofLink: entry, name, text)
            try checked("chmod", text) {
                fchmodat(parent.descriptor, name, mode_t(entry.mode), 0)
            }
        }
    }

    /// Removes a file or link; nothing there is no error.
    func remove(_ path: [UInt8]) throws(SystemError) {
        let name = try enterParent(of: path)
        if unlinkat(parent.descriptor, name, 0) != 0, errno != ENOENT {
            throw SystemError("unlink", String(decoding: path, as: UTF8.self))
        }
    }

    /// Gives a folder that is there its owner and mode.
    func setAttributes(ofDirectory entry: ArchiveEntry, at path: [UInt8]) throws {
        let text = String(decoding: path, as: UTF8.self)
        let descriptor = try checked("open", text) {
            slipway_open_in_root(
                root.descriptor, cString(path.isEmpty ? [0x2E] : path),
                O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        let file = File(descriptor: descriptor, path: text)
        try checked("chown", text) { fchown(file.descriptor, entry.uid, entry.gid) }
        try checked("chmod", text) { fchmod(file.descriptor, mode_t(entry.mode)) }
    }

    private func setAttributes(of entry: ArchiveEntry, on file: File) throws {
        // Changing the owner clears set-id bits and capabilities, so it comes first.
        try checked("chown", file.path) { fchown(file.descriptor, entry.uid, entry.gid) }
        try checked("chmod", file.path) { fchmod(file.descriptor, mode_t(entry.mode)) }
        for attribute in entry.attributes {
            try checked("setxattr", file.path) {
                fsetxattr(
                    file.descriptor, cString(attribute.name), attribute.value,
                    attribute.value.count, 0)
            }
        }
        let times = times(of: entry)
        try checked("futimens", file.path) { futimens(file.descriptor, times) }
    }

    private func setAttributes(ofLink entry: ArchiveEntry, _ name: [CChar], _ text: String)
        throws(SystemError)
    {
        try checked("chown", text) {
            fchownat(parent.descriptor, name, entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW)
        }
        let times = times(of: entry)
        try checked("utimensat", text) {
            utimensat(parent.descriptor, name, times, AT_SYMLINK_NOFOLLOW)
        }
    }

    private func times(of entry: ArchiveEntry) -> [timespec] {
        let time = timespec(tv_sec: Int(entry.modificationTime), tv_nsec: 0)
        return [time, time]
    }

    /// Opens the folder that a path is in; entries of a package come folder by folder, so the last
    /// one is kept open.
    ///
    /// - Returns: The last component, as a C string.
    private func enterParent(of path: [UInt8]) throws(SystemError) -> [CChar] {
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { Array(path[..<$0]) } ?? []
        if folder != parentPath {
            let text = String(decoding: path, as: UTF8.self)
            let descriptor = try checked("open folder of", text) {
                slipway_open_in_root(
                    root.descriptor, cString(folder.isEmpty ? [0x2E] : folder),
                    O_PATH | O_DIRECTORY | O_CLOEXEC)
            }
            parent = File(descriptor: descriptor, path: text)
            parentPath = folder
        }
        return cString(Array(path[(slash.map { $0 + 1 } ?? 0)...]))
    }

    private func fileType(_ kind: ArchiveEntry.Kind) -> mode_t {
        switch kind {
        case .device(let isBlock, _, _): isBlock ? S_IFBLK : S_IFCHR
        case .socket: S_IFSOCK
        default: S_IFIFO
        }
    }

    private func device(_ kind: ArchiveEntry.Kind) -> dev_t {
        guard case .device(_, let major, let minor) = kind else { return 0 }
        return slipway_makedev(major, minor)
    }

    private func cString(_ bytes: [UInt8]) -> [CChar] {
        bytes.map { CChar(bitPattern: $0) } + [0]
    }
}

/// A path of an archive without leading `./` and `/` and without a slash at its end.
func trimmedPath(_ path: [UInt8]) -> [UInt8] {
    var rest = path[...]
    while true {
        if rest.starts(with: [0x2E, 0x2F]) {
            rest = rest.dropFirst(2)
        } else if rest.first == 0x2F {
            rest = rest.dropFirst()
        } else {
            break
        }
    }
    while rest.last == 0x2F { rest = rest.dropLast() }
    return Array(rest == [0x2E] ? [] : rest)
}

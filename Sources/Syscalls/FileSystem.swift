package import CSyscalls
import Glibc

/// Files and folders by path, each call with an error that names the path.
package enum FileSystem {
    /// The attributes of what a path names, symlinks not followed; nil when there is nothing.
    package static func status(_ path: String) throws(SystemError) -> stat? {
        var status = stat()
        if lstat(path, &status) == 0 { return status }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw SystemError("lstat", path)
    }

    /// What a path can name.
    package enum Kind: Sendable, Equatable {
        /// A folder.
        case directory
        /// A symlink.
        case symlink
        /// A regular file, and whether its owner may run it.
        case file(isExecutable: Bool)
        /// A device, a pipe, a socket, or nothing.
        case other
    }

    /// What a path names, symlinks not followed.
    package static func kind(of path: String) throws(SystemError) -> Kind {
        guard let status = try status(path) else { return .other }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .directory
        case S_IFLNK: return .symlink
        case S_IFREG: return .file(isExecutable: status.st_mode & S_IXUSR != 0)
        default: return .other
        }
    }

    /// The length in bytes of the file that a path names; nil when there is nothing.
    package static func byteCount(of path: String) throws(SystemError) -> UInt64? {
        try status(path).map { UInt64($0.st_size) }
    }

    /// Says whether a path names something, a dangling symlink included.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Says whether a path names a folder, symlinks followed.
    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Reads a whole file.
    ///
    /// - Throws: `SystemError`; code `EFBIG` when it is longer than `limit` bytes.
    package static func read(_ path: String, limit: Int = 256 << 20) throws(SystemError)
        -> [UInt8]
    {
        let file = try File(path)
        var bytes: [UInt8] = []
        // Files in /proc and /sys have no size; read until the end comes.
        while true {
            let chunk = try file.read(1 << 16, at: UInt64(bytes.count))
            bytes += chunk
            guard bytes.count <= limit else { throw SystemError("read", path, code: EFBIG) }
            if chunk.count < 1 << 16 { return bytes }
        }
    }

    /// Reads a regular file below a folder that is taken for the root: no symlink and no `..` leads
    /// out of it.
    ///
    /// - Returns: The content; nil when there is no such file.
    package static func read(_ path: String, inRoot root: String) throws(SystemError) -> [UInt8]? {
        let folder = try File(root, flags: O_PATH | O_DIRECTORY)
        let descriptor = slipway_open_in_root(folder.descriptor, path, O_RDONLY | O_CLOEXEC)
        if descriptor == -1 {
            // A whiteout of overlayfs is a device that has no driver.
            if [ENOENT, ENOTDIR, ENXIO].contains(errno) { return nil }
            throw SystemError("open", "\(root)/\(path)")
        }
        let file = File(descriptor: descriptor, path: "\(root)/\(path)")
        guard try file.status().st_mode & S_IFMT == S_IFREG else { return nil }
        return try file.read(Int(try file.byteCount()), at: 0)
    }

    /// Reads a whole file as text; bytes that are not UTF-8 become U+FFFD.
    package static func readText(_ path: String) throws(SystemError) -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// Writes a file so that a reader sees the old or the new content and never a part.
    ///
    /// The bytes are on the disk before the name changes.
    package static func writeAtomically(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644)
        throws(SystemError)
    {
        let temporary = "\(path).new-\(getpid())"
        do {
            let file = try File.create(temporary, mode: mode)
            try file.write(bytes)
            try file.synchronize()
            try checked("fchmod", temporary) { fchmod(file.descriptor, mode) }
            try rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Writes text so that a reader sees the old or the new content and never a part.
    package static func writeAtomically(_ text: String, to path: String, mode: UInt32 = 0o644)
        throws(SystemError)
    {
        try writeAtomically(Array(text.utf8), to: path, mode: mode)
    }

    /// Waits until all that was written to the filesystem that holds a folder is on the disk, and
    /// tells what could not be written.
    package static func synchronize(holding folder: String) throws(SystemError) {
        let file = try File(folder, flags: O_RDONLY | O_DIRECTORY)
        try checked("syncfs", folder) { syncfs(file.descriptor) }
    }

    /// Waits until the names in a folder are on the disk.
    package static func synchronize(folder: String) throws(SystemError) {
        try File(folder, flags: O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// Renames, replacing a file that has the new name.
    package static func rename(_ path: String, to newPath: String) throws(SystemError) {
        try checked("rename", "\(path) to \(newPath)") { CSyscalls.rename(path, newPath) }
    }

    /// Makes a folder and those above it that are missing.
    package static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
        if isDirectory(path) { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try makeDirectory(String(path[..<slash]))
        }
        if mkdir(path, mode) != 0, errno != EEXIST { throw SystemError("mkdir", path) }
    }

    /// The names in a folder, sorted by their bytes, without `.` and `..`.
    package static func list(_ path: String) throws(SystemError) -> [String] {
        guard let directory = opendir(path) else { throw SystemError("opendir", path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Removes one file or symlink; nothing there is no error.
    package static func removeFile(_ path: String) throws(SystemError) {
        if unlink(path) != 0, errno != ENOENT { throw SystemError("unlink", path) }
    }

    /// Removes a folder with all that is in it, never across a mount point or through a symlink.
    package static func removeTree(_ path: String) throws(SystemError) {
        if slipway_remove_tree(path) != 0, errno != ENOENT {
            throw SystemError("remove", path)
        }
    }

    /// The target of a symlink.
    package static func readLink(_ path: String) throws(SystemError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try checked("readlink", path) { readlink(path, &buffer, buffer.count) }
        return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Makes a symlink, replacing one that is there.
    package static func makeLink(_ path: String, to target: String) throws(SystemError) {
        try removeFile(path)
        try checked("symlink", path) { symlink(target, path) }
    }

    /// Gives a file another name, which must be new.
    package static func hardLink(_ path: String, to newPath: String) throws(SystemError) {
        try checked("link", newPath) { link(path, newPath) }
    }

    /// Bytes that an ordinary user may still write to the filesystem that holds a path.
    package static func availableByteCount(at path: String) throws(SystemError) -> UInt64 {
        var status = statvfs()
        try checked("statvfs", path) { statvfs(path, &status) }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// The size of a block of the filesystem that holds a path: the unit that its files grow by.
    package static func blockByteCount(at path: String) throws(SystemError) -> UInt64 {
        var status = statvfs()
        try checked("statvfs", path) { statvfs(path, &status) }
        return UInt64(status.f_frsize)
    }
}

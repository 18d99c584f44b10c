package import CSyscalls
import Glibc

/// Lists folders whose names need not be text.
package enum DirectoryReader {
    /// A folder's names with their attributes, symlinks not followed, sorted by bytes.
    ///
    /// - Parameter path: The folder, of any length.
    /// - Returns: The names, without `.` and `..`.
    /// - Throws: `SystemError` naming the folder or the name.
    package static func read(_ path: [UInt8]) throws(SystemError) -> [(
        name: [UInt8], status: stat
    )] {
        let folder = try PathBytes.open(path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        // closedir closes the descriptor that it was given.
        let copy = try checked("dup", folder.path) {
            fcntl(folder.descriptor, F_DUPFD_CLOEXEC, 3)
        }
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw SystemError("fdopendir", folder.path, code: code)
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError("readdir", folder.path) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                let start = UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
                return [UInt8](UnsafeBufferPointer(start: start, count: strlen(start)))
            }
            if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
        }
        names.sort { $0.lexicographicallyPrecedes($1) }
        var entries: [(name: [UInt8], status: stat)] = []
        entries.reserveCapacity(names.count)
        for name in names {
            var status = stat()
            let result = PathBytes.withCString(name) {
                fstatat(folder.descriptor, $0, &status, AT_SYMLINK_NOFOLLOW)
            }
            guard result == 0 else {
                throw SystemError("fstatat", PathBytes.describe(path + [0x2f] + name))
            }
            entries.append((name, status))
        }
        return entries
    }
}

extension DirectoryReader {
    private static func strlen(_ start: UnsafePointer<UInt8>) -> Int {
        Glibc.strlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))
    }
}

import CSyscalls
import Glibc

/// Calls on paths that are bytes: names on disk need not be UTF-8, nor paths be short.
package enum PathBytes {
    /// Calls with the bytes as a C string.
    package static func withCString<Result>(
        _ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result
    ) -> Result {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                guard let start = text.baseAddress else { preconditionFailure("no terminator") }
                return body(start)
            }
        }
    }

    /// A path for messages: bytes that are not UTF-8 become U+FFFD.
    package static func describe(_ path: [UInt8]) -> String {
        String(decoding: path, as: UTF8.self)
    }

    /// Opens a file; a path longer than the kernel takes is walked in pieces.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - flags: As for open(2); `O_CLOEXEC` is always set.
    /// - Returns: The open file.
    /// - Throws: `SystemError`.
    package static func open(_ path: [UInt8], flags: CInt) throws(SystemError) -> File {
        let name = describe(path)
        var folder: File?
        var rest = path[...]
        while rest.count >= Int(PATH_MAX) {
            let piece = rest.prefix(Int(PATH_MAX) - 1)
            guard let slash = piece.lastIndex(of: 0x2f), slash > rest.startIndex else {
                throw SystemError("open", name, code: ENAMETOOLONG)
            }
            folder = try openOne(Array(rest[..<slash]), in: folder, flags: O_PATH, name: name)
            rest = rest[slash...].drop { $0 == 0x2f }
        }
        return try openOne(Array(rest), in: folder, flags: flags, name: name)
    }

    private static func openOne(
        _ path: [UInt8], in folder: File?, flags: CInt, name: String
    ) throws(SystemError) -> File {
        let descriptor = try checked("open", name) {
            withCString(path) {
                slipway_openat(folder?.descriptor ?? AT_FDCWD, $0, flags | O_CLOEXEC, 0)
            }
        }
        return File(descriptor: descriptor, path: name)
    }

    /// Calls with a path that the kernel takes: the path itself, or for a long one the name in an
    /// open folder by way of `/proc/self/fd`.
    private static func withShortPath<Result>(
        _ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result
    ) throws(SystemError) -> Result {
        guard path.count >= Int(PATH_MAX), let slash = path.lastIndex(of: 0x2f) else {
            return withCString(path, body)
        }
        let folder = try open(Array(path[..<slash]), flags: O_PATH | O_DIRECTORY)
        let short = Array("/proc/self/fd/\(folder.descriptor)".utf8) + path[slash...]
        return withExtendedLifetime(folder) { withCString(short, body) }
    }

    /// The target of a symlink.
    package static func readLink(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 65536)
        let count = try withShortPath(path) { readlink($0, &buffer, buffer.count) }
        guard count >= 0 else { throw SystemError("readlink", describe(path)) }
        return buffer[..<count].map(UInt8.init(bitPattern:))
    }

    /// The extended attributes of a file, symlinks not followed, in the filesystem's order.
    ///
    /// A filesystem without extended attributes has none.
    package static func xattrs(_ path: [UInt8]) throws(SystemError) -> [(
        name: [UInt8], value: [UInt8]
    )] {
        // Most files have none; one call says so.
        let needed = try withShortPath(path) { llistxattr($0, nil, 0) }
        if needed == 0 { return [] }
        if needed < 0 {
            if errno == ENOTSUP { return [] }
            throw SystemError("llistxattr", describe(path))
        }
        var list = [CChar](repeating: 0, count: 65536)
        let count = try withShortPath(path) { llistxattr($0, &list, list.count) }
        guard count >= 0 else { throw SystemError("llistxattr", describe(path)) }
        var attributes: [(name: [UInt8], value: [UInt8])] = []
        var value = [UInt8](repeating: 0, count: 65536)
        for name in list[..<count].split(separator: 0) {
            let name = name.map(UInt8.init(bitPattern:))
            let size = try withShortPath(path) { path in
                withCString(name) { lgetxattr(path, $0, &value, value.count) }
            }
            guard size >= 0 else {
                throw SystemError("lgetxattr", "\(describe(path)), \(describe(name))")
            }
            attributes.append((name, Array(value[..<size])))
        }
        return attributes
    }
}

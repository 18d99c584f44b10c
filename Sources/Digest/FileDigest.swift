package import Syscalls

/// Digests of whole files.
package enum FileDigest {
    /// The digest of a file's content, read from its start in pieces of 1 MiB.
    package static func digest(of file: File, _ algorithm: HashAlgorithm = .sha256)
        throws(SystemError) -> [UInt8]
    {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var hasher = Hasher(algorithm)
        var offset: UInt64 = 0
        while true {
            let count = try file.read(into: buffer, at: offset)
            if count == 0 { return hasher.finalize() }
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
        }
    }

    /// The digest of the file that a path names.
    package static func digest(of path: String, _ algorithm: HashAlgorithm = .sha256)
        throws(SystemError) -> [UInt8]
    {
        try digest(of: try File(path), algorithm)
    }
}

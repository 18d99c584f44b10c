import Digest
import Release
import Syscalls

/// The length and the SHA-256 of a file.
struct MeasuredFile: Equatable {
    /// The digest.
    let checksum: Checksum
    /// The length in bytes.
    let byteCount: UInt64

    /// Reads a file.
    ///
    /// - Throws: `SystemError` naming the file.
    init(_ path: String) throws(SystemError) {
        let file = try File(path)
        checksum = Checksum(sha256: try FileDigest.digest(of: file))
        byteCount = try file.byteCount()
    }
}

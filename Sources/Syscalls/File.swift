package import CSyscalls
import Glibc

/// An open file; closed when the last reference goes.
package final class File: Sendable {
    /// The descriptor, for calls that this type does not wrap.
    package let descriptor: CInt
    /// The path it was opened by, for messages.
    package let path: String

    /// Takes over an open descriptor.
    package init(descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens a file; the corresponding C function is `open`; `O_CLOEXEC` is always set.
    package convenience init(_ path: String, flags: CInt = O_RDONLY, mode: UInt32 = 0o644)
        throws(SystemError)
    {
        let descriptor = try checked("open", path) {
            slipway_open(path, flags | O_CLOEXEC, mode)
        }
        self.init(descriptor: descriptor, path: path)
    }

    /// Makes a file anew, emptying one that is there.
    package static func create(_ path: String, mode: UInt32 = 0o644) throws(SystemError) -> File {
        try File(path, flags: O_RDWR | O_CREAT | O_TRUNC, mode: mode)
    }

    /// The file's attributes.
    package func status() throws(SystemError) -> stat {
        var status = stat()
        try checked("fstat", path) { fstat(descriptor, &status) }
        return status
    }

    /// The file's size in bytes.
    package func byteCount() throws(SystemError) -> UInt64 { UInt64(try status().st_size) }

    /// Reads at an offset.
    ///
    /// - Returns: The count of bytes read: less than the buffer's only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64)
        throws(SystemError) -> Int
    {
        var done = 0
        while done < buffer.count {
            let count = try checked("pread", path) {
                pread(
                    descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done,
                    off_t(offset) + off_t(done))
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Reads up to `count` bytes at an offset; fewer only at the end of the file.
    package func read(_ count: Int, at offset: UInt64) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got: Result<Int, SystemError> = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(SystemError) in try read(into: buffer, at: offset) }
        }
        bytes.removeLast(count - (try got.get()))
        return bytes
    }

    /// Reads on from the file's own position.
    ///
    /// - Returns: The count of bytes read, 0 at the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try checked("read", path) {
            CSyscalls.read(descriptor, buffer.baseAddress, buffer.count)
        }
    }

    /// Writes all bytes at the file's own position.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            done += try checked("write", path) {
                CSyscalls.write(
                    descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            }
        }
    }

    /// Writes all bytes at an offset.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            done += try checked("pwrite", path) {
                pwrite(
                    descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done,
                    off_t(offset) + off_t(done))
            }
        }
    }

    /// Writes all bytes at the file's own position.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        let result: Result<Void, SystemError> = bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try write(buffer) }
        }
        try result.get()
    }

    /// Waits until the content is on the disk.
    package func synchronize() throws(SystemError) {
        try checked("fsync", path) { fsync(descriptor) }
    }

    /// Takes an advisory lock on the whole file; the corresponding C function is `flock`.
    ///
    /// - Returns: False when someone else holds it and `wait` is false.
    package func lock(exclusive: Bool = true, wait: Bool) throws(SystemError) -> Bool {
        let operation = (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB)
        do throws(SystemError) {
            try checked("flock", path) { flock(descriptor, operation) }
            return true
        } catch  where error.code == EWOULDBLOCK {
            return false
        }
    }
}

import DiskFormats
import Glibc
import Syscalls

/// Writes to a disk or a partition, each write on the medium before the next.
struct DeviceWriter {
    private let file: File

    /// Opens a device or an image file for writing.
    init(_ path: String) throws(SystemError) { file = try File(path, flags: O_RDWR) }

    /// Writes, and waits until it is on the medium.
    func write(_ write: ByteWrite) throws(SystemError) {
        let result: Result<Void, SystemError> = write.bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try file.write(buffer, at: write.offset) }
        }
        try result.get()
        try file.synchronize()
    }

    /// Waits until all that anybody wrote to the device is on the medium.
    func synchronize() throws(SystemError) { try file.synchronize() }

    /// The device, for ioctls.
    var device: File { file }
}

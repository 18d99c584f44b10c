import CSyscalls
import Glibc
import Syscalls

/// Bits that flip on one leg of a mirror, which md does not see.
package enum Rot {
    /// Turns all bits of a byte over.
    ///
    /// The leg is written past the page cache, as its superblock 1.0 is at its end: a file lies
    /// where its filesystem has it. Nobody has asked for the file's old bytes afterwards: they are
    /// dropped.
    ///
    /// - Parameters:
    ///   - byte: Which byte of the file.
    ///   - path: The file, on the mounted array.
    ///   - leg: The leg's device.
    /// - Throws: `SystemError`, or `LabError.machine` when the file has no such byte.
    package static func turn(byte: UInt64, of path: String, on leg: String) throws {
        let file = try File(path)
        let extents = try file.extents()
        guard
            let extent = extents.first(where: {
                $0.logical <= byte && byte < $0.logical + $0.byteCount
            })
        else { throw LabError.machine(reason: "\(path) has no byte \(byte) on a disk") }
        let sectorByteCount = 4096
        let place = extent.physical + byte - extent.logical
        let start = place / UInt64(sectorByteCount) * UInt64(sectorByteCount)
        let device = try File(leg, flags: O_RDWR | O_DIRECT)
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: sectorByteCount, alignment: sectorByteCount)
        defer { buffer.deallocate() }
        guard try device.read(into: buffer, at: start) == sectorByteCount else {
            throw LabError.machine(reason: "\(leg) ends before \(place)")
        }
        buffer[Int(place - start)] = ~buffer[Int(place - start)]
        try device.write(UnsafeRawBufferPointer(buffer), at: start)
        try device.synchronize()
        try checked("posix_fadvise", path) {
            posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_DONTNEED)
        }
    }
}

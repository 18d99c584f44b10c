import CSyscalls
import Glibc
package import Syscalls

/// Image files of disks: sparse, so that a disk of any size costs what was written to it.
package enum DiskImage {
    /// Makes a blank disk, in the place of one that is there.
    package static func makeBlank(_ path: String, byteCount: UInt64) throws(SystemError) {
        let file = try File.create(path)
        try checked("ftruncate", path) { ftruncate(file.descriptor, off_t(byteCount)) }
    }

    /// Copies a disk, its holes as holes.
    static func copy(_ path: String, to target: String) throws(SystemError) {
        let source = try File(path)
        let byteCount = try source.byteCount()
        try makeBlank(target, byteCount: byteCount)
        let copy = try File(target, flags: O_RDWR)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset: UInt64 = 0
        while let range = try dataRange(of: source, from: offset) {
            offset = range.lowerBound
            while offset < range.upperBound {
                let count = Int(min(UInt64(buffer.count), range.upperBound - offset))
                let result: Result<Void, SystemError> = buffer.withUnsafeMutableBytes { buffer in
                    Result { () throws(SystemError) in
                        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                        let got = try source.read(into: piece, at: offset)
                        try copy.write(
                            UnsafeRawBufferPointer(rebasing: buffer[..<got]), at: offset)
                    }
                }
                try result.get()
                offset += UInt64(count)
            }
        }
    }

    /// Turns every bit over in a range that lies in the disk.
    static func damage(_ path: String, offset: UInt64, byteCount: UInt64) throws(SystemError) {
        let file = try File(path, flags: O_RDWR)
        let bytes = try file.read(Int(byteCount), at: offset).map { ~$0 }
        let result: Result<Void, SystemError> = bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try file.write(buffer, at: offset) }
        }
        try result.get()
    }

    /// The next range that is no hole; nil when there is none.
    static func dataRange(of file: File, from offset: UInt64) throws(SystemError)
        -> Range<UInt64>?
    {
        let start = lseek(file.descriptor, off_t(offset), SEEK_DATA)
        if start < 0 {
            if errno == ENXIO { return nil }
            throw SystemError("lseek", file.path)
        }
        let end = try checked("lseek", file.path) { lseek(file.descriptor, start, SEEK_HOLE) }
        return UInt64(start)..<UInt64(end)
    }
}

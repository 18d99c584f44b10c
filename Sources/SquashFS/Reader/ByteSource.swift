import CSyscalls
import Synchronization
import Syscalls

extension SquashFS {
    /// Bytes that an image is read from, by any thread.
    protocol ByteSource: Sendable {
        /// How many bytes there are.
        var byteCount: UInt64 { get }
        /// Fills a buffer from an offset; the caller has checked that the bytes are there.
        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64)
            throws(SquashFSError)
    }

    /// A file from an offset to its end; a block device will do.
    struct FileSource: ByteSource {
        private let file: File
        private let base: UInt64
        let byteCount: UInt64

        init(path: String, offset: UInt64) throws(SquashFSError) {
            let (file, end) = try system { () throws(SystemError) in
                let file = try File(path)
                // A block device has no size in its attributes; its end is where lseek finds it.
                let end = try checked("lseek", path) { lseek(file.descriptor, 0, SEEK_END) }
                return (file, UInt64(max(0, end)))
            }
            self.file = file
            base = offset
            byteCount = end - min(end, offset)
        }

        func read(
            into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
        ) throws(SquashFSError) {
            try system { () throws(SystemError) in
                guard try file.read(into: buffer, at: base + offset) == buffer.count else {
                    throw SystemError("pread", file.path, code: EIO)
                }
            }
        }
    }

    /// Bytes in memory.
    struct MemorySource: ByteSource {
        let bytes: [UInt8]

        var byteCount: UInt64 { UInt64(bytes.count) }

        func read(
            into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
        ) throws(SquashFSError) {
            guard offset <= byteCount, UInt64(buffer.count) <= byteCount - offset else {
                throw .malformed(
                    structure: "image", field: "length", offset: offset,
                    problem: "\(buffer.count) bytes wanted, \(byteCount) are there in all")
            }
            let start = Int(offset)
            bytes.withUnsafeBytes {
                buffer.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[start..<(start + buffer.count)]))
            }
        }
    }

    /// A file of another image.
    struct NestedSource: ByteSource {
        let reader: FileReader

        var byteCount: UInt64 { reader.inode.byteCount }

        func read(
            into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
        ) throws(SquashFSError) {
            try reader.read(into: buffer, at: offset)
        }
    }
}

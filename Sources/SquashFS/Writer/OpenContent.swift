import CSyscalls
import Glibc
import Syscalls

extension SquashFS {
    /// A file's bytes while it is packed.
    ///
    /// What is read is the file as it was at one time, or an error: length and times are compared
    /// before the first and after the last read.
    struct OpenContent {
        private enum Source {
            case bytes([UInt8])
            case file(File, base: UInt64, before: stat)
            case image(Image, Inode)
        }

        /// The content's length in bytes.
        let byteCount: UInt64
        private let source: Source
        private let isSparse: Bool
        private let name: String

        /// Opens a content.
        ///
        /// - Throws: `SquashFSError`, naming the file.
        init(_ content: Entry.Content) throws(SquashFSError) {
            switch content {
            case .bytes(let bytes):
                source = .bytes(bytes)
                byteCount = UInt64(bytes.count)
                isSparse = false
                name = "bytes in memory"
            case .image(let image, let inode):
                source = .image(image, inode)
                byteCount = inode.byteCount
                isSparse = false
                name = "a file of another image"
            case .path(let path):
                let (file, status) = try Self.open(path)
                source = .file(file, base: 0, before: status)
                byteCount = UInt64(max(0, status.st_size))
                isSparse = UInt64(max(0, status.st_blocks)) * 512 < byteCount
                name = file.path
            case .slice(let path, let offset, let count):
                let (file, status) = try Self.open(path)
                guard offset + count <= UInt64(max(0, status.st_size)) else {
                    throw .sourceChanged(
                        path: file.path,
                        problem: "\(status.st_size) bytes, \(offset + count) are needed")
                }
                source = .file(file, base: offset, before: status)
                byteCount = count
                isSparse = UInt64(max(0, status.st_blocks)) * 512 < UInt64(status.st_size)
                name = file.path
            }
        }

        private static func open(_ path: [UInt8]) throws(SquashFSError) -> (File, stat) {
            try system { () throws(SystemError) in
                let file = try PathBytes.open(path, flags: O_RDONLY | O_NONBLOCK)
                let status = try file.status()
                guard status.st_mode & S_IFMT == S_IFREG else {
                    throw SystemError("open", file.path, code: EINVAL)
                }
                return (file, status)
            }
        }

        /// Reads a range that is within the content.
        func read(
            into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
        ) throws(SquashFSError) {
            switch source {
            case .bytes(let bytes):
                bytes.withUnsafeBytes { bytes in
                    let start = Int(offset)
                    buffer.copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + buffer.count]))
                }
            case .image(let image, let inode):
                try image.read(inode, at: offset, into: buffer)
            case .file(let file, let base, _):
                let count = try system { () throws(SystemError) in
                    try file.read(into: buffer, at: base + offset)
                }
                guard count == buffer.count else {
                    throw .sourceChanged(
                        path: name,
                        problem: "it ends at byte \(offset + UInt64(count)) of \(byteCount)")
                }
            }
        }

        /// Says whether a range is a hole of a sparse file; false when that is not known.
        func isHole(at offset: UInt64, count: Int) -> Bool {
            guard isSparse, case .file(let file, let base, _) = source else { return false }
            let start = off_t(base + offset)
            let data = lseek(file.descriptor, start, SEEK_DATA)
            if data < 0 { return errno == ENXIO }
            return data >= start + off_t(count)
        }

        /// Says after the last read that the file is still the one that was opened.
        ///
        /// - Throws: `SquashFSError.sourceChanged`.
        func finish() throws(SquashFSError) {
            guard case .file(let file, _, let before) = source else { return }
            let after = try system { () throws(SystemError) in try file.status() }
            guard before.st_size == after.st_size else {
                throw .sourceChanged(
                    path: name, problem: "\(before.st_size) bytes became \(after.st_size)")
            }
            guard before.st_mtim.tv_sec == after.st_mtim.tv_sec,
                before.st_mtim.tv_nsec == after.st_mtim.tv_nsec
            else {
                throw .sourceChanged(path: name, problem: "it was written to")
            }
        }
    }
}

import CSyscalls
import Syscalls

extension SquashFS {
    /// An image file that has its name only once it is whole.
    ///
    /// A thread of its own writes, so that the caller can read the next files meanwhile; at most
    /// `bufferCount` buffers wait. An error of the disk shows at one of the calls after.
    final class FileOutput: ImageOutput {
        /// Bytes on their way to the disk.
        private final class Piece: @unchecked Sendable {
            // One thread at a time has a piece: the pipeline's lock hands it over.
            let buffer = BlockBuffer(byteCount: FileOutput.bufferSize)
            var count = 0
            var offset: UInt64 = 0
            var result: Result<Void, SystemError>?
        }

        private static let bufferSize = 1 << 20
        private static let bufferCount = 3

        private(set) var position: UInt64 = 0
        private let path: String
        private let temporary: String
        private let file: File
        private let writer: Pipeline<Piece>
        private var current = Piece()
        private var written: [Piece] = []
        private var isFinished = false

        /// Makes the file beside its final place.
        init(path: String) throws(SquashFSError) {
            self.path = path
            let temporary = "\(path).partial-\(getpid())"
            self.temporary = temporary
            let file = try system { () throws(SystemError) in
                try File(temporary, flags: O_RDWR | O_CREAT | O_TRUNC)
            }
            self.file = file
            do throws(SystemError) {
                writer = try Pipeline(threads: 1) {
                    { piece in
                        piece.result = Result { () throws(SystemError) in
                            try file.write(piece.buffer.prefix(piece.count), at: piece.offset)
                        }
                    }
                }
            } catch {
                unlink(temporary)
                throw .system(error)
            }
        }

        deinit {
            writer.stop()
            if !isFinished { unlink(temporary) }
        }

        func append(_ bytes: UnsafeRawBufferPointer) throws(SquashFSError) {
            var done = 0
            while done < bytes.count {
                let count = min(bytes.count - done, Self.bufferSize - current.count)
                UnsafeMutableRawBufferPointer(
                    rebasing: current.buffer.bytes[current.count..<(current.count + count)]
                ).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[done..<(done + count)]))
                current.count += count
                done += count
                position += UInt64(count)
                if current.count == Self.bufferSize { try submit() }
            }
        }

        /// Hands the current buffer to the thread and takes one that is free.
        private func submit() throws(SquashFSError) {
            let end = current.offset + UInt64(current.count)
            writer.submit(current)
            written.append(current)
            current =
                written.count < Self.bufferCount ? Piece() : try waitForFirst()
            current.offset = end
            current.count = 0
        }

        private func waitForFirst() throws(SquashFSError) -> Piece {
            let piece = written.removeFirst()
            writer.wait(for: piece)
            guard let result = piece.result else {
                preconditionFailure("a finished piece has a result")
            }
            try system { () throws(SystemError) in try result.get() }
            return piece
        }

        /// Waits until all that was appended is in the file.
        private func flush() throws(SquashFSError) {
            if current.count > 0 { try submit() }
            while !written.isEmpty { _ = try waitForFirst() }
        }

        func read(
            into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
        ) throws(SquashFSError) {
            try flush()
            try system { () throws(SystemError) in
                guard try file.read(into: buffer, at: offset) == buffer.count else {
                    throw SystemError("pread", temporary, code: EIO)
                }
            }
        }

        func finish(superblock: [UInt8]) throws(SquashFSError) {
            try flush()
            try superblock.withBytes { bytes throws(SquashFSError) in
                try system { () throws(SystemError) in
                    try file.write(bytes, at: 0)
                    try FileSystem.rename(temporary, to: path)
                }
            }
            isFinished = true
        }
    }
}

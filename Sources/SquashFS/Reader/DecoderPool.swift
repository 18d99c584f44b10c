import Compression
import Synchronization

extension SquashFS {
    /// Decompressors with their memory, lent to one thread at a time.
    final class DecoderPool: Sendable {
        /// A decompressor and room for one compressed block.
        private final class Decoder: @unchecked Sendable {
            // Used only by the thread that has taken it out of the pool.
            let decompressor: Compression.Decompressor
            let room: BlockBuffer

            init(_ algorithm: Compression.Algorithm, _ size: Int) throws(SquashFSError) {
                do throws(CompressionError) {
                    decompressor = try Compression.Decompressor(algorithm)
                } catch {
                    throw .compression(error)
                }
                room = BlockBuffer(byteCount: size)
            }
        }

        private let algorithm: Compression.Algorithm
        private let blockSize: Int
        private let idle = Mutex<[Decoder]>([])

        init(_ algorithm: Compression.Algorithm, blockSize: Int) {
            self.algorithm = algorithm
            self.blockSize = blockSize
        }

        private func borrow<Value>(
            _ body: (Decoder) throws(SquashFSError) -> Value
        ) throws(SquashFSError) -> Value {
            let decoder: Decoder
            if let known = idle.withLock({ $0.popLast() }) {
                decoder = known
            } else {
                decoder = try Decoder(algorithm, max(blockSize, metadataBlockSize))
            }
            defer { idle.withLock { $0.append(decoder) } }
            return try body(decoder)
        }

        /// Reads and decompresses a block of metadata.
        ///
        /// - Parameters:
        ///   - source: The image.
        ///   - start: Where the block's header is.
        ///   - end: Where the block has to end at the latest.
        ///   - structure: The table's name for messages.
        /// - Returns: The block.
        /// - Throws: `SquashFSError`.
        func metadataBlock(
            of source: any ByteSource, at start: UInt64, end: UInt64, _ structure: String
        ) throws(SquashFSError) -> MetadataBlock {
            func fault(_ problem: String) -> SquashFSError {
                .malformed(
                    structure: structure, field: "metadata block", offset: start, problem: problem)
            }
            guard end <= source.byteCount, start <= end, end - start > 2 else {
                throw fault("it is outside the table, which ends at \(end)")
            }
            return try borrow { decoder throws(SquashFSError) in
                let room = decoder.room.bytes
                try source.read(into: .init(rebasing: room[..<2]), at: start)
                let header = UInt16(room[0]) | UInt16(room[1]) << 8
                let count = Int(header & ~metadataIsRaw)
                guard (1...metadataBlockSize).contains(count), UInt64(count) + 2 <= end - start
                else { throw fault("\(count) bytes") }
                try source.read(into: .init(rebasing: room[..<count]), at: start + 2)
                let stored = UnsafeRawBufferPointer(rebasing: room[..<count])
                let next = start + 2 + UInt64(count)
                if header & metadataIsRaw != 0 {
                    return MetadataBlock(start: start, next: next, bytes: Array(stored))
                }
                var bytes = [UInt8](repeating: 0, count: metadataBlockSize)
                let size = try bytes.withMutableBytes { output throws(SquashFSError) in
                    try decompress(decoder, stored, into: output) { fault($0) }
                }
                guard size > 0 else { throw fault("it is empty") }
                bytes.removeLast(bytes.count - size)
                return MetadataBlock(start: start, next: next, bytes: bytes)
            }
        }

        /// Reads and decompresses a data or fragment block.
        ///
        /// - Parameters:
        ///   - source: The image.
        ///   - offset: Where the block is.
        ///   - size: Its stored length with `blockIsRaw`; not 0.
        ///   - limit: Where the block has to end at the latest.
        ///   - output: Room for what the block holds at most.
        /// - Returns: How many bytes it holds.
        /// - Throws: `SquashFSError`.
        func dataBlock(
            of source: any ByteSource, at offset: UInt64, size: UInt32, limit: UInt64,
            into output: UnsafeMutableRawBufferPointer
        ) throws(SquashFSError) -> Int {
            func fault(_ problem: String) -> SquashFSError {
                .malformed(
                    structure: "data block", field: "size", offset: offset, problem: problem)
            }
            let count = Int(size & ~blockIsRaw)
            guard count > 0, count <= blockSize else { throw fault("\(count) bytes") }
            guard offset <= limit, UInt64(count) <= limit - offset else {
                throw fault("it ends after byte \(limit)")
            }
            if size & blockIsRaw != 0 {
                guard count <= output.count else {
                    throw fault("\(count) bytes where \(output.count) belong")
                }
                try source.read(into: .init(rebasing: output[..<count]), at: offset)
                return count
            }
            return try borrow { decoder throws(SquashFSError) in
                let room = UnsafeMutableRawBufferPointer(rebasing: decoder.room.bytes[..<count])
                try source.read(into: room, at: offset)
                return try decompress(decoder, UnsafeRawBufferPointer(room), into: output) {
                    fault($0)
                }
            }
        }

        private func decompress(
            _ decoder: Decoder, _ stored: UnsafeRawBufferPointer,
            into output: UnsafeMutableRawBufferPointer, _ fault: (String) -> SquashFSError
        ) throws(SquashFSError) -> Int {
            do throws(CompressionError) {
                return try decoder.decompressor.decompress(stored, into: output)
            } catch {
                if case .corrupt(_, let message) = error { throw fault(message) }
                throw .compression(error)
            }
        }
    }
}

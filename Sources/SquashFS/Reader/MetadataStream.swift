import Bytes

extension SquashFS {
    /// Reads fields of a table on and on, across the borders of its compressed blocks.
    struct MetadataStream {
        private let image: Image
        private let structure: String
        private let end: UInt64
        private var block: MetadataBlock
        private var cursor: Int

        /// Starts at a place in a table.
        ///
        /// - Parameters:
        ///   - image: The image.
        ///   - structure: The table's name for messages.
        ///   - start: The block's offset in the image.
        ///   - end: Where the table ends at the latest.
        ///   - offset: Where in the uncompressed block to start.
        /// - Throws: `SquashFSError.malformed` when that is not in the table.
        init(
            _ image: Image, _ structure: String, at start: UInt64, end: UInt64, offset: Int
        ) throws(SquashFSError) {
            self.image = image
            self.structure = structure
            self.end = end
            block = try image.metadataBlock(at: start, end: end, structure)
            cursor = offset
            guard offset <= block.bytes.count else {
                throw malformed("offset", "\(offset) in a block of \(block.bytes.count) bytes")
            }
        }

        /// A fault of the field that was read last.
        func malformed(_ field: String, _ problem: String) -> SquashFSError {
            .malformed(
                structure: structure, field: field, offset: block.start, problem: problem)
        }

        mutating func uint16(_ field: String) throws(SquashFSError) -> UInt16 {
            try integer(field)
        }

        mutating func uint32(_ field: String) throws(SquashFSError) -> UInt32 {
            try integer(field)
        }

        mutating func uint64(_ field: String) throws(SquashFSError) -> UInt64 {
            try integer(field)
        }

        /// Reads bytes; memory is taken as they turn out to be there.
        mutating func bytes(_ count: Int, _ field: String) throws(SquashFSError) -> [UInt8] {
            var result: [UInt8] = []
            result.reserveCapacity(min(count, 65536))
            try read(count, field) { result.append(contentsOf: $0) }
            return result
        }

        /// Passes over bytes.
        mutating func skip(_ count: Int, _ field: String) throws(SquashFSError) {
            try read(count, field) { _ in }
        }

        /// Reads numbers of 32 bits; memory is taken as they turn out to be there.
        mutating func words(_ count: Int, _ field: String) throws(SquashFSError) -> [UInt32] {
            var result: [UInt32] = []
            result.reserveCapacity(min(count, 16384))
            for _ in 0..<count { result.append(try integer(field)) }
            return result
        }

        private mutating func integer<Value: FixedWidthInteger>(
            _ field: String
        ) throws(SquashFSError) -> Value {
            let size = MemoryLayout<Value>.size
            if block.bytes.count - cursor >= size {
                let start = cursor
                cursor += size
                return block.bytes.withUnsafeBytes {
                    Value(
                        littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Value.self))
                }
            }
            var value: Value = 0
            var shift = 0
            try read(size, field) { piece in
                for byte in piece {
                    value |= Value(truncatingIfNeeded: byte) << shift
                    shift += 8
                }
            }
            return value
        }

        private mutating func read(
            _ count: Int, _ field: String, _ body: (ArraySlice<UInt8>) -> Void
        ) throws(SquashFSError) {
            var missing = count
            while missing > 0 {
                if cursor == block.bytes.count {
                    guard block.next < end else {
                        throw malformed(field, "\(missing) bytes are missing at the table's end")
                    }
                    block = try image.metadataBlock(at: block.next, end: end, structure)
                    cursor = 0
                }
                let piece = min(missing, block.bytes.count - cursor)
                body(block.bytes[cursor..<(cursor + piece)])
                cursor += piece
                missing -= piece
            }
        }
    }

    /// A block of a table, decompressed.
    final class MetadataBlock: Sendable {
        /// Where it starts in the image.
        let start: UInt64
        /// Where the block after it starts.
        let next: UInt64
        /// 1 to 8192 bytes.
        let bytes: [UInt8]

        init(start: UInt64, next: UInt64, bytes: [UInt8]) {
            self.start = start
            self.next = next
            self.bytes = bytes
        }
    }
}

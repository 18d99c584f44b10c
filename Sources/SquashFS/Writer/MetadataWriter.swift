extension SquashFS {
    /// A table: bytes in blocks of 8 KiB, each compressed and preceded by its length.
    struct MetadataWriter {
        /// The finished blocks.
        private(set) var encoded: [UInt8] = []
        /// The offsets of the finished blocks in `encoded`.
        private(set) var blockOffsets: [Int] = []
        /// The finished blocks for the chunk index; offsets count from the table's start.
        private(set) var chunks: [Chunk] = []
        private var pending: [UInt8] = []
        private let isRaw: Bool

        /// An empty table.
        ///
        /// - Parameter isRaw: Whether its blocks stay uncompressed.
        init(isRaw: Bool) { self.isRaw = isRaw }

        /// Where the next byte will be: its block's offset in the table, and its own in the block.
        var position: (block: UInt64, offset: Int) { (UInt64(encoded.count), pending.count) }

        /// How many bytes have been written, before compression.
        private(set) var byteCount: UInt64 = 0

        /// Writes bytes, which may cross the borders of blocks.
        mutating func append(
            _ bytes: some Collection<UInt8>, _ encoder: BlockEncoder
        ) throws(SquashFSError) {
            pending.append(contentsOf: bytes)
            byteCount += UInt64(bytes.count)
            var start = 0
            while pending.count - start >= metadataBlockSize {
                try emit(start..<(start + metadataBlockSize), encoder)
                start += metadataBlockSize
            }
            pending.removeFirst(start)
        }

        /// Ends the last block.
        mutating func finish(_ encoder: BlockEncoder) throws(SquashFSError) {
            guard !pending.isEmpty else { return }
            try emit(0..<pending.count, encoder)
            pending.removeAll()
        }

        private mutating func emit(
            _ range: Range<Int>, _ encoder: BlockEncoder
        ) throws(SquashFSError) {
            let offset = encoded.count
            blockOffsets.append(offset)
            let isRaw = self.isRaw
            var room = [UInt8](
                repeating: 0, count: metadataBlockSize + BlockEncoder.outputSlack)
            let result = try pending.withBytes { bytes throws(SquashFSError) in
                let input = UnsafeRawBufferPointer(rebasing: bytes[range])
                let content = BlockDigest(of: input)
                if isRaw {
                    return EncodedBlock(
                        isRaw: true, byteCount: input.count, digest: content, isCached: false)
                }
                return try room.withMutableBytes { room throws(SquashFSError) in
                    try encoder.encode(input, content: content, into: room, isMetadata: true)
                }
            }
            let header = UInt16(result.byteCount) | (result.isRaw ? metadataIsRaw : 0)
            encoded.append(UInt8(truncatingIfNeeded: header))
            encoded.append(UInt8(truncatingIfNeeded: header >> 8))
            encoded.append(
                contentsOf: result.isRaw ? pending[range] : room[..<result.byteCount])
            let digest = encoded.withUnsafeBytes {
                BlockDigest(of: UnsafeRawBufferPointer(rebasing: $0[offset...]))
            }
            chunks.append(
                Chunk(
                    kind: .metadata, offset: UInt64(offset), byteCount: encoded.count - offset,
                    digest: digest))
        }
    }
}

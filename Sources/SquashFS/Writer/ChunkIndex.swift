import Bytes

extension SquashFS {
    /// The chunks of an image as a file, so that a client fetches only what it does not have.
    ///
    /// The bytes `slipchnk`, version (32 bits, 1), count (32 bits), the image's length with padding
    /// (64 bits); then for each chunk its kind (8 bits), length (32 bits) and SHA-256. Offsets
    /// follow from the lengths: chunks lie one after the other from byte 0.
    package struct ChunkIndex: Sendable, Equatable {
        private static let magic = Array("slipchnk".utf8)
        private static let kinds: [ChunkKind] = [
            .superblock, .data, .fragment, .metadata, .index,
        ]

        /// The image's length in bytes, padding included.
        package let byteCount: UInt64
        /// All chunks in order.
        package let chunks: [Chunk]

        /// The index of an image that was just packed.
        package init(of summary: PackSummary) {
            byteCount = summary.byteCount
            chunks = summary.chunks
        }

        /// The index as bytes.
        package func encoded() -> [UInt8] {
            var writer = ByteWriter(capacity: 24 + chunks.count * 37)
            writer.raw(Self.magic)
            writer.uint32LE(1)
            writer.uint32LE(UInt32(chunks.count))
            writer.uint64LE(byteCount)
            for chunk in chunks {
                writer.uint8(UInt8(Self.kinds.firstIndex(of: chunk.kind) ?? 0))
                writer.uint32LE(UInt32(chunk.byteCount))
                writer.raw(chunk.digest.bytes)
            }
            return writer.bytes
        }

        /// Reads an index.
        ///
        /// - Throws: `SquashFSError.malformed` for bytes that are none.
        package init(decoding bytes: [UInt8]) throws(SquashFSError) {
            let span = bytes.span.bytes
            var cursor = ByteCursor()
            func fault(_ field: String, _ problem: String) -> SquashFSError {
                .malformed(
                    structure: "chunk index", field: field, offset: UInt64(cursor.offset),
                    problem: problem)
            }
            var chunks: [Chunk] = []
            var unknownKind: UInt8?
            let magic: [UInt8]
            let version: UInt32
            do throws(DecodeError) {
                magic = try cursor.bytes(8, "magic", in: span)
                version = try cursor.uint32LE("version", in: span)
                let count = try cursor.uint32LE("count", in: span)
                byteCount = try cursor.uint64LE("length", in: span)
                var offset: UInt64 = 0
                for _ in 0..<count {
                    let kind = try cursor.uint8("kind", in: span)
                    let length = try cursor.uint32LE("chunk length", in: span)
                    let digest = try cursor.bytes(32, "digest", in: span)
                    guard Int(kind) < Self.kinds.count else {
                        unknownKind = kind
                        break
                    }
                    chunks.append(
                        Chunk(
                            kind: Self.kinds[Int(kind)], offset: offset, byteCount: Int(length),
                            digest: BlockDigest(digest)))
                    offset += UInt64(length)
                }
            } catch {
                throw .malformed("chunk index", UInt64(cursor.offset), error)
            }
            guard magic == Self.magic else { throw fault("magic", "not a chunk index") }
            guard version == 1 else { throw fault("version", "\(version), not 1") }
            if let unknownKind { throw fault("kind", "\(unknownKind)") }
            self.chunks = chunks
        }
    }
}

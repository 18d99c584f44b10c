import Bytes

extension SquashFS {
    /// Reads what an image has to have before it is open.
    struct Tables {
        let source: any ByteSource
        let decoders: DecoderPool
        let superblock: Superblock

        /// The block of options after the superblock, if its flag is set.
        func compressorOptions() throws(SquashFSError) -> [UInt8] {
            guard superblock.flags.contains(.compressorOptions) else { return [] }
            return try decoders.metadataBlock(
                of: source, at: UInt64(Superblock.encodedSize), end: superblock.inodeTable,
                "compressor options"
            ).bytes
        }

        /// The owners and groups; at most 65,535 of 4 bytes each.
        func ids() throws(SquashFSError) -> [UInt32] {
            guard superblock.idCount > 0 else {
                throw .malformed(
                    structure: "superblock", field: "no_ids", offset: 0, problem: "0")
            }
            let byteCount = Int(superblock.idCount) * 4
            let blockCount = (byteCount + metadataBlockSize - 1) / metadataBlockSize
            let index = try words(
                blockCount, at: superblock.idTable, "id table", "id_table_start")
            var bytes: [UInt8] = []
            for start in index {
                bytes += try decoders.metadataBlock(
                    of: source, at: start, end: superblock.idTable, "id table"
                ).bytes
            }
            guard bytes.count == byteCount else {
                throw .malformed(
                    structure: "id table", field: "no_ids", offset: superblock.idTable,
                    problem: "\(superblock.idCount) ids in \(bytes.count) bytes")
            }
            return bytes.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: 4).map {
                    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
                }
            }
        }

        /// Offsets of 64 bits that lie uncompressed in the image.
        func words(
            _ count: Int, at offset: UInt64, _ structure: String, _ field: String
        ) throws(SquashFSError) -> [UInt64] {
            let byteCount = UInt64(count) * 8
            guard offset <= superblock.bytesUsed, byteCount <= superblock.bytesUsed - offset else {
                throw .malformed(
                    structure: structure, field: field, offset: offset,
                    problem: "\(count) blocks do not fit into the image")
            }
            var bytes = [UInt8](repeating: 0, count: Int(byteCount))
            try bytes.withMutableBytes { buffer throws(SquashFSError) in
                try source.read(into: buffer, at: offset)
            }
            return bytes.withUnsafeBytes { bytes in
                (0..<count).map {
                    UInt64(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: $0 * 8, as: UInt64.self))
                }
            }
        }
    }
}

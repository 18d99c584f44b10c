import Digest
import Synchronization

extension SquashFS.Image {
    /// Reads a range of a file.
    ///
    /// - Parameters:
    ///   - file: A regular file's inode.
    ///   - range: The bytes, cut to those that the file has; nil for all of them.
    /// - Returns: The bytes.
    /// - Throws: `SquashFSError`; `.limit` for more than 1 GiB at once.
    package func read(
        _ file: SquashFS.Inode, range: Range<UInt64>? = nil
    ) throws(SquashFSError) -> [UInt8] {
        let reader = try SquashFS.FileReader(file, in: self)
        let range = (range ?? 0..<file.byteCount).clamped(to: 0..<file.byteCount)
        let count = range.upperBound - range.lowerBound
        guard count <= 1 << 30 else {
            throw .limit(what: "bytes read at once", value: count, limit: 1 << 30)
        }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        try bytes.withMutableBytes { buffer throws(SquashFSError) in
            try reader.read(into: buffer, at: range.lowerBound)
        }
        return bytes
    }

    /// Fills a buffer with a file's bytes from an offset.
    func read(
        _ file: SquashFS.Inode, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SquashFSError) {
        try SquashFS.FileReader(file, in: self).read(into: buffer, at: offset)
    }

    /// Hands out a file's bytes in order, a block at a time.
    ///
    /// - Parameters:
    ///   - file: A regular file's inode.
    ///   - body: Called with each piece; the memory is its own only while it runs.
    /// - Throws: `SquashFSError`, and what `body` throws.
    package func stream(
        _ file: SquashFS.Inode, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let reader = try SquashFS.FileReader(file, in: self)
        let buffer = SquashFS.BlockBuffer(byteCount: Int(superblock.blockSize))
        for index in 0..<reader.pieceCount {
            let count = reader.byteCount(ofPiece: index)
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
            if reader.isZeros(index) {
                piece.initializeMemory(as: UInt8.self, repeating: 0)
            } else {
                try reader.readPiece(index, into: piece)
            }
            try body(UnsafeRawBufferPointer(piece))
        }
    }

    /// The SHA-256 of a file's bytes.
    ///
    /// - Throws: `SquashFSError`.
    package func digest(of file: SquashFS.Inode) throws -> [UInt8] {
        var hasher = Digest.Hasher()
        try stream(file) { hasher.update($0) }
        return hasher.finalize()
    }

    // MARK: Fragments

    /// `struct squashfs_fragment_entry`: where a fragment block is.
    func fragment(_ index: UInt32) throws(SquashFSError) -> (start: UInt64, size: UInt32) {
        guard index < superblock.fragmentCount, superblock.fragmentTable != SquashFS.noTable else {
            throw .malformed(
                structure: "inode", field: "fragment", offset: superblock.inodeTable,
                problem: "\(index) of \(superblock.fragmentCount)")
        }
        let perBlock = UInt32(SquashFS.metadataBlockSize / 16)
        let tables = SquashFS.Tables(source: source, decoders: decoders, superblock: superblock)
        let position = superblock.fragmentTable + UInt64(index / perBlock) * 8
        let start = try tables.words(1, at: position, "fragment table", "index")[0]
        var stream = try SquashFS.MetadataStream(
            self, "fragment table", at: start, end: superblock.fragmentTable,
            offset: Int(index % perBlock) * 16)
        let block = try stream.uint64("start_block")
        return (block, try stream.uint32("size"))
    }

    /// Copies a part of a fragment block.
    func readFragment(
        _ index: UInt32, at offset: Int, into output: UnsafeMutableRawBufferPointer
    ) throws(SquashFSError) {
        let block: SquashFS.FragmentCache.Block
        if let known = fragments.find(index) {
            block = known
        } else {
            let (start, size) = try fragment(index)
            let buffer = SquashFS.BlockBuffer(byteCount: Int(superblock.blockSize))
            let count = try decoders.dataBlock(
                of: source, at: start, size: size, limit: superblock.bytesUsed,
                into: buffer.bytes)
            block = SquashFS.FragmentCache.Block(buffer: buffer, byteCount: count)
            fragments.insert(block, index)
        }
        guard output.count <= block.byteCount, offset <= block.byteCount - output.count else {
            throw .malformed(
                structure: "inode", field: "offset", offset: superblock.inodeTable,
                problem: "\(output.count) bytes at \(offset) of fragment \(index), which has "
                    + "\(block.byteCount)")
        }
        output.copyMemory(
            from: UnsafeRawBufferPointer(
                rebasing: block.buffer.bytes[offset..<(offset + output.count)]))
    }
}

extension SquashFS {
    /// The fragment blocks that were read last, decompressed: at most 8.
    final class FragmentCache: Sendable {
        struct Block: Sendable {
            let buffer: BlockBuffer
            let byteCount: Int
        }

        private static let capacity = 8
        private let blocks = Mutex<[(index: UInt32, block: Block)]>([])

        func find(_ index: UInt32) -> Block? {
            blocks.withLock { $0.first { $0.index == index }?.block }
        }

        func insert(_ block: Block, _ index: UInt32) {
            blocks.withLock { blocks in
                if blocks.count >= Self.capacity { blocks.removeFirst() }
                blocks.append((index, block))
            }
        }
    }
}

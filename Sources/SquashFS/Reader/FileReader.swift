import Synchronization

extension SquashFS {
    /// Reads a file of an image at any place.
    ///
    /// The offsets of its blocks are added up once. For any number of threads.
    final class FileReader: Sendable {
        let image: Image
        let inode: Inode
        private let regular: InodeRecord.Regular
        /// Where each block starts in the image.
        private let offsets: [UInt64]
        private let last = Mutex<(index: Int, bytes: BlockBuffer?)>((-1, nil))

        /// Opens a file.
        ///
        /// - Throws: `SquashFSError.wrongKind` for all but regular files, `.malformed`.
        init(_ inode: Inode, in image: Image) throws(SquashFSError) {
            guard case .regular(let regular) = inode.record.body else {
                throw .wrongKind(path: "inode \(inode.number)", wanted: "a regular file")
            }
            self.image = image
            self.inode = inode
            self.regular = regular
            var offsets: [UInt64] = []
            offsets.reserveCapacity(regular.blocks.count)
            var offset = regular.startBlock
            for size in regular.blocks {
                offsets.append(offset)
                // Sizes have 25 bits and there are at most 2^24 of them; the start may be huge.
                let (sum, overflows) = offset.addingReportingOverflow(
                    UInt64(size & ~blockIsRaw))
                guard !overflows, size < blockIsRaw << 1 else {
                    throw .malformed(
                        structure: "inode", field: "block_list",
                        offset: image.superblock.inodeTable,
                        problem: "block \(offsets.count - 1) of inode \(inode.number) has size "
                            + "\(size)")
                }
                offset = sum
            }
            self.offsets = offsets
        }

        private var blockSize: Int { Int(image.superblock.blockSize) }

        /// How many pieces there are: blocks, and the tail in a fragment.
        var pieceCount: Int { offsets.count + (regular.fragment == SquashFS.none ? 0 : 1) }

        /// How many bytes a piece has; only the last may be shorter than a block.
        func byteCount(ofPiece index: Int) -> Int {
            Int(min(UInt64(blockSize), inode.byteCount - UInt64(index) * UInt64(blockSize)))
        }

        /// Whether a piece is a block of zeros that is not stored.
        func isZeros(_ index: Int) -> Bool {
            index < offsets.count && regular.blocks[index] == 0
        }

        /// The blocks that are stored, each with its place in the image.
        var storedBlocks: [(piece: Int, start: UInt64)] {
            offsets.indices.filter { regular.blocks[$0] != 0 }.map { ($0, offsets[$0]) }
        }

        /// Checks that the tail is within its fragment.
        ///
        /// - Parameter lengths: How many bytes each fragment holds.
        /// - Throws: `SquashFSError.malformed`.
        func verifyTail(_ lengths: [Int]) throws(SquashFSError) {
            guard regular.fragment != SquashFS.none else { return }
            let count = byteCount(ofPiece: offsets.count)
            let index = Int(regular.fragment)
            guard index < lengths.count, Int(regular.fragmentOffset) <= lengths[index],
                count <= lengths[index] - Int(regular.fragmentOffset)
            else {
                throw .malformed(
                    structure: "inode", field: "fragment", offset: image.superblock.inodeTable,
                    problem: "inode \(inode.number): \(count) bytes at \(regular.fragmentOffset) "
                        + "of fragment \(index)")
            }
        }

        /// Decompresses a piece that is not a block of zeros.
        ///
        /// - Parameters:
        ///   - index: 0 up to `pieceCount`.
        ///   - output: Room for exactly the piece.
        /// - Throws: `SquashFSError`; a piece of another length is `.malformed`.
        func readPiece(
            _ index: Int, into output: UnsafeMutableRawBufferPointer
        ) throws(SquashFSError) {
            guard index < offsets.count else {
                try image.readFragment(
                    regular.fragment, at: Int(regular.fragmentOffset), into: output)
                return
            }
            let count = try image.decoders.dataBlock(
                of: image.source, at: offsets[index], size: regular.blocks[index],
                limit: image.superblock.bytesUsed, into: output)
            guard count == output.count else {
                throw .malformed(
                    structure: "data block", field: "length", offset: offsets[index],
                    problem: "\(count) bytes where \(output.count) belong")
            }
        }

        /// Fills a buffer from an offset.
        ///
        /// - Throws: `SquashFSError`; `.malformed` when the file ends before.
        func read(
            into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
        ) throws(SquashFSError) {
            guard offset <= inode.byteCount, UInt64(buffer.count) <= inode.byteCount - offset
            else {
                throw .malformed(
                    structure: "file", field: "length", offset: offset,
                    problem: "\(buffer.count) bytes wanted, the file has \(inode.byteCount)")
            }
            var done = 0
            while done < buffer.count {
                let position = offset + UInt64(done)
                let index = Int(position / UInt64(blockSize))
                let start = Int(position % UInt64(blockSize))
                let count = min(byteCount(ofPiece: index) - start, buffer.count - done)
                try readPart(
                    of: index, from: start,
                    into: .init(rebasing: buffer[done..<(done + count)]))
                done += count
            }
        }

        private func readPart(
            of index: Int, from start: Int, into output: UnsafeMutableRawBufferPointer
        ) throws(SquashFSError) {
            if isZeros(index) {
                output.initializeMemory(as: UInt8.self, repeating: 0)
                return
            }
            let whole = byteCount(ofPiece: index)
            if start == 0, output.count == whole {
                try readPiece(index, into: output)
                return
            }
            if index < offsets.count, regular.blocks[index] & blockIsRaw != 0 {
                let size = Int(regular.blocks[index] & ~blockIsRaw)
                let end = offsets[index] + UInt64(size)
                guard size == whole, end <= image.superblock.bytesUsed else {
                    throw .malformed(
                        structure: "data block", field: "size", offset: offsets[index],
                        problem: "\(size) bytes where \(whole) belong")
                }
                try image.source.read(into: output, at: offsets[index] + UInt64(start))
                return
            }
            let buffer = try piece(index, whole)
            output.copyMemory(
                from: UnsafeRawBufferPointer(
                    rebasing: buffer.bytes[start..<(start + output.count)]))
        }

        /// A whole piece; the last one is kept, because reads often go on where they ended.
        private func piece(_ index: Int, _ count: Int) throws(SquashFSError) -> BlockBuffer {
            if let bytes = last.withLock({ $0.index == index ? $0.bytes : nil }) { return bytes }
            let buffer = BlockBuffer(byteCount: count)
            try readPiece(index, into: buffer.bytes)
            last.withLock { $0 = (index, buffer) }
            return buffer
        }
    }
}

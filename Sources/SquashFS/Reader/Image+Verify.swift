import Syscalls
import Synchronization

extension SquashFS {
    /// What a sound image was found to hold.
    package struct VerifyReport: Sendable, Equatable {
        /// Inodes of all kinds.
        package var inodes = 0
        /// Names in all directories.
        package var names = 0
        /// Regular files.
        package var files = 0
        /// Data blocks that were decompressed; shared ones count once.
        package var blocks = 0
        /// Fragment blocks that were decompressed.
        package var fragments = 0
        /// Bytes of data before compression; shared ones count once.
        package var dataByteCount: UInt64 = 0
    }
}

extension SquashFS.Image {
    /// Reads everything that is in the image and checks what belongs together.
    ///
    /// Every block of data and metadata is decompressed; each inode has one number, one place and
    /// as many names as it says; tables end where the next begin.
    ///
    /// - Parameter threads: How many threads decompress data, 1 or more.
    /// - Returns: What was found.
    /// - Throws: `SquashFSError` for the first fault.
    package func verify(threads: Int = 1) throws -> SquashFS.VerifyReport {
        var report = SquashFS.VerifyReport()
        try verifyChain(from: superblock.inodeTable, to: superblock.directoryTable, "inode table")
        let files = try verifyTree(&report)
        try verifyExportTable()
        let lengths = try verifyFragments(threads: threads, &report)
        try verifyData(of: files, fragmentLengths: lengths, threads: threads, &report)
        return report
    }

    /// Reads the blocks of a table one after the other.
    private func verifyChain(
        from start: UInt64, to end: UInt64, _ structure: String
    ) throws(SquashFSError) {
        var position = start
        while position < end {
            position = try metadataBlock(at: position, end: end, structure).next
        }
    }

    private func verifyTree(_ report: inout SquashFS.VerifyReport) throws -> [SquashFS.Inode] {
        var references: [UInt32: SquashFS.InodeReference] = [:]
        var links: [UInt32: (claimed: UInt32, found: UInt32)] = [:]
        var files: [SquashFS.Inode] = []
        try forEachEntry { entry in
            let inode = entry.inode
            report.names += 1
            if let known = references[inode.number] {
                guard known == inode.reference else {
                    throw fault("inode_number", "\(inode.number) belongs to two inodes")
                }
            } else {
                references[inode.number] = inode.reference
                report.inodes += 1
                if inode.isRegular {
                    files.append(inode)
                    report.files += 1
                }
                _ = try xattrs(of: inode)
            }
            // Of folders tar2sqfs counts all names, mksquashfs those of folders: both will do.
            if !inode.isDirectory {
                links[inode.number, default: (inode.linkCount, 0)].found += 1
            }
        }
        guard report.inodes == Int(superblock.inodeCount) else {
            throw fault(
                "inodes",
                "the superblock says \(superblock.inodeCount), there are "
                    + "\(report.inodes)")
        }
        for (number, link) in links where link.claimed != link.found {
            throw fault("nlink", "inode \(number): \(link.claimed), it has \(link.found) names")
        }
        return files
    }

    private func fault(_ field: String, _ problem: String) -> SquashFSError {
        .malformed(
            structure: "inode", field: field, offset: superblock.inodeTable, problem: problem)
    }

    /// Compares each reference of the export table with the inode that it leads to.
    private func verifyExportTable() throws(SquashFSError) {
        guard superblock.exportTable != SquashFS.noTable else { return }
        let perBlock = UInt64(SquashFS.metadataBlockSize / 8)
        let tables = SquashFS.Tables(source: source, decoders: decoders, superblock: superblock)
        let blockCount = (UInt64(superblock.inodeCount) + perBlock - 1) / perBlock
        guard blockCount * 8 <= superblock.bytesUsed else {
            throw fault("inodes", "\(superblock.inodeCount) in \(superblock.bytesUsed) bytes")
        }
        let index = try tables.words(
            Int(blockCount), at: superblock.exportTable, "export table", "index")
        for (block, start) in index.enumerated() {
            var stream = try SquashFS.MetadataStream(
                self, "export table", at: start, end: superblock.exportTable, offset: 0)
            let first = UInt64(block) * perBlock
            for number in first..<min(first + perBlock, UInt64(superblock.inodeCount)) {
                let reference = SquashFS.InodeReference(
                    rawValue: try stream.uint64("inode reference"))
                let inode = try inode(at: reference)
                guard UInt64(inode.number) == number + 1 else {
                    throw stream.malformed(
                        "inode reference", "number \(number + 1) leads to \(inode.number)")
                }
            }
        }
    }

    private func verifyFragments(
        threads: Int, _ report: inout SquashFS.VerifyReport
    ) throws -> [Int] {
        // 16 bytes each, in a table that is inside the image.
        let most = superblock.bytesUsed / 3 * UInt64(SquashFS.metadataBlockSize / 16)
        guard UInt64(superblock.fragmentCount) <= most else {
            throw fault("fragments", "\(superblock.fragmentCount)")
        }
        let lengths = Mutex<[UInt32: Int]>([:])
        try ParallelWork.forEach(Int(superblock.fragmentCount), threads: threads) {
            index in
            let (start, size) = try self.fragment(UInt32(index))
            let buffer = SquashFS.BlockBuffer(byteCount: Int(self.superblock.blockSize))
            let count = try self.decoders.dataBlock(
                of: self.source, at: start, size: size, limit: self.superblock.inodeTable,
                into: buffer.bytes)
            lengths.withLock { $0[UInt32(index)] = count }
        }
        report.fragments = Int(superblock.fragmentCount)
        let found = lengths.withLock { $0 }
        report.dataByteCount += found.values.reduce(0) { $0 + UInt64($1) }
        return (0..<superblock.fragmentCount).map { found[$0] ?? 0 }
    }

    private func verifyData(
        of files: [SquashFS.Inode], fragmentLengths: [Int], threads: Int,
        _ report: inout SquashFS.VerifyReport
    ) throws {
        struct Work {
            var seen: Set<UInt64> = []
            var blocks = 0
            var byteCount: UInt64 = 0
        }
        let work = Mutex(Work())
        try ParallelWork.forEach(files.count, threads: threads) { index in
            let reader = try SquashFS.FileReader(files[index], in: self)
            try reader.verifyTail(fragmentLengths)
            let buffer = SquashFS.BlockBuffer(byteCount: Int(self.superblock.blockSize))
            for (piece, start) in reader.storedBlocks {
                // The same bytes are read once, unless files of other lengths share them.
                let count = reader.byteCount(ofPiece: piece)
                let key = start << 21 | UInt64(count)
                guard work.withLock({ $0.seen.insert(key).inserted }) else { continue }
                try reader.readPiece(piece, into: .init(rebasing: buffer.bytes[..<count]))
                work.withLock { work in
                    work.blocks += 1
                    work.byteCount += UInt64(count)
                }
            }
        }
        let done = work.withLock { $0 }
        report.blocks = done.blocks
        report.dataByteCount += done.byteCount
    }
}

import Bytes
import Compression
import Synchronization

extension SquashFS {
    /// A squashfs image, open for reading by any number of threads.
    ///
    /// Nothing that it holds is believed: each offset, length and number is checked before it is
    /// used, and memory is taken for what is there, not for what is claimed (see `Limits`).
    package final class Image: Sendable {
        /// The superblock.
        package let superblock: Superblock
        /// What reading may take.
        package let limits: Limits
        /// The options of the compressor that follow the superblock, or nothing.
        package let compressorOptions: [UInt8]
        let source: any ByteSource
        /// The length of what holds the image, in bytes; what is behind the image counts too.
        package var byteCount: UInt64 { source.byteCount }
        let decoders: DecoderPool
        private let ids: [UInt32]
        private let metadata = Mutex<[UInt64: MetadataBlock]>([:])
        let fragments = FragmentCache()

        /// How many blocks of metadata are kept decompressed: 4 MiB.
        private static let cachedMetadataBlockCount = 512

        /// Opens an image in a file or on a block device.
        ///
        /// - Parameters:
        ///   - path: The file.
        ///   - offset: Where the image starts in it, in bytes.
        ///   - limits: What reading may take.
        /// - Throws: `SquashFSError`.
        package convenience init(
            path: String, offset: UInt64 = 0, limits: Limits = Limits()
        ) throws(SquashFSError) {
            try self.init(FileSource(path: path, offset: offset), limits: limits)
        }

        /// Opens an image that is a file of another one; nothing is copied out.
        ///
        /// - Parameters:
        ///   - inode: The file.
        ///   - outer: The image that it is in.
        ///   - limits: What reading may take.
        /// - Throws: `SquashFSError`.
        package convenience init(
            of inode: Inode, in outer: Image, limits: Limits = Limits()
        ) throws(SquashFSError) {
            try self.init(NestedSource(reader: FileReader(inode, in: outer)), limits: limits)
        }

        /// Opens an image in memory.
        ///
        /// - Parameters:
        ///   - bytes: The image.
        ///   - limits: What reading may take.
        /// - Throws: `SquashFSError`.
        package convenience init(
            bytes: [UInt8], limits: Limits = Limits()
        ) throws(SquashFSError) {
            try self.init(MemorySource(bytes: bytes), limits: limits)
        }

        init(_ source: any ByteSource, limits: Limits) throws(SquashFSError) {
            self.source = source
            self.limits = limits
            guard source.byteCount >= UInt64(Superblock.encodedSize) else {
                throw .notAnImage(problem: "\(source.byteCount) bytes are too few")
            }
            var header = [UInt8](repeating: 0, count: Superblock.encodedSize)
            try header.withMutableBytes { buffer throws(SquashFSError) in
                try source.read(into: buffer, at: 0)
            }
            let superblock = try Superblock(decoding: header.span.bytes)
            try Self.check(superblock, byteCount: source.byteCount)
            guard let algorithm = superblock.algorithm else {
                throw .notAnImage(problem: "compressor \(superblock.compressor)")
            }
            self.superblock = superblock
            decoders = DecoderPool(algorithm, blockSize: Int(superblock.blockSize))
            let tables = Tables(source: source, decoders: decoders, superblock: superblock)
            compressorOptions = try tables.compressorOptions()
            ids = try tables.ids()
        }

        /// Checks that tables follow each other and are inside the file.
        private static func check(
            _ superblock: Superblock, byteCount: UInt64
        ) throws(SquashFSError) {
            func fault(_ field: String, _ value: UInt64) -> SquashFSError {
                .malformed(
                    structure: "superblock", field: field, offset: 0,
                    problem: "\(value) in an image of \(byteCount) bytes")
            }
            guard superblock.bytesUsed <= byteCount else {
                throw fault("bytes_used", superblock.bytesUsed)
            }
            let tables = [
                ("inode_table_start", superblock.inodeTable),
                ("directory_table_start", superblock.directoryTable),
                ("id_table_start", superblock.idTable),
                ("fragment_table_start", superblock.fragmentTable),
                ("lookup_table_start", superblock.exportTable),
                ("xattr_id_table_start", superblock.xattrTable),
            ]
            for (index, (field, value)) in tables.enumerated() where index < 3 || value != noTable {
                guard value >= UInt64(Superblock.encodedSize), value <= superblock.bytesUsed else {
                    throw fault(field, value)
                }
            }
            guard superblock.inodeTable < superblock.directoryTable else {
                throw fault("directory_table_start", superblock.directoryTable)
            }
            guard superblock.inodeCount > 0 else { throw fault("inodes", 0) }
        }

        // MARK: Metadata

        func metadataBlock(
            at start: UInt64, end: UInt64, _ structure: String
        ) throws(SquashFSError) -> MetadataBlock {
            if let block = metadata.withLock({ $0[start] }), block.next <= end { return block }
            let block = try decoders.metadataBlock(of: source, at: start, end: end, structure)
            metadata.withLock { blocks in
                if blocks.count >= Self.cachedMetadataBlockCount { blocks.removeAll() }
                blocks[start] = block
            }
            return block
        }

        /// The owner or group that an inode names by its place in the id table.
        func id(at index: UInt16, _ field: String) throws(SquashFSError) -> UInt32 {
            guard Int(index) < ids.count else {
                throw .malformed(
                    structure: "inode", field: field, offset: superblock.inodeTable,
                    problem: "id \(index) of \(ids.count)")
            }
            return ids[Int(index)]
        }

        // MARK: Inodes

        /// The root directory.
        package var root: Inode {
            get throws(SquashFSError) {
                let root = try inode(at: superblock.rootInode)
                guard root.isDirectory else {
                    throw .malformed(
                        structure: "superblock", field: "root_inode", offset: 0,
                        problem: "it is not a directory")
                }
                return root
            }
        }

        /// Reads an inode.
        func inode(at reference: InodeReference) throws(SquashFSError) -> Inode {
            let (start, overflows) = superblock.inodeTable.addingReportingOverflow(
                reference.block)
            guard !overflows, start < superblock.directoryTable else {
                throw .malformed(
                    structure: "inode", field: "start_block", offset: superblock.inodeTable,
                    problem: "\(reference.block) is outside the table")
            }
            var stream = try MetadataStream(
                self, "inode", at: start, end: superblock.directoryTable,
                offset: reference.offset)
            let record = try InodeRecord(
                from: &stream, blockSize: superblock.blockSize,
                maximumBlockCount: limits.blockCount)
            guard (1...superblock.inodeCount).contains(record.number) else {
                throw stream.malformed(
                    "inode_number", "\(record.number) of \(superblock.inodeCount)")
            }
            return Inode(
                record, reference: reference, uid: try id(at: record.uidIndex, "uid"),
                gid: try id(at: record.gidIndex, "guid"))
        }
    }
}

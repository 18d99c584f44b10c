import Bytes
package import Compression

extension SquashFS {
    /// The first 96 bytes of an image: `struct squashfs_super_block`.
    package struct Superblock: Sendable, Equatable {
        /// Bits of the field `flags`.
        package struct Flags: OptionSet, Sendable {
            package let rawValue: UInt16
            package init(rawValue: UInt16) { self.rawValue = rawValue }
            /// Inodes and directories are not compressed.
            package static let rawInodes = Flags(rawValue: 1 << 0)
            /// Data blocks are not compressed.
            package static let rawData = Flags(rawValue: 1 << 1)
            /// Fragment blocks are not compressed.
            package static let rawFragments = Flags(rawValue: 1 << 3)
            /// There are no fragments.
            package static let noFragments = Flags(rawValue: 1 << 4)
            /// The tails of files longer than a block are in fragments too.
            package static let tailsInFragments = Flags(rawValue: 1 << 5)
            /// Equal files are stored once.
            package static let deduplicated = Flags(rawValue: 1 << 6)
            /// There is an export table.
            package static let exportable = Flags(rawValue: 1 << 7)
            /// Xattrs are not compressed.
            package static let rawXattrs = Flags(rawValue: 1 << 8)
            /// There are no xattrs.
            package static let noXattrs = Flags(rawValue: 1 << 9)
            /// Options of the compressor follow the superblock.
            package static let compressorOptions = Flags(rawValue: 1 << 10)
            /// The id table is not compressed.
            package static let rawIDs = Flags(rawValue: 1 << 11)
        }

        /// Its length in bytes.
        package static let encodedSize = 96
        /// The bytes `hsqs`.
        static let magic: UInt32 = 0x7371_7368

        /// How many inodes there are.
        package var inodeCount: UInt32 = 0
        /// Seconds since 1970.
        package var creationTime: UInt32 = 0
        /// The length of a data block in bytes.
        package var blockSize: UInt32 = 0
        /// How many fragment blocks there are.
        package var fragmentCount: UInt32 = 0
        /// The compressor's number.
        package var compressor: UInt16 = 0
        /// What is stored how.
        package var flags: Flags = []
        /// How many ids the id table has.
        package var idCount: UInt16 = 0
        /// Where the root directory's inode is.
        var rootInode = InodeReference(rawValue: 0)
        /// The length of the image without padding, in bytes.
        package var bytesUsed: UInt64 = 0
        /// Where the id table's index is.
        package var idTable = noTable
        /// Where the xattr table's header is.
        package var xattrTable = noTable
        /// Where the inodes start.
        package var inodeTable: UInt64 = 0
        /// Where the directories start.
        package var directoryTable: UInt64 = 0
        /// Where the fragment table's index is.
        package var fragmentTable = noTable
        /// Where the export table's index is.
        package var exportTable = noTable

        /// Where the data ends and the tables begin.
        package var dataEnd: UInt64 { inodeTable }

        /// The format of compressed blocks.
        package var algorithm: Compression.Algorithm? { SquashFS.algorithm(compressor) }

        init() {}

        /// Reads a superblock; only what any image must have is checked here.
        init(decoding bytes: RawSpan) throws(SquashFSError) {
            let magic: UInt32
            let blockLog: UInt16
            let version: (major: UInt16, minor: UInt16)
            do throws(DecodeError) {
                var cursor = ByteCursor()
                magic = try cursor.uint32LE("s_magic", in: bytes)
                inodeCount = try cursor.uint32LE("inodes", in: bytes)
                creationTime = try cursor.uint32LE("mkfs_time", in: bytes)
                blockSize = try cursor.uint32LE("block_size", in: bytes)
                fragmentCount = try cursor.uint32LE("fragments", in: bytes)
                compressor = try cursor.uint16LE("compression", in: bytes)
                blockLog = try cursor.uint16LE("block_log", in: bytes)
                flags = Flags(rawValue: try cursor.uint16LE("flags", in: bytes))
                idCount = try cursor.uint16LE("no_ids", in: bytes)
                version.major = try cursor.uint16LE("s_major", in: bytes)
                version.minor = try cursor.uint16LE("s_minor", in: bytes)
                rootInode = InodeReference(
                    rawValue: try cursor.uint64LE("root_inode", in: bytes))
                bytesUsed = try cursor.uint64LE("bytes_used", in: bytes)
                idTable = try cursor.uint64LE("id_table_start", in: bytes)
                xattrTable = try cursor.uint64LE("xattr_id_table_start", in: bytes)
                inodeTable = try cursor.uint64LE("inode_table_start", in: bytes)
                directoryTable = try cursor.uint64LE("directory_table_start", in: bytes)
                fragmentTable = try cursor.uint64LE("fragment_table_start", in: bytes)
                exportTable = try cursor.uint64LE("lookup_table_start", in: bytes)
            } catch {
                throw .notAnImage(problem: error.description)
            }
            guard magic == Self.magic else {
                throw .notAnImage(problem: "it does not start with the bytes \"hsqs\"")
            }
            guard version == (4, 0) else {
                throw .notAnImage(
                    problem: "version \(version.major).\(version.minor), not 4.0")
            }
            guard blockSizeRange.contains(Int(blockSize)), blockSize.nonzeroBitCount == 1,
                blockSize.trailingZeroBitCount == Int(blockLog)
            else {
                throw .notAnImage(
                    problem: "block size \(blockSize) with block_log \(blockLog)")
            }
        }

        /// The 96 bytes.
        func encoded() -> [UInt8] {
            var writer = ByteWriter(capacity: Self.encodedSize)
            writer.uint32LE(Self.magic)
            writer.uint32LE(inodeCount)
            writer.uint32LE(creationTime)
            writer.uint32LE(blockSize)
            writer.uint32LE(fragmentCount)
            writer.uint16LE(compressor)
            writer.uint16LE(UInt16(blockSize.trailingZeroBitCount))
            writer.uint16LE(flags.rawValue)
            writer.uint16LE(idCount)
            writer.uint16LE(4)
            writer.uint16LE(0)
            writer.uint64LE(rootInode.rawValue)
            writer.uint64LE(bytesUsed)
            writer.uint64LE(idTable)
            writer.uint64LE(xattrTable)
            writer.uint64LE(inodeTable)
            writer.uint64LE(directoryTable)
            writer.uint64LE(fragmentTable)
            writer.uint64LE(exportTable)
            return writer.bytes
        }
    }

    /// Where an inode is: the offset of its metadata block in the inode table, times 65536, plus
    /// its offset in the uncompressed block.
    struct InodeReference: Sendable, Hashable {
        let rawValue: UInt64

        init(rawValue: UInt64) { self.rawValue = rawValue }

        init(block: UInt64, offset: Int) {
            rawValue = block << 16 | UInt64(offset)
        }

        /// The metadata block's offset from the start of its table, in bytes.
        var block: UInt64 { rawValue >> 16 }
        /// The offset in the uncompressed block, in bytes.
        var offset: Int { Int(rawValue & 0xffff) }
    }
}

import Bytes

extension SquashFS {
    /// What the entries after it have in common: `struct squashfs_dir_header`.
    struct DirectoryHeader: Sendable, Equatable {
        static let encodedSize = 12
        /// The most entries that may follow one header.
        static let maximumEntryCount = 256

        /// How many entries follow, 1 to 256.
        var entryCount: Int
        /// The metadata block of the entries' inodes, as an offset in the inode table.
        var startBlock: UInt32
        /// The number that the entries' inode numbers are counted from.
        var inodeNumber: UInt32

        func encode(into writer: inout ByteWriter) {
            writer.uint32LE(UInt32(entryCount - 1))
            writer.uint32LE(startBlock)
            writer.uint32LE(inodeNumber)
        }

        init(entryCount: Int, startBlock: UInt32, inodeNumber: UInt32) {
            self.entryCount = entryCount
            self.startBlock = startBlock
            self.inodeNumber = inodeNumber
        }

        init(from stream: inout MetadataStream) throws(SquashFSError) {
            let count = try stream.uint32("count")
            guard count < Self.maximumEntryCount else {
                throw stream.malformed("count", "\(count)")
            }
            entryCount = Int(count) + 1
            startBlock = try stream.uint32("start_block")
            inodeNumber = try stream.uint32("inode_number")
        }
    }

    /// One name in a directory: `struct squashfs_dir_entry`.
    struct DirectoryEntry: Sendable, Equatable {
        /// The length of all but the name.
        static let fixedSize = 8

        /// The inode's offset in its uncompressed metadata block.
        var offset: UInt16
        /// The inode's number less the header's.
        var inodeNumberDelta: Int16
        /// The inode's basic type, 1 to 7.
        var type: UInt16
        /// 1 to 256 bytes.
        var name: [UInt8]

        func encode(into writer: inout ByteWriter) {
            writer.uint16LE(offset)
            writer.uint16LE(UInt16(bitPattern: inodeNumberDelta))
            writer.uint16LE(type)
            writer.uint16LE(UInt16(name.count - 1))
            writer.raw(name)
        }

        init(offset: UInt16, inodeNumberDelta: Int16, type: UInt16, name: [UInt8]) {
            self.offset = offset
            self.inodeNumberDelta = inodeNumberDelta
            self.type = type
            self.name = name
        }

        init(from stream: inout MetadataStream) throws(SquashFSError) {
            offset = try stream.uint16("offset")
            inodeNumberDelta = Int16(bitPattern: try stream.uint16("inode_number"))
            type = try stream.uint16("type")
            let size = try stream.uint16("size")
            guard size < 256 else { throw stream.malformed("size", "a name of \(size) bytes") }
            name = try stream.bytes(Int(size) + 1, "name")
        }
    }
}

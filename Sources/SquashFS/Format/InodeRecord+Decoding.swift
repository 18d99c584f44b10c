import Bytes

extension SquashFS.InodeRecord {
    /// Reads the inode that a stream stands at.
    ///
    /// - Parameters:
    ///   - stream: The inode table.
    ///   - blockSize: The image's block size: it says how many blocks a file has.
    ///   - maximumBlockCount: The most blocks of a file that are read into memory.
    /// - Throws: `SquashFSError.malformed` or `.limit`, before memory is taken for a claim.
    init(
        from stream: inout SquashFS.MetadataStream, blockSize: UInt32, maximumBlockCount: UInt64
    ) throws(SquashFSError) {
        let type = try stream.uint16("inode_type")
        mode = try stream.uint16("mode") & 0o7777
        uidIndex = try stream.uint16("uid")
        gidIndex = try stream.uint16("guid")
        modificationTime = try stream.uint32("mtime")
        number = try stream.uint32("inode_number")
        linkCount = 1
        xattrs = SquashFS.none
        // A value that `body` needs before it can be told what it is.
        body = .fifo
        let isExtended = type > 7
        switch isExtended ? type - 7 : type {
        case 1 where isExtended: try decodeExtendedDirectory(&stream)
        case 1:
            let startBlock = try stream.uint32("start_block")
            linkCount = try stream.uint32("nlink")
            let byteCount = try stream.uint16("file_size")
            let offset = try stream.uint16("offset")
            body = .directory(
                Directory(
                    startBlock: startBlock, offset: offset, byteCount: UInt32(byteCount),
                    parent: try stream.uint32("parent_inode")))
        case 2:
            try decodeRegular(
                &stream, isExtended: isExtended, blockSize: blockSize,
                maximumBlockCount: maximumBlockCount)
        case 3:
            linkCount = try stream.uint32("nlink")
            let count = try stream.uint32("symlink_size")
            guard (1...65535).contains(count) else {
                throw stream.malformed("symlink_size", "\(count)")
            }
            body = .symlink(target: try stream.bytes(Int(count), "symlink"))
            if isExtended { xattrs = try stream.uint32("xattr") }
        case let kind where kind == 4 || kind == 5:
            linkCount = try stream.uint32("nlink")
            body = .device(isBlock: kind == 4, number: try stream.uint32("rdev"))
            if isExtended { xattrs = try stream.uint32("xattr") }
        case let kind where kind == 6 || kind == 7:
            linkCount = try stream.uint32("nlink")
            body = kind == 6 ? .fifo : .socket
            if isExtended { xattrs = try stream.uint32("xattr") }
        default:
            throw stream.malformed("inode_type", "\(type)")
        }
    }

    private mutating func decodeExtendedDirectory(
        _ stream: inout SquashFS.MetadataStream
    ) throws(SquashFSError) {
        linkCount = try stream.uint32("nlink")
        let byteCount = try stream.uint32("file_size")
        let startBlock = try stream.uint32("start_block")
        let parent = try stream.uint32("parent_inode")
        let count = try stream.uint16("i_count")
        let offset = try stream.uint16("offset")
        xattrs = try stream.uint32("xattr")
        var directory = Directory(
            startBlock: startBlock, offset: offset, byteCount: byteCount, parent: parent)
        for _ in 0..<count {
            let offset = try stream.uint32("index")
            let startBlock = try stream.uint32("index start_block")
            let size = try stream.uint32("index size")
            guard size < 256 else { throw stream.malformed("index size", "\(size)") }
            directory.index.append(
                SquashFS.DirectoryIndex(
                    offset: offset, startBlock: startBlock,
                    name: try stream.bytes(Int(size) + 1, "index name")))
        }
        body = .directory(directory)
    }

    private mutating func decodeRegular(
        _ stream: inout SquashFS.MetadataStream, isExtended: Bool, blockSize: UInt32,
        maximumBlockCount: UInt64
    ) throws(SquashFSError) {
        var regular = Regular(
            startBlock: 0, byteCount: 0, sparseByteCount: 0, fragment: SquashFS.none,
            fragmentOffset: 0, blocks: [])
        if isExtended {
            regular.startBlock = try stream.uint64("start_block")
            regular.byteCount = try stream.uint64("file_size")
            regular.sparseByteCount = try stream.uint64("sparse")
            linkCount = try stream.uint32("nlink")
            regular.fragment = try stream.uint32("fragment")
            regular.fragmentOffset = try stream.uint32("offset")
            xattrs = try stream.uint32("xattr")
        } else {
            regular.startBlock = UInt64(try stream.uint32("start_block"))
            regular.fragment = try stream.uint32("fragment")
            regular.fragmentOffset = try stream.uint32("offset")
            regular.byteCount = UInt64(try stream.uint32("file_size"))
        }
        let size = UInt64(blockSize)
        let tail = regular.byteCount % size
        let hasPartialBlock = tail != 0 && regular.fragment == SquashFS.none
        let count = regular.byteCount / size + (hasPartialBlock ? 1 : 0)
        guard count <= maximumBlockCount else {
            throw .limit(what: "blocks of a file", value: count, limit: maximumBlockCount)
        }
        if regular.fragment != SquashFS.none, tail == 0 {
            throw stream.malformed("fragment", "\(regular.fragment) in a file without a tail")
        }
        regular.blocks = try stream.words(Int(count), "block_list")
        body = .regular(regular)
    }
}

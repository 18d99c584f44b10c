extension SquashFS.Image {
    /// The extended attributes of an inode, in the order of the image.
    ///
    /// - Throws: `SquashFSError`.
    package func xattrs(of inode: SquashFS.Inode) throws(SquashFSError) -> [SquashFS.Xattr] {
        guard inode.hasXattrs else { return [] }
        let (start, count) = try xattrHeader()
        guard inode.record.xattrs < count else {
            throw .malformed(
                structure: "inode", field: "xattr", offset: superblock.inodeTable,
                problem: "\(inode.record.xattrs) of \(count)")
        }
        let perBlock = UInt32(SquashFS.metadataBlockSize / 16)
        let index = inode.record.xattrs
        let position = superblock.xattrTable + 16 + UInt64(index / perBlock) * 8
        let tables = SquashFS.Tables(source: source, decoders: decoders, superblock: superblock)
        let block = try tables.words(1, at: position, "xattr table", "index")[0]
        // struct squashfs_xattr_id
        var stream = try SquashFS.MetadataStream(
            self, "xattr table", at: block, end: superblock.xattrTable,
            offset: Int(index % perBlock) * 16)
        let reference = SquashFS.InodeReference(rawValue: try stream.uint64("xattr"))
        let entryCount = try stream.uint32("count")
        guard entryCount <= limits.xattrCount else {
            throw .limit(
                what: "xattrs of an inode", value: UInt64(entryCount),
                limit: UInt64(limits.xattrCount))
        }
        return try readSet(start: start, reference, Int(entryCount))
    }

    /// `struct squashfs_xattr_id_table`: where names and values start, and how many sets there are.
    func xattrHeader() throws(SquashFSError) -> (start: UInt64, count: UInt32) {
        guard superblock.xattrTable != SquashFS.noTable else {
            throw .malformed(
                structure: "inode", field: "xattr", offset: superblock.inodeTable,
                problem: "the image has no xattrs")
        }
        let tables = SquashFS.Tables(source: source, decoders: decoders, superblock: superblock)
        let words = try tables.words(2, at: superblock.xattrTable, "xattr table", "header")
        guard words[0] < superblock.xattrTable else {
            throw .malformed(
                structure: "xattr table", field: "xattr_table_start", offset: superblock.xattrTable,
                problem: "\(words[0])")
        }
        return (words[0], UInt32(truncatingIfNeeded: words[1]))
    }

    private func stream(
        start: UInt64, _ reference: SquashFS.InodeReference
    ) throws(SquashFSError) -> SquashFS.MetadataStream {
        let (block, overflows) = start.addingReportingOverflow(reference.block)
        guard !overflows, block < superblock.xattrTable else {
            throw .malformed(
                structure: "xattr table", field: "xattr", offset: start,
                problem: "block \(reference.block) is outside the table")
        }
        return try SquashFS.MetadataStream(
            self, "xattr table", at: block, end: superblock.xattrTable, offset: reference.offset)
    }

    private func readSet(
        start: UInt64, _ reference: SquashFS.InodeReference, _ count: Int
    ) throws(SquashFSError) -> [SquashFS.Xattr] {
        var stream = try stream(start: start, reference)
        var xattrs: [SquashFS.Xattr] = []
        var byteCount = 0
        for _ in 0..<count {
            let type = try stream.uint16("type")
            let size = try stream.uint16("size")
            guard let prefix = SquashFS.XattrPrefix(rawValue: type & 0xff) else {
                throw stream.malformed("type", "\(type)")
            }
            let name = prefix.text + (try stream.bytes(Int(size), "name"))
            var valueSize = try stream.uint32("vsize")
            let value: [UInt8]
            if type & SquashFS.XattrPrefix.valueIsElsewhere != 0 {
                guard valueSize == 8 else {
                    throw stream.malformed("vsize", "\(valueSize) where 8 belongs")
                }
                let place = SquashFS.InodeReference(rawValue: try stream.uint64("value"))
                var other = try self.stream(start: start, place)
                valueSize = try other.uint32("vsize")
                value = try self.value(valueSize, &other, &byteCount)
            } else {
                value = try self.value(valueSize, &stream, &byteCount)
            }
            byteCount += name.count
            xattrs.append(SquashFS.Xattr(name: name, value: value))
        }
        return xattrs
    }

    private func value(
        _ size: UInt32, _ stream: inout SquashFS.MetadataStream, _ byteCount: inout Int
    ) throws(SquashFSError) -> [UInt8] {
        // The kernel takes no more than 65536 bytes.
        guard size <= 65536 else { throw stream.malformed("vsize", "\(size)") }
        byteCount += Int(size)
        guard byteCount <= limits.xattrByteCount else {
            throw .limit(
                what: "bytes of an inode's xattrs", value: UInt64(byteCount),
                limit: UInt64(limits.xattrByteCount))
        }
        return try stream.bytes(Int(size), "value")
    }
}

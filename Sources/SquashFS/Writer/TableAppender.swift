import Bytes
import Compression

extension SquashFS {
    /// Writes an image's tables after its data, in the order that the kernel checks.
    struct TableAppender {
        let options: WriterOptions
        let output: any ImageOutput
        let encoder: BlockEncoder
        let tree: FileTree
        let plan: TreePlan

        private var isRaw: Bool { options.compression == .none }

        /// Writes all tables and notes in the superblock where they are.
        func append(
            _ data: DataWriter, _ layouts: [FileLayout], _ superblock: inout Superblock
        ) throws(SquashFSError) {
            var tables = TableWriter(tree: tree, plan: plan, isRaw: isRaw, encoder: encoder)
            superblock.rootInode = try tables.write { inode in
                data.record(of: layouts[Int(inode)])
            }
            superblock.inodeCount = UInt32(plan.inodeCount)
            superblock.inodeTable = try append(tables.inodes, &data.chunks)
            superblock.directoryTable = try append(tables.directories, &data.chunks)
            if !data.fragments.isEmpty {
                superblock.fragmentTable = try appendIndexed(
                    try fragmentTable(data), &data.chunks)
            }
            if options.isExportable {
                var table = MetadataWriter(isRaw: isRaw)
                var writer = ByteWriter(capacity: tables.references.count * 8)
                for reference in tables.references { writer.uint64LE(reference.rawValue) }
                try table.append(writer.bytes, encoder)
                try table.finish(encoder)
                superblock.exportTable = try appendIndexed(table, &data.chunks)
            }
            var ids = MetadataWriter(isRaw: isRaw)
            var writer = ByteWriter(capacity: tables.idList.count * 4)
            for id in tables.idList { writer.uint32LE(id) }
            try ids.append(writer.bytes, encoder)
            try ids.finish(encoder)
            superblock.idCount = UInt16(tables.idList.count)
            superblock.idTable = try appendIndexed(ids, &data.chunks)
            if !tables.xattrSets.isEmpty {
                superblock.xattrTable = try append(xattrs: tables.xattrSets, &data.chunks)
            }
        }

        /// `struct squashfs_fragment_entry` for each fragment.
        private func fragmentTable(_ data: DataWriter) throws(SquashFSError) -> MetadataWriter {
            var table = MetadataWriter(isRaw: isRaw)
            var writer = ByteWriter(capacity: data.fragments.count * 16)
            for position in data.fragments {
                writer.uint64LE(data.chunks[Int(position)].offset)
                writer.uint32LE(data.sizes[Int(position)])
                writer.uint32LE(0)
            }
            try table.append(writer.bytes, encoder)
            try table.finish(encoder)
            return table
        }

        private func append(
            xattrs sets: [[Xattr]], _ chunks: inout [Chunk]
        ) throws(SquashFSError) -> UInt64 {
            var xattrs = XattrTableWriter(isRaw: isRaw, encoder: encoder)
            try xattrs.write(sets)
            let values = try append(xattrs.values, &chunks)
            let index = try append(xattrs.sets, &chunks)
            // struct squashfs_xattr_id_table, then the index.
            var writer = ByteWriter(capacity: 16 + xattrs.sets.blockOffsets.count * 8)
            writer.uint64LE(values)
            writer.uint32LE(UInt32(xattrs.count))
            writer.uint32LE(0)
            for offset in xattrs.sets.blockOffsets { writer.uint64LE(index + UInt64(offset)) }
            return try append(index: writer.bytes, &chunks)
        }

        /// Writes a table's blocks and then where each of them is.
        private func appendIndexed(
            _ table: MetadataWriter, _ chunks: inout [Chunk]
        ) throws(SquashFSError) -> UInt64 {
            let start = try append(table, &chunks)
            var writer = ByteWriter(capacity: table.blockOffsets.count * 8)
            for offset in table.blockOffsets { writer.uint64LE(start + UInt64(offset)) }
            return try append(index: writer.bytes, &chunks)
        }

        private func append(
            index: [UInt8], _ chunks: inout [Chunk]
        ) throws(SquashFSError) -> UInt64 {
            let start = output.position
            try output.append(index)
            chunks.append(
                Chunk(
                    kind: .index, offset: start, byteCount: index.count,
                    digest: index.withUnsafeBytes { BlockDigest(of: $0) }))
            return start
        }

        private func append(
            _ table: MetadataWriter, _ chunks: inout [Chunk]
        ) throws(SquashFSError) -> UInt64 {
            let start = output.position
            try output.append(table.encoded)
            for var chunk in table.chunks {
                chunk.offset += start
                chunks.append(chunk)
            }
            return start
        }
    }
}

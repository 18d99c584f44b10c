import Bytes

extension SquashFS {
    /// Makes the tables of inodes and directories from a tree whose files are stored.
    struct TableWriter {
        private let tree: FileTree
        private let plan: TreePlan
        private let encoder: BlockEncoder
        private(set) var inodes: MetadataWriter
        private(set) var directories: MetadataWriter
        /// Where each inode is, by its number less one.
        private(set) var references: [InodeReference]
        private var ids: [UInt32: UInt16] = [:]
        /// The id table's values.
        private(set) var idList: [UInt32] = []
        private var xattrIndices: [Int32: UInt32] = [:]
        /// The sets of xattrs in the order in which inodes name them.
        private(set) var xattrSets: [[Xattr]] = []
        /// Where each directory's listing is, by its number less one.
        private var listings: [UInt32: InodeRecord.Directory] = [:]

        init(tree: FileTree, plan: TreePlan, isRaw: Bool, encoder: BlockEncoder) {
            self.tree = tree
            self.plan = plan
            self.encoder = encoder
            inodes = MetadataWriter(isRaw: isRaw)
            directories = MetadataWriter(isRaw: isRaw)
            references = Array(
                repeating: InodeReference(rawValue: 0), count: plan.inodeCount)
        }

        /// Writes all inodes and directories.
        ///
        /// - Parameter regular: The content of a file, by its inode's index in the tree.
        /// - Returns: Where the root is.
        /// - Throws: `SquashFSError.limit` for more than 65,536 different ids, and what the
        ///   encoder throws.
        mutating func write(
            regular: (Int32) -> InodeRecord.Regular
        ) throws(SquashFSError) -> InodeReference {
            for folder in plan.folders {
                let children = plan.children(of: folder)
                for node in children {
                    let inode = tree.nodes[Int(node)].inode
                    if plan.isFirst(node, of: inode) { try write(inode, regular: regular) }
                }
                try writeListing(of: folder, children)
            }
            let root = tree.nodes[Int(FileTree.root)].inode
            try write(root, regular: regular)
            try inodes.finish(encoder)
            try directories.finish(encoder)
            return references[Int(plan.number(of: root)) - 1]
        }

        private mutating func write(
            _ index: Int32, regular: (Int32) -> InodeRecord.Regular
        ) throws(SquashFSError) {
            let inode = tree.inodes[Int(index)]
            let number = plan.number(of: index)
            let body: InodeRecord.Body
            switch inode.kind {
            case .directory:
                guard let listing = listings.removeValue(forKey: number) else {
                    preconditionFailure("a directory is listed before its inode is written")
                }
                body = .directory(listing)
            case .regular: body = .regular(regular(index))
            case .symlink(let target): body = .symlink(target: tree.targets[Int(target)])
            case .device(let isBlock, let number):
                body = .device(isBlock: isBlock, number: number)
            case .fifo: body = .fifo
            case .socket: body = .socket
            }
            let record = InodeRecord(
                mode: inode.mode, uidIndex: try idIndex(inode.uid),
                gidIndex: try idIndex(inode.gid), modificationTime: inode.modificationTime,
                number: number, linkCount: plan.linkCount(of: index),
                xattrs: xattrIndex(inode.xattrs), body: body)
            let position = inodes.position
            references[Int(number) - 1] = InodeReference(
                block: position.block, offset: position.offset)
            var writer = ByteWriter(capacity: 64)
            record.encode(into: &writer)
            try inodes.append(writer.bytes, encoder)
        }

        /// Sets are numbered as they are met: in the tree they are in the order of the sources.
        private mutating func xattrIndex(_ set: Int32) -> UInt32 {
            if set < 0 { return SquashFS.none }
            if let index = xattrIndices[set] { return index }
            let index = UInt32(xattrSets.count)
            xattrIndices[set] = index
            xattrSets.append(tree.xattrSets[Int(set)])
            return index
        }

        private mutating func idIndex(_ id: UInt32) throws(SquashFSError) -> UInt16 {
            if let index = ids[id] { return index }
            // The superblock counts them in 16 bits.
            guard idList.count < 65535, let index = UInt16(exactly: idList.count) else {
                throw .limit(what: "different owners and groups", value: 65536, limit: 65535)
            }
            ids[id] = index
            idList.append(id)
            return index
        }

        private mutating func writeListing(
            of folder: Int32, _ children: ArraySlice<Int32>
        ) throws(SquashFSError) {
            let start = directories.position
            let startByte = directories.byteCount
            var index: [DirectoryIndex] = []
            var lastIndexed = start.block
            var rest = children
            while !rest.isEmpty {
                let position = directories.position
                let group = header(of: rest)
                if position.block != lastIndexed, index.count < 0xffff, let first = rest.first {
                    guard let block = UInt32(exactly: position.block),
                        let offset = UInt32(exactly: directories.byteCount - startByte)
                    else { break }
                    lastIndexed = position.block
                    index.append(
                        DirectoryIndex(
                            offset: offset, startBlock: block, name: Array(tree.name(of: first))))
                }
                var writer = ByteWriter(capacity: group.entryCount * 32)
                group.encode(into: &writer)
                for node in rest.prefix(group.entryCount) {
                    let number = plan.number(of: tree.nodes[Int(node)].inode)
                    DirectoryEntry(
                        offset: UInt16(references[Int(number) - 1].offset),
                        inodeNumberDelta: Int16(
                            truncatingIfNeeded: Int64(number) - Int64(group.inodeNumber)),
                        type: type(of: node), name: Array(tree.name(of: node))
                    ).encode(into: &writer)
                }
                try directories.append(writer.bytes, encoder)
                rest = rest.dropFirst(group.entryCount)
            }
            let byteCount = directories.byteCount - startByte + 3
            guard let count = UInt32(exactly: byteCount),
                let block = UInt32(exactly: start.block),
                UInt32(exactly: directories.position.block) != nil
            else {
                throw .limit(
                    what: "bytes of directories", value: max(byteCount, start.block),
                    limit: UInt64(UInt32.max))
            }
            listings[plan.number(of: tree.nodes[Int(folder)].inode)] = InodeRecord.Directory(
                startBlock: block, offset: UInt16(start.offset), byteCount: count,
                parent: plan.parentNumber(of: folder, in: tree),
                // Only a listing of more than one block is worth an index.
                index: byteCount > UInt64(metadataBlockSize) ? index : [])
        }

        /// The header for as many entries as it can stand for.
        private func header(of entries: ArraySlice<Int32>) -> DirectoryHeader {
            var block: UInt64 = 0
            var base: UInt32 = 0
            var count = 0
            for node in entries.prefix(DirectoryHeader.maximumEntryCount) {
                let number = plan.number(of: tree.nodes[Int(node)].inode)
                let reference = references[Int(number) - 1]
                if count == 0 {
                    block = reference.block
                    base = number
                } else if reference.block != block
                    || Int16(exactly: Int64(number) - Int64(base)) == nil
                {
                    break
                }
                count += 1
            }
            return DirectoryHeader(
                entryCount: count, startBlock: UInt32(truncatingIfNeeded: block),
                inodeNumber: base)
        }

        private func type(of node: Int32) -> UInt16 {
            switch tree.inode(of: node).kind {
            case .directory: 1
            case .regular: 2
            case .symlink: 3
            case .device(let isBlock, _): isBlock ? 4 : 5
            case .fifo: 6
            case .socket: 7
            }
        }
    }
}

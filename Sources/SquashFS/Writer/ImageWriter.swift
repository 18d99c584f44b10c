import Bytes
import Compression

extension SquashFS {
    /// Packs sources into an image file.
    ///
    /// The same sources and options give the same bytes for any number of threads, with and
    /// without a cache. The file has its name only once it is whole.
    ///
    /// - Parameters:
    ///   - sources: What to pack, the later ones over the earlier ones.
    ///   - output: The image's path.
    ///   - options: How to pack.
    ///   - cache: Compressed blocks of earlier images; nil to do without.
    ///   - progress: Called on the calling thread, often; it must not take long.
    /// - Returns: What it came to.
    /// - Throws: `SquashFSError`; nothing is left under the image's name then but what was there.
    @discardableResult
    package static func pack(
        _ sources: [Source], to output: String, options: WriterOptions = WriterOptions(),
        cache: BlockCache? = nil, progress: @escaping (Progress) -> Void = { _ in }
    ) throws(SquashFSError) -> PackSummary {
        let slash = output.lastIndex(of: "/")
        let folder = slash.map { String(output[..<$0]) } ?? "."
        return try ImageWriter(options: options, cache: cache, progress: progress).write(
            sources, spoolFolder: folder.isEmpty ? "/" : folder,
            makeOutput: { () throws(SquashFSError) in try FileOutput(path: output) })
    }

    /// Writes one image: tree, data, tables, superblock.
    struct ImageWriter {
        let options: WriterOptions
        let cache: BlockCache?
        let progress: (Progress) -> Void

        func write(
            _ sources: [Source], spoolFolder: String,
            makeOutput: () throws(SquashFSError) -> any ImageOutput
        ) throws(SquashFSError) -> PackSummary {
            try options.validate()
            let spool = Spool(in: spoolFolder)
            var builder = TreeBuilder(options: options)
            for source in sources { try builder.add(source, spool: spool) }
            let tree = builder.tree
            let plan = try TreePlan(tree)

            let output = try makeOutput()
            try writeHeader(to: output)
            var state = Progress()
            state.byteCount = builder.foundByteCount
            state.fileCount = plan.regularFiles(of: tree).count
            let data = try DataWriter(
                options: options, output: output, cache: cache, progress: state,
                report: progress)
            let layouts = try write(plan.regularFiles(of: tree), builder, to: data)

            let encoder = try BlockEncoder(options, cache: cache)
            var superblock = Superblock()
            superblock.fragmentCount = UInt32(data.fragments.count)
            try TableAppender(
                options: options, output: output, encoder: encoder, tree: tree, plan: plan
            ).append(data, layouts, &superblock)
            superblock.creationTime = creationTime(of: tree, plan)
            let length = try finish(output, superblock, &data.chunks)
            return PackSummary(
                byteCount: length, inodeCount: plan.inodeCount, progress: data.progress,
                chunks: data.chunks, pathsWithDroppedXattrs: builder.pathsWithDroppedACLs,
                cacheFailure: cache?.statistics.firstFailure)
        }

        /// Room for the superblock, then the options of the compressor in a block of metadata.
        private func writeHeader(to output: any ImageOutput) throws(SquashFSError) {
            var writer = ByteWriter(capacity: 128)
            writer.raw([UInt8](repeating: 0, count: Superblock.encodedSize))
            if let words = compressorOptions(of: options.compression) {
                writer.uint16LE(UInt16(words.count) | metadataIsRaw)
                writer.raw(words)
            }
            try output.append(writer.bytes)
        }

        /// Stores the content of files.
        ///
        /// - Returns: Where each is, by inode.
        private func write(
            _ files: [Int32], _ builder: borrowing TreeBuilder, to data: DataWriter
        ) throws(SquashFSError) -> [FileLayout] {
            defer { data.stop() }
            var layouts = Array(repeating: FileLayout(), count: builder.tree.inodes.count)
            for inode in files {
                guard case .regular(let index) = builder.tree.inodes[Int(inode)].kind else {
                    continue
                }
                switch builder.tree.contents[Int(index)] {
                case .other(let content): layouts[Int(inode)] = try data.write(content)
                case .source(let folder, let node):
                    let path = join(
                        builder.folders[Int(folder)], builder.tree.path(of: node))
                    layouts[Int(inode)] = try data.write(.path(path))
                }
            }
            try data.finish()
            return layouts
        }

        private func creationTime(of tree: FileTree, _ plan: TreePlan) -> UInt32 {
            if let time = options.creationTime ?? options.clampTime { return time }
            let root = tree.inode(of: FileTree.root).modificationTime
            return plan.folders.reduce(root) { latest, folder in
                plan.children(of: folder).reduce(latest) {
                    max($0, tree.inode(of: $1).modificationTime)
                }
            }
        }

        private func finish(
            _ output: any ImageOutput, _ superblock: Superblock, _ chunks: inout [Chunk]
        ) throws(SquashFSError) -> UInt64 {
            var superblock = superblock
            superblock.blockSize = UInt32(options.blockSize)
            superblock.compressor = identifier(of: options.compression.algorithm)
            superblock.bytesUsed = output.position
            superblock.flags.formUnion(flags(superblock))
            let overhang = Int(output.position % UInt64(padding))
            if overhang > 0 {
                try output.append([UInt8](repeating: 0, count: padding - overhang))
            }
            var header = superblock.encoded()
            if let words = compressorOptions(of: options.compression) {
                var writer = ByteWriter()
                writer.uint16LE(UInt16(words.count) | metadataIsRaw)
                writer.raw(words)
                header += writer.bytes
            }
            try output.finish(superblock: header)
            let chunk = Chunk(
                kind: .superblock, offset: 0, byteCount: header.count,
                digest: header.withUnsafeBytes { BlockDigest(of: $0) })
            chunks.insert(chunk, at: 0)
            return output.position
        }

        private func flags(_ superblock: Superblock) -> Superblock.Flags {
            var flags: Superblock.Flags = []
            if options.compression == .none {
                flags.formUnion([.rawInodes, .rawData, .rawFragments, .rawXattrs, .rawIDs])
            }
            if options.deduplicates { flags.insert(.deduplicated) }
            if options.packsTails { flags.insert(.tailsInFragments) }
            if !options.usesFragments { flags.insert(.noFragments) }
            if options.isExportable { flags.insert(.exportable) }
            if superblock.xattrTable == noTable { flags.insert(.noXattrs) }
            if compressorOptions(of: options.compression) != nil {
                flags.insert(.compressorOptions)
            }
            return flags
        }
    }
}

extension SquashFS.ImageOutput {
    /// Writes at the end.
    func append(_ bytes: [UInt8]) throws(SquashFSError) {
        try bytes.withBytes { buffer throws(SquashFSError) in try append(buffer) }
    }
}

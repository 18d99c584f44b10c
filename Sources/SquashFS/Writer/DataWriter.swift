import Syscalls

extension SquashFS {
    /// A block on its way through the pipeline.
    final class BlockJob: @unchecked Sendable {
        // One thread at a time has a job: the pipeline's lock hands it over.
        let input: BlockBuffer
        let output: BlockBuffer
        var inputCount = 0
        /// The SHA-256 of the input; nil when nobody has needed it so far.
        var content: BlockDigest?
        var result: Result<EncodedBlock, SquashFSError>?

        init(blockSize: Int) {
            input = BlockBuffer(byteCount: blockSize)
            output = BlockBuffer(byteCount: blockSize + BlockEncoder.outputSlack)
        }
    }

    /// Where a file's content is in the image.
    struct FileLayout: Sendable {
        var byteCount: UInt64 = 0
        /// The first block's place in `DataWriter.pattern`.
        var patternStart = 0
        /// How many blocks, those of zeros included.
        var blockCount: Int32 = 0
        /// The position of the first stored block.
        var firstPosition: Int32 = 0
        var sparseByteCount: UInt64 = 0
        var fragment = SquashFS.none
        var fragmentOffset: UInt32 = 0
    }

    /// Reads files, and stores their blocks and fragments in order.
    ///
    /// The calling thread reads, digests, decides where blocks go and writes; the pipeline's
    /// threads compress. At most `windowSize` blocks are under way, whatever the files are.
    final class DataWriter {
        /// The end of a file in a fragment.
        private struct Tail {
            let content: BlockDigest
            let fragment: UInt32
            let offset: UInt32
        }

        private enum Pending {
            case store(BlockJob, ChunkKind)
            case copy(from: Int32)
        }

        private let options: WriterOptions
        private let output: any ImageOutput
        private let pipeline: Pipeline<BlockJob>
        private let windowSize: Int
        private var placer: BlockPlacer
        private var pending: [Pending] = []
        private var pendingStart = 0
        private var jobsUnderWay = 0
        private var idle: [BlockJob] = []

        private var tail: BlockJob?
        private var tails: [Tail] = []
        private var tailSlots = DigestSlots()

        /// How long what is stored at each position is, with `blockIsRaw`.
        private(set) var sizes: [UInt32] = []
        /// The positions of fragment blocks, by fragment.
        private(set) var fragments: [Int32] = []
        /// For each block of each file whether it is stored; blocks of zeros are not.
        private(set) var pattern: [Bool] = []
        /// What is stored at each position, which the chunk index says too: blocks are stored in
        /// the order in which the placer takes positions.
        ///
        /// The tables' chunks are added behind.
        var chunks: [Chunk] = []
        /// Counts for the progress and the summary.
        private(set) var progress: Progress
        private let report: (Progress) -> Void

        init(
            options: WriterOptions, output: any ImageOutput, cache: BlockCache?,
            progress: Progress, report: @escaping (Progress) -> Void
        ) throws(SquashFSError) {
            self.options = options
            self.output = output
            self.progress = progress
            self.report = report
            windowSize = options.threads * 3 + 2
            // Arrays that double as they grow would take twice what is needed, and more meanwhile.
            let blockCount = Int(clamping: progress.byteCount / UInt64(options.blockSize))
            let expected = min(blockCount + blockCount / 8 + 256, 1 << 24)
            placer = BlockPlacer(deduplicates: options.deduplicates, expecting: expected)
            chunks.reserveCapacity(expected)
            sizes.reserveCapacity(expected)
            pipeline = try system { () throws(SystemError) in
                try Pipeline(threads: options.threads) { Self.makeWorker(options, cache) }
            }
        }

        private static func makeWorker(
            _ options: WriterOptions, _ cache: BlockCache?
        ) -> (BlockJob) -> Void {
            let encoder = Result { () throws(SquashFSError) in
                try BlockEncoder(options, cache: cache)
            }
            return { job in
                job.result = Result { () throws(SquashFSError) in
                    let input = job.input.prefix(job.inputCount)
                    return try encoder.get().encode(
                        input, content: job.content ?? BlockDigest(of: input),
                        into: job.output.bytes)
                }
            }
        }

        /// Ends the threads; to be called whatever happened.
        func stop() { pipeline.stop() }

        // MARK: Files

        /// Stores a file's content.
        ///
        /// - Throws: `SquashFSError`; the image is of no use then.
        func write(_ content: Entry.Content) throws(SquashFSError) -> FileLayout {
            let file = try OpenContent(content)
            var layout = FileLayout(byteCount: file.byteCount, patternStart: pattern.count)
            let blockSize = UInt64(options.blockSize)
            let tailCount = Int(file.byteCount % blockSize)
            let tailIsFragment =
                options.usesFragments && tailCount > 0
                && (file.byteCount < blockSize || options.packsTails)
            let blockCount =
                file.byteCount / blockSize + (tailCount > 0 && !tailIsFragment ? 1 : 0)
            guard blockCount < 1 << 30 else {
                throw .limit(what: "blocks of a file", value: blockCount, limit: 1 << 30)
            }
            placer.begin()
            for index in 0..<blockCount {
                let offset = index * blockSize
                let count = Int(min(blockSize, file.byteCount - offset))
                try writeBlock(of: file, at: offset, count: count, &layout)
            }
            layout.blockCount = Int32(blockCount)
            if tailIsFragment {
                try writeTail(of: file, at: file.byteCount - UInt64(tailCount), tailCount, &layout)
            }
            layout.firstPosition = placer.end().lowerBound
            try file.finish()
            progress.files += 1
            report(progress)
            return layout
        }

        private func writeBlock(
            of file: OpenContent, at offset: UInt64, count: Int, _ layout: inout FileLayout
        ) throws(SquashFSError) {
            if file.isHole(at: offset, count: count) {
                addZeros(count, &layout)
                return
            }
            let job = try idleJob()
            try file.read(into: .init(rebasing: job.input.bytes[..<count]), at: offset)
            progress.bytesRead += UInt64(count)
            let bytes = job.input.prefix(count)
            if bytes.isAllZeros {
                addZeros(count, &layout)
                idle.append(job)
                return
            }
            pattern.append(true)
            job.inputCount = count
            let content = BlockDigest(of: bytes)
            job.content = content
            var isUsed = false
            for step in placer.add(content) {
                switch step {
                case .copy(let from): pending.append(.copy(from: from))
                case .store:
                    isUsed = true
                    submit(job, .data)
                }
                try commitDown(to: windowSize)
            }
            if !isUsed { idle.append(job) }
        }

        private func addZeros(_ count: Int, _ layout: inout FileLayout) {
            pattern.append(false)
            layout.sparseByteCount += UInt64(count)
        }

        // MARK: Fragments

        private func writeTail(
            of file: OpenContent, at offset: UInt64, _ count: Int, _ layout: inout FileLayout
        ) throws(SquashFSError) {
            let job = try idleJob()
            try file.read(into: .init(rebasing: job.input.bytes[..<count]), at: offset)
            progress.bytesRead += UInt64(count)
            let bytes = job.input.prefix(count)
            if offset == 0, count >= 4096, bytes.isAllZeros {
                // A block of zeros is not stored; a fragment of zeros would be.
                addZeros(count, &layout)
                layout.blockCount = 1
                idle.append(job)
                return
            }
            let content = BlockDigest(of: bytes)
            if options.deduplicates,
                let known = tailSlots.find(content, { tails[Int($0)].content })
            {
                layout.fragment = tails[Int(known)].fragment
                layout.fragmentOffset = tails[Int(known)].offset
                idle.append(job)
                return
            }
            if let current = tail, current.inputCount + count > options.blockSize {
                try flushTails()
            }
            let fragment = UInt32(fragments.count)
            if let current = tail {
                layout.fragmentOffset = UInt32(current.inputCount)
                UnsafeMutableRawBufferPointer(rebasing: current.input.bytes[current.inputCount...])
                    .copyMemory(from: bytes)
                current.inputCount += count
                idle.append(job)
            } else {
                job.inputCount = count
                tail = job
            }
            layout.fragment = fragment
            guard options.deduplicates else { return }
            tails.append(Tail(content: content, fragment: fragment, offset: layout.fragmentOffset))
            tailSlots.insert(Int32(tails.count - 1)) { tails[Int($0)].content }
        }

        private func flushTails() throws(SquashFSError) {
            guard let job = tail else { return }
            tail = nil
            job.content = nil
            fragments.append(placer.addFragment())
            submit(job, .fragment)
            try commitDown(to: windowSize)
        }

        // MARK: The pipeline

        private func idleJob() throws(SquashFSError) -> BlockJob {
            // Waiting for a free job is what bounds the memory.
            try commitDown(to: windowSize)
            return idle.popLast() ?? BlockJob(blockSize: options.blockSize)
        }

        private func submit(_ job: BlockJob, _ kind: ChunkKind) {
            pending.append(.store(job, kind))
            pipeline.submit(job)
        }

        private func commitDown(to count: Int) throws(SquashFSError) {
            while pending.count - pendingStart > count { try commitFirst() }
        }

        /// Writes the block that is next in order, waiting for it if need be.
        private func commitFirst() throws(SquashFSError) {
            let first = pending[pendingStart]
            pendingStart += 1
            if pendingStart == 256 {
                pending.removeFirst(pendingStart)
                pendingStart = 0
            }
            switch first {
            case .store(let job, let kind):
                pipeline.wait(for: job)
                guard let result = job.result else {
                    preconditionFailure("a finished job has a result")
                }
                let block = try result.get()
                let bytes = (block.isRaw ? job.input : job.output).prefix(block.byteCount)
                try append(bytes, block.digest, isRaw: block.isRaw, kind)
                if block.isCached { progress.cachedBlocks += 1 }
                job.result = nil
                idle.append(job)
            case .copy(let source):
                let isRaw = sizes[Int(source)] & blockIsRaw != 0
                let source = chunks[Int(source)]
                let count = source.byteCount
                let buffer = BlockBuffer(byteCount: max(1, count))
                try output.read(
                    into: .init(rebasing: buffer.bytes[..<count]), at: source.offset)
                try append(
                    buffer.prefix(count), source.digest, isRaw: isRaw, .data)
            }
            report(progress)
        }

        private func append(
            _ bytes: UnsafeRawBufferPointer, _ digest: BlockDigest, isRaw: Bool, _ kind: ChunkKind
        ) throws(SquashFSError) {
            let offset = output.position
            try output.append(bytes)
            sizes.append(UInt32(bytes.count) | (isRaw ? blockIsRaw : 0))
            chunks.append(
                Chunk(kind: kind, offset: offset, byteCount: bytes.count, digest: digest))
            progress.bytesWritten += UInt64(bytes.count)
            progress.storedBlocks += 1
        }

        /// Stores what is still under way.
        func finish() throws(SquashFSError) {
            try flushTails()
            try commitDown(to: 0)
            // The tables are made next; they need none of this memory.
            idle.removeAll()
            tails = []
            tailSlots = DigestSlots()
        }

        // MARK: Inodes

        /// The inode of a file whose blocks are all stored.
        func record(of layout: FileLayout) -> InodeRecord.Regular {
            var position = Int(layout.firstPosition)
            var startBlock: UInt64?
            var blocks: [UInt32] = []
            blocks.reserveCapacity(Int(layout.blockCount))
            let start = layout.patternStart
            for isStored in pattern[start..<(start + Int(layout.blockCount))] {
                if isStored {
                    startBlock = startBlock ?? chunks[position].offset
                    blocks.append(sizes[position])
                    position += 1
                } else {
                    blocks.append(0)
                }
            }
            return InodeRecord.Regular(
                startBlock: startBlock ?? 0, byteCount: layout.byteCount,
                sparseByteCount: layout.sparseByteCount, fragment: layout.fragment,
                fragmentOffset: layout.fragmentOffset, blocks: blocks)
        }
    }
}

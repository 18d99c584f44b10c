/// The blocks of an ext4 that are in use, as dumpe2fs(8) tells them.
///
/// Its output is made for people, and there is no other. The bitmaps could be read by ourselves, but
/// a group that was never used has none (BLOCK_UNINIT), and what lies in it then follows from five
/// features of the filesystem: libext2fs knows that, and a mistake here loses data. So the text is
/// read, and refused unless every group is told, in order, without a gap.
struct UsedRanges: Sendable, Equatable {
    /// Bytes of a block.
    let blockByteCount: UInt64
    /// How many blocks there are.
    let blockCount: UInt64
    /// Runs of blocks in use, in order.
    let used: [Range<UInt64>]

    /// Reads what dumpe2fs wrote.
    ///
    /// - Parameters:
    ///   - text: All of it.
    ///   - isStill: Whether nobody writes, so that counts and ranges must agree.
    /// - Throws: `UsedBlocksCopy.Obstacle.unreadable` for anything that does not fit.
    init(dumpe2fs text: String, isStill: Bool) throws(UsedBlocksCopy.Obstacle) {
        var values: [Substring: UInt64] = [:]
        var groups: [Group] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("Group "), line.contains(": (Blocks ") {
                groups.append(try Group(heading: line))
            } else if groups.isEmpty {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, values[parts[0]] == nil else { continue }
                values[parts[0]] = UInt64(parts[1].drop { $0 == " " })
            } else if line.hasPrefix("  Free blocks:") {
                try groups[groups.count - 1].take(freeBlocks: line)
            } else if line.contains(" free blocks, ") {
                groups[groups.count - 1].count = line.split(separator: " ").first.flatMap {
                    UInt64($0)
                }
            }
        }
        guard let blockCount = values["Block count"], let first = values["First block"],
            let blockByteCount = values["Block size"], blockByteCount > 0, !groups.isEmpty
        else { throw .unreadable("no block count, first block, block size or group") }
        // bigalloc counts clusters, and its ranges say less than they seem to.
        guard values["Cluster size"] == nil else { throw .unreadable("it has clusters of blocks") }
        var next = first
        var free: [Range<UInt64>] = []
        for group in groups {
            guard group.blocks.lowerBound == next else {
                throw .unreadable("no group tells of block \(next)")
            }
            next = group.blocks.upperBound
            free += try group.checkedFree(isStill: isStill)
        }
        guard next == blockCount else { throw .unreadable("no group tells of block \(next)") }
        self.blockByteCount = blockByteCount
        self.blockCount = blockCount
        used = UsedRanges.complement(of: free, within: blockCount)
    }

    /// What free runs, in order, leave of all blocks.
    private static func complement(
        of free: [Range<UInt64>], within count: UInt64
    ) -> [Range<UInt64>] {
        var used: [Range<UInt64>] = []
        var next: UInt64 = 0
        for run in free + [count..<count] {
            if next < run.lowerBound { used.append(next..<run.lowerBound) }
            next = run.upperBound
        }
        return used
    }

    /// The chunks of a bitmap that hold a used block, as runs in order; and the last chunk.
    ///
    /// - Parameters:
    ///   - chunkByteCount: Bytes of a chunk.
    ///   - dataByteCount: The array's data.
    /// - Returns: The runs; nil when the filesystem does not fit the array.
    func chunks(
        chunkByteCount: UInt64, dataByteCount: UInt64
    ) -> [ClosedRange<UInt64>]? {
        let (byteCount, overflows) = blockCount.multipliedReportingOverflow(by: blockByteCount)
        guard !overflows, byteCount <= dataByteCount, chunkByteCount > 0, dataByteCount > 0 else {
            return nil
        }
        let last = (dataByteCount - 1) / chunkByteCount
        var chunks: [ClosedRange<UInt64>] = []
        for run in used {
            let from = run.lowerBound * blockByteCount / chunkByteCount
            let to = (run.upperBound * blockByteCount - 1) / chunkByteCount
            if let previous = chunks.last, from <= previous.upperBound + 1 {
                chunks[chunks.count - 1] = previous.lowerBound...max(previous.upperBound, to)
            } else {
                chunks.append(from...to)
            }
        }
        if chunks.last.map({ $0.contains(last) }) != true { chunks.append(last...last) }
        return chunks
    }
}

extension UsedRanges {
    /// A block group, as it is told.
    private struct Group {
        let blocks: Range<UInt64>
        /// How many free blocks its descriptor counts.
        var count: UInt64?
        private var free: [Range<UInt64>]?

        /// `Group 0: (Blocks 0-32767) csum 0x562a [ITABLE_ZEROED]`.
        init(heading line: Substring) throws(UsedBlocksCopy.Obstacle) {
            let words = line.split(separator: " ")
            guard words.count > 3, words[2] == "(Blocks", words[3].hasSuffix(")"),
                let blocks = Group.run(words[3].dropLast())
            else { throw .unreadable(String(line)) }
            self.blocks = blocks
        }

        /// `  Free blocks: 435-8192, 9000`; nothing behind the colon when there is none.
        mutating func take(freeBlocks line: Substring) throws(UsedBlocksCopy.Obstacle) {
            var runs: [Range<UInt64>] = []
            for part in line.dropFirst("  Free blocks:".count).split(separator: ",") {
                let text = part.filter { $0 != " " }
                if text.isEmpty { continue }
                guard let run = Group.run(text[...]) else { throw .unreadable(String(line)) }
                runs.append(run)
            }
            free = runs
        }

        /// The free runs, if they are in order, within the group, and as many as it counts.
        func checkedFree(isStill: Bool) throws(UsedBlocksCopy.Obstacle) -> [Range<UInt64>] {
            guard let free, let count else {
                throw .unreadable("the group at block \(blocks.lowerBound) tells no free blocks")
            }
            var next = blocks.lowerBound
            var sum: UInt64 = 0
            for run in free {
                guard run.lowerBound >= next, run.upperBound <= blocks.upperBound else {
                    throw .unreadable("blocks \(run) are not in the group \(blocks)")
                }
                next = run.upperBound
                sum += UInt64(run.count)
            }
            guard !isStill || sum == count else {
                throw .unreadable(
                    "the group at block \(blocks.lowerBound) counts \(count) free blocks, "
                        + "and names \(sum)")
            }
            return free
        }

        private static func run(_ text: Substring) -> Range<UInt64>? {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false)
                .map { UInt64($0) }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1],
                first <= last, last < .max
            else { return nil }
            return first..<(last + 1)
        }
    }
}

extension SquashFS {
    /// Decides where the blocks of files go, so that equal runs of blocks are stored once.
    ///
    /// An inode can only say where the first of its blocks is; the others must follow at once. A
    /// file is therefore stored again unless all of its blocks are somewhere in one run, but a
    /// block that is somewhere is never compressed again. Pure: positions are places in the order
    /// of stored blocks, not offsets.
    struct BlockPlacer {
        /// What is to be done next, in order.
        enum Step: Equatable {
            /// Compress the block at hand and store it.
            case store
            /// Store once more what is stored at another position.
            case copy(from: Int32)
        }

        /// How many runs that start alike are compared; more only cost time.
        private static let maximumCandidateCount = 64

        private let deduplicates: Bool
        /// What is at each position.
        private var contents: [BlockDigest] = []
        /// The first position that holds a content.
        private var first = DigestSlots()
        /// The next position with the same content, or -1; by position.
        private var next: [Int32] = []

        private var positions: [Int32] = []
        private var candidates: [Int32] = []
        private var isMatching = false
        private var matchedCount = 0

        /// Begins with nothing.
        ///
        /// - Parameters:
        ///   - deduplicates: Whether equal blocks are looked for.
        ///   - count: How many positions will be taken, roughly.
        init(deduplicates: Bool, expecting count: Int = 0) {
            self.deduplicates = deduplicates
            contents.reserveCapacity(count)
            next.reserveCapacity(count)
        }

        /// How many positions are taken.
        var count: Int { contents.count }

        /// Takes a position for a fragment block.
        mutating func addFragment() -> Int32 {
            contents.append(BlockDigest([]))
            next.append(-1)
            return Int32(contents.count - 1)
        }

        /// Starts a file.
        mutating func begin() {
            positions.removeAll(keepingCapacity: true)
            candidates.removeAll(keepingCapacity: true)
            isMatching = false
            matchedCount = 0
        }

        /// Adds the file's next block, which is not all zeros.
        ///
        /// - Returns: What to do now; nothing while all blocks so far are a run that is there.
        mutating func add(_ content: BlockDigest) -> [Step] {
            guard deduplicates else { return [store(content)] }
            if matchedCount == 0, positions.isEmpty {
                var position = head(of: content) ?? -1
                while position >= 0, candidates.count < Self.maximumCandidateCount {
                    candidates.append(position)
                    position = next[Int(position)]
                }
                isMatching = !candidates.isEmpty
            } else if isMatching {
                let remaining = candidates.filter { start in
                    let index = Int(start) + matchedCount
                    return index < contents.count && contents[index] == content
                }
                if !remaining.isEmpty {
                    candidates = remaining
                } else {
                    // The run ends here; what was only matched so far is stored after all.
                    isMatching = false
                    let start = candidates[0]
                    var steps: [Step] = []
                    for index in 0..<matchedCount { steps.append(copy(start + Int32(index))) }
                    steps.append(place(content))
                    return steps
                }
            }
            if isMatching {
                matchedCount += 1
                return []
            }
            return [place(content)]
        }

        /// Ends the file.
        ///
        /// - Returns: The positions of its blocks, one after the other.
        mutating func end() -> Range<Int32> {
            if isMatching, let start = candidates.first {
                return start..<(start + Int32(matchedCount))
            }
            guard let start = positions.first else { return 0..<0 }
            return start..<(start + Int32(positions.count))
        }

        /// The first position that holds a content.
        private func head(of content: BlockDigest) -> Int32? {
            first.find(content) { contents[Int($0)] }
        }

        private mutating func place(_ content: BlockDigest) -> Step {
            if let position = head(of: content) { return copy(position) }
            return store(content)
        }

        private mutating func store(_ content: BlockDigest) -> Step {
            append(content)
            return .store
        }

        private mutating func copy(_ position: Int32) -> Step {
            append(contents[Int(position)])
            return .copy(from: position)
        }

        /// Takes the next position for a content.
        private mutating func append(_ content: BlockDigest) {
            let position = Int32(contents.count)
            let head = head(of: content)
            contents.append(content)
            if let head {
                // After the head: order does not matter, only that it is the same every time.
                next.append(next[Int(head)])
                next[Int(head)] = position
            } else {
                next.append(-1)
                first.insert(position) { contents[Int($0)] }
            }
            positions.append(position)
        }
    }
}

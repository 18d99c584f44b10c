/// One thing that is wrong with a layout: the key, what is there, what is allowed.
package struct LayoutError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The key, such as `disks.card.partitions[2].size`.
    package let path: String
    /// What is wrong.
    package let problem: Problem

    /// Makes an error of a key.
    package init(_ path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    package var description: String { "\(path): \(problem)" }
}

/// All that is wrong with a layout.
package struct LayoutErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// The errors; never empty.
    package let errors: [LayoutError]

    /// Makes an error of errors.
    package init(_ errors: [LayoutError]) {
        precondition(!errors.isEmpty)
        self.errors = errors
    }

    /// What the linter says against the disks of a layout; nil when it says nothing.
    package init?(geometry disks: [DiskGeometry]) {
        let errors = disks.flatMap { disk in
            disk.problems.map { LayoutError("disks.\(disk.name)", .geometry($0)) }
        }
        if errors.isEmpty { return nil }
        self.init(errors)
    }

    package var description: String { errors.map(\.description).joined(separator: "\n") }
}

extension LayoutError {
    /// What can be wrong with a layout.
    package enum Problem: Sendable, Equatable {
        /// A list or mapping that needs an element has none.
        case empty(String)
        /// A text that becomes a name in tables, superblocks and paths is no name.
        case notAName(String)
        /// A name stands a second time where it may stand once.
        case repeated(String)
        /// A name that means something else already.
        case reserved(String)
        /// A slice names what is neither an array nor a volume, or an array that is none.
        case unknown(String, known: [String])
        /// An array has too few or too many legs.
        case legCount(Int, of: String)
        /// Two legs of an array lie on one disk.
        case legsOnOneDisk(array: String, disk: String)
        /// A size is 0, over the limit, or less than can be of use.
        case size(UInt64, atLeast: UInt64, atMost: UInt64)
        /// A start or size is no multiple of what it must be one of.
        case alignment(UInt64, unit: UInt64)
        /// More than one slice of a disk takes the rest.
        case secondRest(first: String)
        /// A size that only a leg can have.
        case sizeOfArrayWithoutArray
        /// No leg says how large the array is.
        case noSizeGiven(array: String)
        /// Sizes of arrays depend on each other in a circle.
        case circularSizes([String])
        /// More of something than a table has room for, or any machine has.
        case tooMany(String, Int, limit: Int)
        /// The size of a disk is needed and not known.
        case diskSizeUnknown(String)
        /// A slice begins before the one before it ends.
        case overlap(with: String, end: UInt64, start: UInt64)
        /// No room is left for `rest`.
        case noRoom(start: UInt64, end: UInt64)
        /// The slices need more than there is.
        case diskTooSmall(needed: UInt64, available: UInt64)
        /// A leg cannot hold its array.
        case legTooSmall(room: UInt64, array: String, needed: UInt64)
        /// A boot leg lies elsewhere than the first one's.
        case otherPlace(Extent?, first: String, Extent?)
        /// What the geometry linter found.
        case geometry(GeometryProblem)
        /// Anything else that contradicts: what is there, what is allowed.
        case contradiction(String)
    }
}

extension LayoutError.Problem: CustomStringConvertible {
    /// What is wrong and what is allowed, in one line.
    package var description: String {
        switch self {
        case .empty(let what): "expected at least one \(what)"
        case .notAName(let text):
            "\"\(text)\" is no name: up to 32 of a-z, A-Z, 0-9, \".\", \"_\", \"-\", and a letter "
                + "or digit first"
        case .repeated(let name): "\"\(name)\" a second time"
        case .reserved(let name): "\"\(name)\" is what loader partitions hold; allowed is another"
        case .unknown(let name, let known):
            "there is no \"\(name)\"; known are " + known.sorted().joined(separator: ", ")
        case .legCount(let count, let array):
            "array \"\(array)\" has \(LayoutError.count(count, "leg")); allowed are 1 to 4"
        case .legsOnOneDisk(let array, let disk):
            "array \"\(array)\" has two legs on disk \"\(disk)\"; a disk can hold one"
        case .size(let byteCount, let least, let most):
            "\(ByteSize.text(byteCount)); allowed is from \(ByteSize.text(least)) to "
                + ByteSize.text(most)
        case .alignment(let byteCount, let unit):
            "\(ByteSize.text(byteCount)) is no multiple of \(ByteSize.text(unit))"
        case .secondRest(let first):
            "\"\(first)\" takes the rest of this disk already; give one of them a size"
        case .sizeOfArrayWithoutArray:
            "only a leg can be as large as its array; give a size, or \"rest\""
        case .noSizeGiven(let array):
            "each leg of \"\(array)\" is as large as the array and the array as its smallest leg; "
                + "give the array or a leg a size"
        case .circularSizes(let arrays):
            "the sizes of \(arrays.joined(separator: ", ")) depend on each other; give one of them"
        case .tooMany(let what, let count, let limit): "\(count) \(what); allowed are \(limit)"
        case .diskSizeUnknown(let role):
            "how large disk \"\(role)\" is is not known; give its match a size, or name the disk"
        case .overlap(let other, let end, let start):
            "starts at \(ByteSize.text(start)), but \"\(other)\" ends at \(ByteSize.text(end))"
        case .noRoom(let start, let end):
            "nothing is left: it would start at \(ByteSize.text(start)) and end at "
                + ByteSize.text(end)
        case .diskTooSmall(let needed, let available):
            "needs \(LayoutError.both(needed)), and only \(LayoutError.both(available)) are there"
        case .legTooSmall(let room, let array, let needed):
            "has room for \(LayoutError.both(room)) of data, and array \"\(array)\" has "
                + LayoutError.both(needed)
        case .otherPlace(let place, let first, let firstPlace):
            "lies at \(LayoutError.place(place)), on disk \"\(first)\" at "
                + "\(LayoutError.place(firstPlace)); boot legs have all in the same places"
        case .geometry(let problem): problem.drawnSentence
        case .contradiction(let text): text
        }
    }
}

extension LayoutError {
    fileprivate static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    /// Bytes, and what a person would say.
    fileprivate static func both(_ byteCount: UInt64) -> String {
        "\(byteCount) bytes (\(ByteSize.shortText(byteCount)))"
    }

    fileprivate static func place(_ extent: Extent?) -> String {
        extent.map { "\(ByteSize.text($0.start)) + \(ByteSize.text($0.byteCount))" } ?? "no place"
    }
}

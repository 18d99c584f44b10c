/// A run of bytes of a disk, what it is for, and what lies in it.
package struct Interval: Sendable, Equatable {
    /// What it is.
    package var kind: Kind
    /// What people call it, such as `boot` or `md superblock of boot`.
    package var name: String
    /// More about it, such as `leg of array boot`; empty when the name says all.
    package var note: String
    /// Where it lies on the disk.
    package var extent: Extent
    /// What lies in it; none of them may overlap another or reach out.
    package var contents: [Interval]

    /// What bytes are for.
    package enum Kind: Sendable, Equatable, CaseIterable {
        /// A partition table with what belongs to it, or its copy at the end.
        case table
        /// The first sector: boot code and the protective MBR.
        case bootRecord
        case tableHeader
        case tableEntries
        case partition
        /// A region that a loop device reaches.
        case region
        /// What is kept for md beside the data, used or not.
        case reserve
        case superblock
        case badBlockLog
        case bitmap
        /// The array's data.
        case data
        case filesystem

        /// Whether md writes there by itself.
        var isMetadata: Bool {
            switch self {
            case .superblock, .badBlockLog, .bitmap: true
            default: false
            }
        }
    }

    /// Makes an interval.
    package init(
        _ kind: Kind, _ name: String, note: String = "", _ extent: Extent,
        contents: [Interval] = []
    ) {
        self.kind = kind
        self.name = name
        self.note = note
        self.extent = extent
        self.contents = contents
    }
}

extension Extent {
    /// A run of bytes between two places; one that would end before it starts is empty.
    init(from start: UInt64, to end: UInt64) {
        self.init(start: start, byteCount: end - min(start, end))
    }

    /// A run of bytes that a disk says, cut where 64 bits end.
    init(clamping start: UInt64, byteCount: UInt64) {
        self.init(start: start, byteCount: min(byteCount, UInt64.max - start))
    }

    /// Whether both have a byte in common.
    package func overlaps(_ other: Extent) -> Bool {
        max(start, other.start) < min(end, other.end)
    }

    /// Whether another lies wholly inside.
    package func contains(_ other: Extent) -> Bool { start <= other.start && other.end <= end }
}

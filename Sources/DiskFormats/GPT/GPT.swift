/// A GUID partition table (UEFI 2.10, section 5.3), apart from where its two copies lie.
///
/// What is written is always the usual 128 entries of 128 bytes. What is read may have others, as
/// long as they are sane.
package struct GPT: Sendable, Equatable {
    /// A disk's logical sector: the unit of every LBA in its table.
    package enum SectorSize: UInt64, Sendable, CaseIterable {
        /// 512 bytes.
        case bytes512 = 512
        /// 4096 bytes: a "4Kn" disk.
        case bytes4096 = 4096
    }

    /// A partition.
    package struct Entry: Sendable, Equatable {
        /// Its number, from 1: the place in the array of entries, plus one.
        package var number: Int
        /// What it is for: `PartitionTypeGUID`.
        package var type: GUID
        /// Its own name among all partitions: `UniquePartitionGUID`.
        package var unique: GUID
        /// Its first sector.
        package var firstLBA: UInt64
        /// Its last sector, which still belongs to it.
        package var lastLBA: UInt64
        /// Bits for firmware (0 to 2) and for the type (48 to 63).
        package var attributes: UInt64
        /// Text for people, at most 36 UTF-16 units.
        package var name: String

        /// Describes a partition.
        package init(
            number: Int, type: GUID, unique: GUID, firstLBA: UInt64, lastLBA: UInt64,
            attributes: UInt64 = 0, name: String = ""
        ) {
            self.number = number
            self.type = type
            self.unique = unique
            self.firstLBA = firstLBA
            self.lastLBA = lastLBA
            self.attributes = attributes
            self.name = name
        }

        /// How many sectors it has; 0 when it ends before it starts.
        package var sectorCount: UInt64 {
            lastLBA < firstLBA ? 0 : (lastLBA - firstLBA).addingReportingOverflow(1).partialValue
        }
    }

    /// How many entries a table that we write has.
    package static let entryCount = 128
    /// The length of an entry that we write, in bytes.
    package static let entrySize = 128
    /// The length of the header's fields in bytes: `HeaderSize`.
    static let headerSize = 92

    /// The sectors that LBAs count.
    package let sectorSize: SectorSize
    /// The disk's own name.
    package let diskGUID: GUID
    /// The first sector that a partition may have.
    package let firstUsableLBA: UInt64
    /// The last sector that a partition may have.
    package let lastUsableLBA: UInt64
    /// The partitions, in the order of their numbers.
    package let entries: [Entry]

    /// Makes a new table for a disk.
    ///
    /// - Parameters:
    ///   - sectorSize: The disk's logical sector.
    ///   - sectorCount: The disk's length in its sectors.
    ///   - diskGUID: The disk's own name.
    ///   - entries: Partitions in any order, inside of the usable sectors, without overlap.
    /// - Throws: `FormatFault.badField` or `.overlap`, which name the primary copy.
    package init(
        sectorSize: SectorSize, sectorCount: UInt64, diskGUID: GUID, entries: [Entry]
    ) throws(FormatFault) {
        let reserved = GPT.entrySectorCount(sectorSize)
        guard sectorCount > 2 * reserved + 3 else {
            throw .badField(
                .primaryHeader, field: "sectors of the disk", value: sectorCount,
                problem: "no room for a table and one sector")
        }
        try self.init(
            sectorSize: sectorSize, diskGUID: diskGUID, firstUsableLBA: 2 + reserved,
            lastUsableLBA: sectorCount - 2 - reserved, entries: entries, maximum: GPT.entryCount,
            structure: .primaryEntries)
    }

    /// Puts a table together and checks that its parts fit each other.
    init(
        sectorSize: SectorSize, diskGUID: GUID, firstUsableLBA: UInt64, lastUsableLBA: UInt64,
        entries: [Entry], maximum: Int, structure: FormatFault.Structure
    ) throws(FormatFault) {
        self.sectorSize = sectorSize
        self.diskGUID = diskGUID
        self.firstUsableLBA = firstUsableLBA
        self.lastUsableLBA = lastUsableLBA
        self.entries = entries.sorted { $0.number < $1.number }
        for (entry, next) in zip(self.entries, self.entries.dropFirst())
        where entry.number == next.number {
            throw .overlap(structure, first: entry.number, second: next.number)
        }
        for entry in entries {
            try GPT.check(
                entry, usable: (firstUsableLBA, lastUsableLBA), maximum: maximum, structure)
        }
        let byPlace = entries.sorted { $0.firstLBA < $1.firstLBA }
        for (entry, next) in zip(byPlace, byPlace.dropFirst()) where next.firstLBA <= entry.lastLBA
        {
            throw .overlap(structure, first: entry.number, second: next.number)
        }
    }

    private static func check(
        _ entry: Entry, usable: (first: UInt64, last: UInt64), maximum: Int,
        _ structure: FormatFault.Structure
    ) throws(FormatFault) {
        guard entry.number >= 1, entry.number <= maximum else {
            throw .badField(
                structure, field: "partition", value: UInt64(clamping: entry.number),
                problem: "numbers go from 1 to \(maximum)")
        }
        let field = "partition \(entry.number)"
        guard entry.type != .zero else {
            throw .badField(
                structure, field: field, value: entry.firstLBA, problem: "has no type")
        }
        guard entry.firstLBA >= usable.first else {
            throw .badField(
                structure, field: "\(field), first LBA", value: entry.firstLBA,
                problem: "the first usable is \(usable.first)")
        }
        guard entry.lastLBA <= usable.last else {
            throw .badField(
                structure, field: "\(field), last LBA", value: entry.lastLBA,
                problem: "the last usable is \(usable.last)")
        }
        guard entry.firstLBA <= entry.lastLBA else {
            throw .badField(
                structure, field: "\(field), last LBA", value: entry.lastLBA,
                problem: "before its first, \(entry.firstLBA)")
        }
        guard entry.name.utf16.count <= 36 else {
            throw .badField(
                structure, field: "\(field), name", value: UInt64(entry.name.utf16.count),
                problem: "more than 36 UTF-16 units")
        }
    }

    /// The partition with a number.
    package func entry(_ number: Int) -> Entry? { entries.first { $0.number == number } }

    /// The bytes of the disk that a partition covers, or nil when they are beyond 64 bits.
    package func extent(of entry: Entry) -> Range<UInt64>? {
        let start = entry.firstLBA.multipliedReportingOverflow(by: sectorSize.rawValue)
        let length = entry.sectorCount.multipliedReportingOverflow(by: sectorSize.rawValue)
        let end = start.partialValue.addingReportingOverflow(length.partialValue)
        guard !start.overflow, !length.overflow, !end.overflow else { return nil }
        return start.partialValue..<end.partialValue
    }

    /// How many sectors 128 entries of 128 bytes take.
    static func entrySectorCount(_ sectorSize: SectorSize) -> UInt64 {
        UInt64(entryCount * entrySize) / sectorSize.rawValue
    }
}

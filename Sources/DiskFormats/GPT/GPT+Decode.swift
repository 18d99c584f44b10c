import Bytes

extension GPT {
    /// A copy of a table as it was found, with where it says that things lie.
    package struct Copy: Sendable, Equatable {
        /// The table.
        package let table: GPT
        /// The sector of this copy's header: `MyLBA`.
        package let headerLBA: UInt64
        /// The sector of the other copy's header: `AlternateLBA`.
        package let alternateLBA: UInt64
        /// The first sector of this copy's entries: `PartitionEntryLBA`.
        package let entriesLBA: UInt64
        /// How many entries there is room for.
        package let entryCount: Int
        /// The length of an entry in bytes.
        package let entrySize: Int

        /// The bytes of the disk that the header and the entries take.
        package var extents: [Range<UInt64>] {
            let unit = table.sectorSize.rawValue
            let entriesStart = entriesLBA * unit
            return [
                (headerLBA * unit)..<((headerLBA + 1) * unit),
                entriesStart..<(entriesStart + UInt64(entryCount * entrySize)),
            ]
        }
    }

    /// Both copies of a disk's table, each by itself: one may be well while the other is not.
    package struct Copies: Sendable, Equatable {
        /// The copy at LBA 1.
        package let primary: Result<Copy, FormatFault>
        /// The copy at the end.
        package let backup: Result<Copy, FormatFault>
        /// Where the backup was looked for: where the primary says, or else the last sector.
        ///
        /// It is not the last one on a disk that was copied from a smaller one, and on a member
        /// of an array with the superblock at the end and the table inside.
        package let backupLBA: UInt64
        /// The disk's last sector.
        package let lastLBA: UInt64

        /// The table of the first copy that is well.
        package var table: GPT? {
            ((try? primary.get()) ?? (try? backup.get()))?.table
        }

        /// Whether there is neither a copy nor the remains of one.
        package var isAbsent: Bool {
            [primary, backup].allSatisfy { copy in
                if case .failure(let fault) = copy { fault.isAbsence } else { false }
            }
        }
    }

    /// Reads both copies of a table.
    ///
    /// - Parameters:
    ///   - source: The whole disk.
    ///   - sectorSize: The disk's logical sector.
    /// - Returns: Each copy, or what is wrong with it.
    package static func read(
        from source: some ByteSource, sectorSize: SectorSize = .bytes512
    ) -> Copies {
        let sectorCount = source.byteCount / sectorSize.rawValue
        let lastLBA = sectorCount == 0 ? 0 : sectorCount - 1
        let primary = outcome { () throws(FormatFault) in
            try copy(at: 1, from: source, sectorSize, (.primaryHeader, .primaryEntries))
        }
        let backupLBA = (try? primary.get())?.alternateLBA ?? lastLBA
        let backup = outcome { () throws(FormatFault) in
            try copy(at: backupLBA, from: source, sectorSize, (.backupHeader, .backupEntries))
        }
        return Copies(primary: primary, backup: backup, backupLBA: backupLBA, lastLBA: lastLBA)
    }

    private struct Header {
        var size: UInt32
        var checksum: UInt32
        var myLBA: UInt64
        var alternateLBA: UInt64
        var firstUsableLBA: UInt64
        var lastUsableLBA: UInt64
        var diskGUID: GUID
        var entriesLBA: UInt64
        var entryCount: UInt32
        var entrySize: UInt32
        var entriesChecksum: UInt32

        /// Takes the fields from a sector that is long enough.
        init(_ sector: [UInt8]) {
            size = sector.integer(at: 12)
            checksum = sector.integer(at: 16)
            myLBA = sector.integer(at: 24)
            alternateLBA = sector.integer(at: 32)
            firstUsableLBA = sector.integer(at: 40)
            lastUsableLBA = sector.integer(at: 48)
            diskGUID = GUID(unchecked: Array(sector[56..<72]))
            entriesLBA = sector.integer(at: 72)
            entryCount = sector.integer(at: 80)
            entrySize = sector.integer(at: 84)
            entriesChecksum = sector.integer(at: 88)
        }
    }

    /// The most bytes of entries that are read: 8192 of the usual size.
    private static let entriesLimit = 1 << 20

    private static func copy(
        at lba: UInt64, from source: some ByteSource, _ sectorSize: SectorSize,
        _ names: (header: FormatFault.Structure, entries: FormatFault.Structure)
    ) throws(FormatFault) -> Copy {
        let unit = sectorSize.rawValue
        let sectorCount = source.byteCount / unit
        guard lba >= 1, lba < sectorCount else {
            throw .truncated(
                names.header, byteCount: source.byteCount,
                wanted: lba.addingReportingOverflow(1).partialValue
                    .multipliedReportingOverflow(by: unit).partialValue)
        }
        let sector = try source.bytes(Int(unit), at: lba * unit, of: names.header)
        let header = try checkedHeader(sector, at: lba, sectorCount, names.header)

        let byteCount = Int(header.entryCount) * Int(header.entrySize)
        let sectorsOfEntries = (UInt64(byteCount) + unit - 1) / unit
        let isClear =
            lba < header.firstUsableLBA
            ? header.entriesLBA > lba
                && header.entriesLBA <= header.firstUsableLBA
                && sectorsOfEntries <= header.firstUsableLBA - header.entriesLBA
            : header.entriesLBA > header.lastUsableLBA && header.entriesLBA < lba
                && sectorsOfEntries <= lba - header.entriesLBA
        guard isClear else {
            throw .badField(
                names.header, field: "PartitionEntryLBA", value: header.entriesLBA,
                problem: "\(sectorsOfEntries) sectors of entries do not fit there")
        }
        let bytes = try source.bytes(
            byteCount, at: header.entriesLBA * unit, of: names.entries)
        let checksum = CRC32.checksum(bytes)
        guard checksum == header.entriesChecksum else {
            throw .badChecksum(
                names.entries, stored: header.entriesChecksum, computed: checksum)
        }
        let entries = (0..<Int(header.entryCount)).compactMap { index in
            entry(number: index + 1, in: bytes, at: index * Int(header.entrySize))
        }
        let table = try GPT(
            sectorSize: sectorSize, diskGUID: header.diskGUID,
            firstUsableLBA: header.firstUsableLBA, lastUsableLBA: header.lastUsableLBA,
            entries: entries, maximum: Int(header.entryCount), structure: names.entries)
        return Copy(
            table: table, headerLBA: lba, alternateLBA: header.alternateLBA,
            entriesLBA: header.entriesLBA, entryCount: Int(header.entryCount),
            entrySize: Int(header.entrySize))
    }

    /// Checks what can be checked without the entries.
    private static func checkedHeader(
        _ sector: [UInt8], at lba: UInt64, _ sectorCount: UInt64, _ name: FormatFault.Structure
    ) throws(FormatFault) -> Header {
        guard sector.starts(with: "EFI PART".utf8) else { throw .absent(name) }
        let header = Header(sector)
        guard header.size >= UInt32(headerSize), Int(header.size) <= sector.count else {
            throw .badField(
                name, field: "HeaderSize", value: UInt64(header.size),
                problem: "from \(headerSize) to \(sector.count) is possible")
        }
        var summed = Array(sector.prefix(Int(header.size)))
        summed.store(UInt32(0), at: 16)
        let checksum = CRC32.checksum(summed)
        guard checksum == header.checksum else {
            throw .badChecksum(name, stored: header.checksum, computed: checksum)
        }
        guard header.myLBA == lba else {
            throw .misplaced(name, field: "MyLBA", stored: header.myLBA, wanted: lba)
        }
        guard header.entrySize >= 128, header.entrySize.nonzeroBitCount == 1,
            header.entrySize <= UInt32(entriesLimit)
        else {
            throw .badField(
                name, field: "SizeOfPartitionEntry", value: UInt64(header.entrySize),
                problem: "not 128 times a power of two")
        }
        guard header.entryCount >= 1,
            header.entryCount <= UInt32(entriesLimit) / header.entrySize
        else {
            throw .badField(
                name, field: "NumberOfPartitionEntries", value: UInt64(header.entryCount),
                problem: "none, or more than \(entriesLimit) bytes of them")
        }
        guard header.firstUsableLBA >= 2, header.firstUsableLBA <= header.lastUsableLBA,
            header.lastUsableLBA < sectorCount
        else {
            throw .badField(
                name, field: "LastUsableLBA", value: header.lastUsableLBA,
                problem: "usable from \(header.firstUsableLBA) on a disk of \(sectorCount) sectors")
        }
        return header
    }

    private static func entry(number: Int, in bytes: [UInt8], at offset: Int) -> Entry? {
        let type = GUID(unchecked: Array(bytes[offset..<(offset + 16)]))
        guard type != .zero else { return nil }
        let units = (0..<36).map { bytes.integer(at: offset + 56 + 2 * $0) as UInt16 }
        return Entry(
            number: number, type: type,
            unique: GUID(unchecked: Array(bytes[(offset + 16)..<(offset + 32)])),
            firstLBA: bytes.integer(at: offset + 32), lastLBA: bytes.integer(at: offset + 40),
            attributes: bytes.integer(at: offset + 48),
            name: String(decoding: units.prefix { $0 != 0 }, as: UTF16.self))
    }
}

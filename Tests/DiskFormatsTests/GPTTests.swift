import DiskFormats
import TestSamples
import Testing

@Suite struct GPTTests {
    static let diskGUID = known("8DF3B3D5-3A6E-4F2B-9B1B-6A3D8F0F7A01")

    static func known(_ text: String) -> GUID { GUID(text) ?? .zero }

    /// A boot leg's table, somewhat small.
    static func table(
        _ sectorSize: GPT.SectorSize = .bytes512, sectorCount: UInt64 = 10000
    ) throws -> GPT {
        try GPT(
            sectorSize: sectorSize, sectorCount: sectorCount, diskGUID: diskGUID,
            entries: [
                GPT.Entry(
                    number: 3, type: .linuxRAID,
                    unique: known("00000000-0000-4000-8000-000000000003"), firstLBA: 6144,
                    lastLBA: 9000, name: "boot array"),
                GPT.Entry(
                    number: 1, type: .biosBoot,
                    unique: known("00000000-0000-4000-8000-000000000001"), firstLBA: 2048,
                    lastLBA: 4095, attributes: 1 << 2, name: "BIOS"),
                GPT.Entry(
                    number: 2, type: .esp,
                    unique: known("00000000-0000-4000-8000-000000000002"), firstLBA: 4096,
                    lastLBA: 6143, name: "ESP ä€😀"),
            ])
    }

    /// A disk in memory with a table on it.
    static func disk(_ table: GPT, sectorCount: UInt64 = 10000) throws -> MemoryBytes {
        var disk = MemoryBytes(
            [UInt8](repeating: 0, count: Int(sectorCount * table.sectorSize.rawValue)))
        for write in try table.writes(
            sectorCount: sectorCount, firstSector: disk.bytes(512, at: 0))
        { disk.apply(write) }
        return disk
    }

    @Test("both copies come back as they were", arguments: GPT.SectorSize.allCases)
    func roundTrip(sectorSize: GPT.SectorSize) throws {
        let table = try Self.table(sectorSize)
        let disk = try Self.disk(table)
        let copies = GPT.read(from: disk, sectorSize: sectorSize)
        let primary = try copies.primary.get()
        let backup = try copies.backup.get()
        #expect(primary.table == table)
        #expect(backup.table == table)
        #expect(table.entries.map(\.number) == [1, 2, 3])
        #expect((primary.headerLBA, primary.alternateLBA) == (1, 9999))
        #expect((backup.headerLBA, backup.alternateLBA) == (9999, 1))
        let reserved: UInt64 = sectorSize == .bytes512 ? 32 : 4
        #expect((table.firstUsableLBA, table.lastUsableLBA) == (2 + reserved, 9998 - reserved))
        #expect(backup.entriesLBA == 9999 - reserved)
        #expect(
            primary.extents + backup.extents == [
                sectorSize.rawValue..<(2 * sectorSize.rawValue),
                (2 * sectorSize.rawValue)..<(2 * sectorSize.rawValue + 16384),
                (9999 * sectorSize.rawValue)..<(10000 * sectorSize.rawValue),
                (9999 * sectorSize.rawValue - 16384)..<(9999 * sectorSize.rawValue),
            ])
        let first = try #require(table.entry(1))
        #expect(
            table.extent(of: first) == (2048 * sectorSize.rawValue)..<(4096 * sectorSize.rawValue))
        #expect(GPT.read(from: disk, sectorSize: sectorSize) == copies)
        // With the other size of sectors there is none.
        let other: GPT.SectorSize = sectorSize == .bytes512 ? .bytes4096 : .bytes512
        #expect(GPT.read(from: disk, sectorSize: other).isAbsent)
    }

    @Test("writing stops anywhere: one copy is whole, the old one or the new one")
    func cut() throws {
        let old = try GPT(
            sectorSize: .bytes512, sectorCount: 10000, diskGUID: Self.diskGUID, entries: [])
        let new = try Self.table()
        let start = try Self.disk(old)
        let writes = try new.writes(sectorCount: 10000, firstSector: start.bytes(512, at: 0))
        for count in 0...writes.count {
            for torn in [false, true] where !torn || count < writes.count {
                var disk = start
                for write in writes.prefix(count) { disk.apply(write) }
                if torn {
                    let write = writes[count]
                    let half = ByteWrite(
                        offset: write.offset, bytes: Array(write.bytes.prefix(100)))
                    disk.apply(half)
                }
                let table = GPT.read(from: disk).table
                #expect(table == old || table == new, "after \(count) writes")
            }
        }
    }

    @Test("each copy has its own fault")
    func faults() throws {
        let disk = try Self.disk(Self.table())
        func primary(after change: (inout MemoryBytes) -> Void) -> FormatFault? {
            var changed = disk
            change(&changed)
            let copies = GPT.read(from: changed)
            #expect((try? copies.backup.get()) != nil)
            if case .failure(let fault) = copies.primary { return fault }
            return nil
        }
        #expect(primary { $0.content[512] = 0 } == .absent(.primaryHeader))
        guard case .badChecksum(.primaryHeader, _, _) = primary(after: { $0.content[570] ^= 1 })
        else {
            Issue.record("a changed header is not seen")
            return
        }
        guard case .badChecksum(.primaryEntries, _, _) = primary(after: { $0.content[1100] ^= 1 })
        else {
            Issue.record("a changed entry is not seen")
            return
        }
        // A backup header that was copied over the primary.
        #expect(
            primary { disk in
                disk.content.replaceSubrange(
                    512..<1024, with: disk.content[(9999 * 512)..<(10000 * 512)])
            } == .misplaced(.primaryHeader, field: "MyLBA", stored: 9999, wanted: 1))
    }

    /// A header's field and a value that it must not have.
    struct BadField: CustomTestStringConvertible, Sendable {
        let name: String
        let offset: Int
        let bytes: [UInt8]
        var testDescription: String { "\(name) = \(bytes)" }
    }

    @Test(
        "a header with a right checksum is still looked at",
        arguments: [
            BadField(name: "HeaderSize", offset: 12, bytes: [91, 0, 0, 0]),
            BadField(name: "HeaderSize", offset: 12, bytes: [1, 2, 0, 0]),
            BadField(name: "HeaderSize", offset: 12, bytes: [255, 255, 255, 255]),
            BadField(name: "LastUsableLBA", offset: 48, bytes: [16, 39, 0, 0, 0, 0, 0, 0]),
            BadField(name: "LastUsableLBA", offset: 40, bytes: [0, 0, 0, 0, 0, 0, 0, 0]),
            BadField(
                name: "PartitionEntryLBA", offset: 72,
                bytes: [255, 255, 255, 255, 255, 255, 255, 255]),
            BadField(name: "PartitionEntryLBA", offset: 72, bytes: [1, 0, 0, 0, 0, 0, 0, 0]),
            BadField(name: "PartitionEntryLBA", offset: 72, bytes: [3, 0, 0, 0, 0, 0, 0, 0]),
            BadField(name: "NumberOfPartitionEntries", offset: 80, bytes: [255, 255, 255, 255]),
            BadField(name: "NumberOfPartitionEntries", offset: 80, bytes: [0, 0, 0, 0]),
            BadField(name: "SizeOfPartitionEntry", offset: 84, bytes: [64, 0, 0, 0]),
            BadField(name: "SizeOfPartitionEntry", offset: 84, bytes: [192, 0, 0, 0]),
            BadField(name: "SizeOfPartitionEntry", offset: 84, bytes: [0, 0, 0, 128]),
        ])
    func badFields(field: BadField) throws {
        var disk = try Self.disk(Self.table())
        let start = 512 + field.offset
        disk.content.replaceSubrange(start..<(start + field.bytes.count), with: field.bytes)
        let size = Int(disk.content[524]) + Int(disk.content[525]) << 8
        disk.content.replaceSubrange(528..<532, with: [0, 0, 0, 0])
        let sum = crc(Array(disk.content[512..<(512 + min(size, 512))]))
        for index in 0..<4 { disk.content[528 + index] = UInt8(sum >> (8 * index) & 255) }
        let primary = GPT.read(from: disk).primary
        guard case .failure(.badField(.primaryHeader, let name, _, _)) = primary else {
            Issue.record("\(primary)")
            return
        }
        #expect(name == field.name)
    }

    /// The checksum once more, bit by bit.
    func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = ~0
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    @Test("partitions that cannot be are refused before anything is written")
    func refused() {
        func fault(_ entries: [GPT.Entry], sectorCount: UInt64 = 10000) -> FormatFault? {
            do throws(FormatFault) {
                _ = try GPT(
                    sectorSize: .bytes512, sectorCount: sectorCount, diskGUID: Self.diskGUID,
                    entries: entries)
                return nil
            } catch {
                return error
            }
        }
        func entry(_ number: Int, _ first: UInt64, _ last: UInt64, name: String = "") -> GPT.Entry {
            GPT.Entry(
                number: number, type: .esp, unique: Self.diskGUID, firstLBA: first, lastLBA: last,
                name: name)
        }
        #expect(fault([entry(128, 34, 9966)]) == nil)
        #expect(
            fault([entry(1, 34, 100), entry(2, 100, 200)])
                == .overlap(.primaryEntries, first: 1, second: 2))
        #expect(
            fault([entry(7, 34, 100), entry(7, 200, 300)])
                == .overlap(.primaryEntries, first: 7, second: 7))
        let cases = [
            entry(0, 34, 40), entry(129, 34, 40), entry(-1, 34, 40), entry(1, 33, 40),
            entry(1, 34, 9967), entry(1, 40, 39), entry(1, .max, .max),
            entry(1, 34, 40, name: String(repeating: "n", count: 37)),
        ]
        for entry in cases {
            guard case .badField(.primaryEntries, _, _, _) = fault([entry]) else {
                Issue.record("\(entry) is accepted")
                continue
            }
        }
        for count: UInt64 in [0, 1, 34, 67] {
            guard case .badField(.primaryHeader, _, count, _) = fault([], sectorCount: count) else {
                Issue.record("a disk of \(count) sectors is accepted")
                continue
            }
        }
        #expect(fault([], sectorCount: 68) == nil)
    }

    @Test("a table does not go onto a smaller disk")
    func smallerDisk() throws {
        let table = try Self.table()
        #expect(throws: FormatFault.self) {
            try table.writes(sectorCount: 9999, firstSector: [UInt8](repeating: 0, count: 512))
        }
        let onLarger = try Self.disk(table, sectorCount: 11000)
        #expect(GPT.read(from: onLarger).table == table)
        #expect(GPT.read(from: onLarger).backupLBA == 10999)
    }

    @Test("the backup is looked for where the primary says: a table inside of an array")
    func tableInsideOfAnArray() throws {
        var disk = try Self.disk(Self.table())
        disk.content += [UInt8](repeating: 0, count: 512 * 1000)
        let copies = GPT.read(from: disk)
        #expect((try? copies.backup.get()) != nil)
        #expect((copies.backupLBA, copies.lastLBA) == (9999, 10999))
        disk.content[512] = 0
        let lost = GPT.read(from: disk)
        #expect(lost.backupLBA == 10999)
        #expect(lost.isAbsent)
    }

    @Test("every cut and thousands of damaged disks are read without a trap")
    func damage() throws {
        let sectorCount: UInt64 = 200
        let table = try GPT(
            sectorSize: .bytes512, sectorCount: sectorCount, diskGUID: Self.diskGUID,
            entries: [
                GPT.Entry(
                    number: 1, type: .esp, unique: Self.diskGUID, firstLBA: 40, lastLBA: 90)
            ])
        let disk = try Self.disk(table, sectorCount: sectorCount)
        for length in Array(0..<1700) + stride(from: 1700, to: disk.content.count, by: 509) {
            let copies = GPT.read(from: MemoryBytes(Array(disk.content[..<length])))
            #expect((try? copies.backup.get()) == nil)
        }
        var generator = SplitMix64(seed: 7)
        for _ in 0..<300 {
            var damaged = disk
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let offset = Int.random(in: 512..<1024 + 300, using: &generator)
                damaged.content[offset] = UInt8.random(in: 0...255, using: &generator)
            }
            // With a right checksum, so that the fields are looked at.
            damaged.content.replaceSubrange(528..<532, with: [0, 0, 0, 0])
            let size = Int(damaged.content[524]) + Int(damaged.content[525]) << 8
            let sum = crc(Array(damaged.content[512..<(512 + min(size, 512))]))
            for index in 0..<4 { damaged.content[528 + index] = UInt8(sum >> (8 * index) & 255) }
            _ = GPT.read(from: damaged)
        }
    }
}

extension GPTTests {
    @Test("entries of any bytes with right checksums are a table that comes back, or a fault")
    func randomEntries() throws {
        var generator = SplitMix64(seed: 17)
        let sectorCount: UInt64 = 200
        let empty = try GPT(
            sectorSize: .bytes512, sectorCount: sectorCount, diskGUID: Self.diskGUID, entries: [])
        var tables = 0
        for _ in 0..<60 {
            var disk = try Self.disk(empty, sectorCount: sectorCount)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let start = 1024 + 128 * Int.random(in: 0..<128, using: &generator)
                for offset in start..<(start + 128) {
                    disk.content[offset] = .random(in: 0...255, using: &generator)
                }
                // Places that can be, now and then.
                let first = UInt8.random(in: 30..<160, using: &generator)
                let last = UInt8.random(in: 30..<170, using: &generator)
                disk.content.replaceSubrange(
                    (start + 32)..<(start + 48), with: place(first) + place(last))
            }
            let entries = crc(Array(disk.content[1024..<(1024 + 16384)]))
            disk.content.replaceSubrange(600..<604, with: place(entries))
            disk.content.replaceSubrange(528..<532, with: [0, 0, 0, 0])
            disk.content.replaceSubrange(
                528..<532, with: place(crc(Array(disk.content[512..<604]))))
            guard case .success(let copy) = GPT.read(from: disk).primary else { continue }
            tables += 1
            let again = try Self.disk(copy.table, sectorCount: sectorCount)
            #expect(try GPT.read(from: again).primary.get().table == copy.table)
        }
        #expect(tables > 5)
    }

    private func place(_ number: UInt8) -> [UInt8] { [number] + [UInt8](repeating: 0, count: 7) }

    private func place(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(number >> (8 * $0) & 255) }
    }
}

@Suite struct MasterBootRecordTests {
    @Test("boot code and disk signature stay when a table is written")
    func protective() throws {
        let old = (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 7 + 1) }
        let sector = MasterBootRecord.protective(old, sectorCount: 1 << 33)
        #expect(sector[..<446] == old[..<446])
        let record = try MasterBootRecord(decoding: sector)
        #expect(record.isProtective)
        #expect(!record.bootCodeIsZero)
        #expect(record.partitions.map(\.firstLBA) == [1])
        #expect(record.partitions.map(\.sectorCount) == [.max])
        let blank = MasterBootRecord.protective([UInt8](repeating: 0, count: 512), sectorCount: 100)
        #expect(try MasterBootRecord(decoding: blank).bootCodeIsZero)
        #expect(try MasterBootRecord(decoding: blank).partitions.map(\.sectorCount) == [99])
    }

    @Test("a sector without a table is none")
    func none() {
        #expect(throws: FormatFault.absent(.masterBootRecord)) {
            try MasterBootRecord(decoding: [UInt8](repeating: 0, count: 512))
        }
        var sector = [UInt8](repeating: 0xff, count: 512)
        (sector[510], sector[511]) = (0x55, 0xAA)
        #expect(throws: FormatFault.self) { try MasterBootRecord(decoding: sector) }
        for length in 0..<512 {
            #expect(
                throws: FormatFault.truncated(
                    .masterBootRecord, byteCount: UInt64(length), wanted: 512)
            ) { try MasterBootRecord(decoding: Array(sector[..<length])) }
        }
    }
}

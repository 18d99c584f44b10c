extension GPT {
    /// What to write so that a disk has this table, in the order that survives a cut.
    ///
    /// Each is to be flushed before the next: first the backup's entries, then its header, then
    /// the primary's entries and header, last the protective MBR. So at any time one copy is whole:
    /// the old primary while the backup is written, the new backup afterwards.
    ///
    /// - Parameters:
    ///   - sectorCount: The disk's length in its sectors.
    ///   - firstSector: The first 512 bytes of the disk as they are, for the MBR.
    /// - Returns: Five writes.
    /// - Throws: `FormatFault.badField` when the table does not fit the disk.
    package func writes(
        sectorCount: UInt64, firstSector: [UInt8]
    ) throws(FormatFault) -> [ByteWrite] {
        let reserved = GPT.entrySectorCount(sectorSize)
        // A table that was read may have room for fewer entries in front of it.
        guard firstUsableLBA >= 2 + reserved else {
            throw .badField(
                .primaryHeader, field: "FirstUsableLBA", value: firstUsableLBA,
                problem: "the entries need all up to LBA \(1 + reserved)")
        }
        guard sectorCount > reserved + 1, lastUsableLBA <= sectorCount - 2 - reserved else {
            throw .badField(
                .backupHeader, field: "LastUsableLBA", value: lastUsableLBA,
                problem: "a disk of \(sectorCount) sectors cannot have it")
        }
        guard entries.allSatisfy({ $0.number <= GPT.entryCount }) else {
            throw .badField(
                .primaryEntries, field: "partition", value: UInt64(entries.last?.number ?? 0),
                problem: "numbers go from 1 to \(GPT.entryCount)")
        }
        let unit = sectorSize.rawValue
        let lastLBA = sectorCount - 1
        let encodedEntries = encodedEntries()
        let checksum = CRC32.checksum(encodedEntries)
        let primary = encodedHeader(
            at: 1, alternate: lastLBA, entries: 2, entriesChecksum: checksum)
        let backup = encodedHeader(
            at: lastLBA, alternate: 1, entries: lastLBA - reserved, entriesChecksum: checksum)
        return [
            ByteWrite(offset: (lastLBA - reserved) * unit, bytes: encodedEntries),
            ByteWrite(offset: lastLBA * unit, bytes: backup),
            ByteWrite(offset: 2 * unit, bytes: encodedEntries),
            ByteWrite(offset: unit, bytes: primary),
            ByteWrite(
                offset: 0,
                bytes: MasterBootRecord.protective(firstSector, sectorCount: sectorCount)),
        ]
    }

    private func encodedEntries() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: GPT.entryCount * GPT.entrySize)
        for entry in entries {
            let offset = (entry.number - 1) * GPT.entrySize
            bytes.replaceSubrange(offset..<(offset + 16), with: entry.type.bytes)
            bytes.replaceSubrange((offset + 16)..<(offset + 32), with: entry.unique.bytes)
            bytes.store(entry.firstLBA, at: offset + 32)
            bytes.store(entry.lastLBA, at: offset + 40)
            bytes.store(entry.attributes, at: offset + 48)
            for (index, unit) in entry.name.utf16.enumerated() {
                bytes.store(unit, at: offset + 56 + 2 * index)
            }
        }
        return bytes
    }

    private func encodedHeader(
        at lba: UInt64, alternate: UInt64, entries entriesLBA: UInt64, entriesChecksum: UInt32
    ) -> [UInt8] {
        // The rest of the sector is reserved and zero.
        var bytes = [UInt8](repeating: 0, count: Int(sectorSize.rawValue))
        bytes.replaceSubrange(0..<8, with: "EFI PART".utf8)
        bytes.store(UInt32(0x0001_0000), at: 8)
        bytes.store(UInt32(GPT.headerSize), at: 12)
        bytes.store(lba, at: 24)
        bytes.store(alternate, at: 32)
        bytes.store(firstUsableLBA, at: 40)
        bytes.store(lastUsableLBA, at: 48)
        bytes.replaceSubrange(56..<72, with: diskGUID.bytes)
        bytes.store(entriesLBA, at: 72)
        bytes.store(UInt32(GPT.entryCount), at: 80)
        bytes.store(UInt32(GPT.entrySize), at: 84)
        bytes.store(entriesChecksum, at: 88)
        bytes.store(CRC32.checksum(bytes.prefix(GPT.headerSize)), at: 16)
        return bytes
    }
}

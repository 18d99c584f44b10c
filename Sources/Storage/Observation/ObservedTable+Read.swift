import DiskFormats

extension ObservedTable {
    /// What a GPT has whose two copies are both damaged.
    package static let damagedGPT = ObservedTable.other("damaged gpt")

    /// Reads the partition table of a disk.
    ///
    /// - Parameters:
    ///   - disk: The whole disk.
    ///   - sectorByteCount: Its logical sector.
    ///   - members: The md superblocks of the whole disk: a table inside of an array whose data
    ///     start with the disk is the array's, not the disk's.
    ///   - otherType: What libblkid calls the table, if it found one of another kind.
    init(
        of disk: some ByteSource, sectorByteCount: UInt32, members: [Signature],
        otherType: String?
    ) {
        self = otherType.map(ObservedTable.other) ?? .none
        guard let sectorSize = GPT.SectorSize(rawValue: UInt64(sectorByteCount)) else { return }
        let copies = GPT.read(from: disk, sectorSize: sectorSize)
        if copies.isAbsent { return }
        let isInside = members.contains { signature in
            if case .member(let member) = signature { member.dataOffset == 0 } else { false }
        }
        if isInside, copies.backupLBA != copies.lastLBA {
            self = .none
        } else if let table = copies.table {
            self = .gpt(ObservedGPT(table, faults: ObservedTable.faults(copies, on: disk)))
        } else {
            self = .damagedGPT
        }
    }

    private static func faults(_ copies: GPT.Copies, on disk: some ByteSource) -> [String] {
        var faults = [copies.primary, copies.backup].compactMap { copy -> String? in
            if case .failure(let fault) = copy { fault.description } else { nil }
        }
        if copies.backupLBA != copies.lastLBA {
            faults.append(
                "backup GPT header lies at LBA \(copies.backupLBA), "
                    + "the disk ends at \(copies.lastLBA)")
        }
        if case (.success(let primary), .success(let backup)) = (copies.primary, copies.backup),
            primary.table != backup.table
        {
            faults.append("primary and backup GPT differ")
        }
        let record = Result { try MasterBootRecord(decoding: disk.bytes(512, at: 0)) }
        switch record {
        case .success(let record) where !record.isProtective:
            faults.append("MBR: has no protective partition")
        case .success: break
        case .failure(let fault): faults.append(String(describing: fault))
        }
        return faults
    }
}

extension ObservedGPT {
    fileprivate init(_ table: GPT, faults: [String]) {
        self.init(
            guid: table.diskGUID.description,
            partitions: table.entries.compactMap { entry in
                table.extent(of: entry).map { extent in
                    ObservedPartition(
                        number: entry.number, type: entry.type.description,
                        guid: entry.unique.description, name: entry.name,
                        extent: Extent(
                            start: extent.lowerBound,
                            byteCount: extent.upperBound - extent.lowerBound))
                }
            }, faults: faults)
    }
}

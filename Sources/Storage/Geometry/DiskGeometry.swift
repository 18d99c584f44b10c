import DiskFormats

/// Which bytes of a disk are used for what, as a layout wants it or as a machine has it.
package struct DiskGeometry: Sendable, Equatable {
    /// The role, or the device.
    package var name: String
    /// The size in bytes.
    package var byteCount: UInt64
    /// The size that the layout needs; nil where no layout is asked.
    package var leastByteCount: UInt64?
    /// What lies on the disk, in the order of the disk.
    package var intervals: [Interval]
    /// Where a boot leg's loader parts lie; nil when the loader is not looked at.
    package var loader: LoaderPlaces?

    /// Makes a geometry; the intervals are sorted by where they start.
    package init(
        name: String, byteCount: UInt64, leastByteCount: UInt64? = nil, intervals: [Interval],
        loader: LoaderPlaces? = nil
    ) {
        self.name = name
        self.byteCount = byteCount
        self.leastByteCount = leastByteCount
        self.intervals = intervals.sortedByPlace()
        self.loader = loader
    }

    /// The whole disk.
    package var extent: Extent { Extent(start: 0, byteCount: byteCount) }
}

/// Where the parts of a boot leg lie that GRUB finds by constants in its code.
package struct LoaderPlaces: Sendable, Equatable {
    /// The BIOS boot partition, if there is one.
    package var biosBoot: Extent?
    /// Whether a BIOS starts from the disk.
    package var needsBiosBoot: Bool
    /// The number of the EFI system partition, from 1, if there is one.
    package var systemPartitionNumber: Int?
    /// The disk's logical sector in bytes.
    package var sectorByteCount: UInt32

    /// Makes places.
    package init(
        biosBoot: Extent?, needsBiosBoot: Bool, systemPartitionNumber: Int?,
        sectorByteCount: UInt32 = 512
    ) {
        self.biosBoot = biosBoot
        self.needsBiosBoot = needsBiosBoot
        self.systemPartitionNumber = systemPartitionNumber
        self.sectorByteCount = sectorByteCount
    }
}

extension [Interval] {
    /// The intervals in the order of the disk, the larger of two that start together first.
    func sortedByPlace() -> [Interval] {
        sorted {
            ($0.extent.start, $1.extent.byteCount) < ($1.extent.start, $0.extent.byteCount)
        }
    }

    /// A GPT with its protective MBR and its backup copy (UEFI specification, 5.3): each has a
    /// header of one sector and 128 entries of 128 bytes.
    ///
    /// - Parameters:
    ///   - extent: What the table divides: a disk, or the data of an array.
    ///   - sectorByteCount: The size of a logical sector.
    ///   - place: Where that is, for names; empty for a disk itself.
    /// - Returns: The table and its copy; nothing where there is no room for both.
    static func table(of extent: Extent, sectorByteCount: UInt32, in place: String) -> [Interval] {
        let sector = UInt64(sectorByteCount)
        let entries = UInt64(GPT.entryCount * GPT.entrySize)
        let primary = 2 * sector + entries
        let backup = sector + entries
        guard sector > 0, extent.byteCount >= primary + backup else { return [] }
        let (start, end) = (extent.start, extent.end)
        return [
            Interval(
                .table, "GPT" + place, Extent(start: start, byteCount: primary),
                contents: [
                    Interval(.bootRecord, "MBR", Extent(start: start, byteCount: sector)),
                    Interval(
                        .tableHeader, "GPT header",
                        Extent(start: start + sector, byteCount: sector)),
                    Interval(
                        .tableEntries, "GPT entries",
                        Extent(start: start + 2 * sector, byteCount: entries)),
                ]),
            Interval(
                .table, "backup GPT" + place, Extent(start: end - backup, byteCount: backup),
                contents: [
                    Interval(
                        .tableEntries, "GPT entries",
                        Extent(start: end - backup, byteCount: entries)),
                    Interval(
                        .tableHeader, "GPT header", Extent(start: end - sector, byteCount: sector)),
                ]),
        ]
    }

    /// What md makes of a leg: its data, and what is kept for its own, at the end or the start.
    ///
    /// - Parameters:
    ///   - array: The array's name.
    ///   - version: Where the superblock lies.
    ///   - leg: The leg.
    ///   - data: Where the data lie on the disk.
    ///   - bitmapChunkByteCount: What a bit of its bitmap stands for, if it has one.
    ///   - contents: What lies in the data.
    /// - Returns: Both, in the order of the disk.
    static func member(
        of array: String, version: MDVersion, leg: Extent, data: Extent,
        bitmapChunkByteCount: UInt64?, contents: [Interval]
    ) -> [Interval] {
        let own = metadata(
            of: array, version: version, leg: leg, data: data,
            bitmapChunkByteCount: bitmapChunkByteCount)
        let place: Extent
        switch version {
        case .v0_90, .v1_0:
            let kept = leg.byteCount < ByteSize.mebibyte ? leg.start : leg.end - ByteSize.mebibyte
            let first = own.first?.extent.start ?? leg.end
            // An array that another made may keep less.
            place = Extent(from: Swift.min(first, Swift.max(data.end, kept)), to: leg.end)
        case .v1_1, .v1_2:
            place = Extent(from: leg.start, to: Swift.min(data.start, leg.end))
        }
        return [
            Interval(.data, "data of \(array)", data, contents: contents),
            Interval(.reserve, "kept for md of \(array)", place, contents: own),
        ].sortedByPlace()
    }

    /// Superblock, bad-block log and bitmap of a leg, as mdadm lays them out.
    private static func metadata(
        of array: String, version: MDVersion, leg: Extent, data: Extent,
        bitmapChunkByteCount: UInt64?
    ) -> [Interval] {
        func interval(_ kind: Interval.Kind, _ name: String, _ range: Range<UInt64>) -> Interval {
            Interval(
                kind, "\(name) of \(array)",
                Extent(
                    start: leg.start + range.lowerBound,
                    byteCount: range.upperBound - range.lowerBound))
        }
        let planned: MDGeometry?
        do throws(FormatFault) {
            planned = try MDPlannedArray(
                version: version, deviceSectors: leg.byteCount / 512,
                componentSectors: data.byteCount / 512,
                dataSector: (data.start - Swift.min(leg.start, data.start)) / 512,
                bitmap: bitmapChunkByteCount.map {
                    .internal(chunkByteCount: UInt32(clamping: $0))
                } ?? .none
            ).geometry
        } catch {
            // Made by other rules than today's mdadm's: the superblock's place is certain.
            planned = nil
        }
        guard let planned else {
            guard let sector = version.superblockSector(deviceSectors: leg.byteCount / 512) else {
                return []
            }
            return [interval(.superblock, "md superblock", sector * 512..<sector * 512 + 4096)]
        }
        var own = [interval(.superblock, "md superblock", planned.superblock)]
        if let log = planned.badBlockLog {
            own.append(interval(.badBlockLog, "bad-block log", log))
        }
        if let bitmap = planned.bitmap { own.append(interval(.bitmap, "bitmap", bitmap)) }
        return own.sortedByPlace()
    }
}

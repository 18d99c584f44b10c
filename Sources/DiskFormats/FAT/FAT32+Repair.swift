extension FAT32 {
    /// Whether a cut, or worse, left something behind.
    package var needsRepair: Bool {
        !damage.isEmpty || !lostClusters.isEmpty || tables.dropFirst().contains { $0 != tables[0] }
    }

    /// What to write so that nothing is damaged and nothing lost, as fsck.vfat would do it.
    ///
    /// Entries that cannot be followed go, clusters that belong to nothing become free, the tables
    /// become equal to the first one, and the count of free clusters becomes unknown. fsck.vfat
    /// itself works only on a device of its own, and an image file's partition has none.
    ///
    /// - Returns: Writes by offsets in the filesystem, in any order; none when all is well. When only
    ///   some of them are done, the others are needed still.
    package var repairs: [ByteWrite] {
        guard needsRepair else { return [] }
        var writes = damage.flatMap(\.slots).map { ByteWrite(offset: $0, bytes: [0xE5]) }
        var table = tables[0]
        for cluster in lostClusters {
            // The upper four bits are to be kept.
            let offset = 4 * Int(cluster)
            table.replaceSubrange(offset..<(offset + 3), with: [0, 0, 0])
            table[offset + 3] &= 0xF0
        }
        for (index, old) in tables.enumerated() {
            let start = geometry.tableStart + UInt64(index) * geometry.tableByteCount
            let unit = Int(geometry.sectorByteCount)
            for offset in stride(from: 0, to: table.count, by: unit) {
                let sector = table[offset..<(offset + unit)]
                guard sector != old[offset..<(offset + unit)] else { continue }
                let place = start + UInt64(offset)
                if let last = writes.last, last.extent.upperBound == place {
                    writes[writes.count - 1].bytes += sector
                } else {
                    writes.append(ByteWrite(offset: place, bytes: Array(sector)))
                }
            }
        }
        if geometry.infoSector != 0 {
            writes.append(
                ByteWrite(
                    offset: geometry.infoSector * geometry.sectorByteCount + 488,
                    bytes: [UInt8](repeating: 0xFF, count: 8)))
        }
        return writes
    }

    /// How many sectors make a cluster, so that a partition becomes a FAT32 with clusters of 4 KiB
    /// or the largest that leave enough of them.
    ///
    /// mkfs.vfat only warns when there are too few, and mtools and some firmware then take it for
    /// a FAT16.
    ///
    /// - Returns: A power of two; nil when the partition is too small.
    package static func sectorsPerCluster(
        byteCount: UInt64, sectorByteCount: UInt64
    ) -> UInt64? {
        [8, 4, 2, 1].first { count in
            let cluster = count * sectorByteCount
            // Two tables of 4 bytes a cluster, and some reserved sectors.
            return (cluster <= 4096 || count == 1) && byteCount > 1 << 18
                && (byteCount - 1 << 18) / (cluster + 8) >= UInt64(leastClusterCount + 16)
        }
    }
}

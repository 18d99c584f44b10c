/// A FAT32 filesystem as it was read: where its parts lie, its files, and what is damaged.
///
/// Microsoft's "FAT: General Overview of On-Disk Format", 1.03. Of an EFI system partition the
/// firmware and GRUB read nothing else. FAT12 and FAT16 are no FAT32; and one with so few clusters
/// that other readers take it for a FAT16 is refused. It is written by mkfs.vfat and mtools; here it
/// is read, and freed of what a cut left.
package struct FAT32: Sendable, Equatable {
    /// A file.
    package struct File: Sendable, Equatable {
        /// Its path, such as `EFI/BOOT/BOOTX64.EFI`.
        package let path: String
        /// Its length in bytes.
        package let byteCount: UInt64
        /// Where its bytes lie, from the start of the filesystem, in order.
        package let extents: [Range<UInt64>]
    }

    /// An entry of a folder that cannot be followed.
    package struct Damage: Sendable, Equatable {
        /// Its path.
        package let path: String
        /// What is wrong with it.
        package let problem: String
        /// Where its 32-byte slots lie, from the start of the filesystem.
        let slots: [UInt64]
    }

    /// Where the parts lie; all in bytes from the start of the filesystem.
    struct Geometry: Sendable, Equatable {
        /// Bytes of a sector: `BPB_BytsPerSec`.
        let sectorByteCount: UInt64
        /// Bytes of a cluster: `BPB_SecPerClus` sectors.
        let clusterByteCount: UInt64
        /// Where the first allocation table starts: `BPB_RsvdSecCnt`.
        let tableStart: UInt64
        /// The length of a table: `BPB_FATSz32`.
        let tableByteCount: UInt64
        /// How many tables there are: `BPB_NumFATs`.
        let tableCount: UInt64
        /// How many clusters there are; the first is number 2.
        let clusterCount: Int
        /// The first cluster of the root folder: `BPB_RootClus`.
        let rootCluster: UInt32
        /// The sector with the counts of free clusters: `BPB_FSInfo`.
        let infoSector: UInt64

        /// Where the first cluster starts.
        var dataStart: UInt64 { tableStart + tableCount * tableByteCount }

        /// The bytes of a cluster, whose number was checked.
        func extent(ofCluster cluster: UInt32) -> Range<UInt64> {
            let start = dataStart + UInt64(cluster - 2) * clusterByteCount
            return start..<(start + clusterByteCount)
        }
    }

    /// The least count of clusters that makes a FAT32.
    package static let leastClusterCount = 65525

    let geometry: Geometry
    /// All tables, as they are.
    let tables: [[UInt8]]
    /// Clusters that are taken and belong to nothing, by number.
    let lostClusters: [UInt32]

    /// The volume's serial number: `BS_VolID`.
    package let volumeID: UInt32
    /// The volume's label: `BS_VolLab`.
    package let label: String
    /// The files, sorted by path.
    package let files: [File]
    /// The paths of the folders, sorted.
    package let folders: [String]
    /// Entries that cannot be followed, in the order in which they were met.
    package let damage: [Damage]
    /// How many bytes are free, in whole clusters.
    package let freeByteCount: UInt64

    /// How many bytes are taken and belong to nothing.
    package var lostByteCount: UInt64 { UInt64(lostClusters.count) * geometry.clusterByteCount }

    /// Bytes of a cluster.
    package var clusterByteCount: UInt64 { geometry.clusterByteCount }

    /// What a fresh filesystem consists of, from its start: all but the clusters behind the root
    /// folder's.
    package var metadataByteCount: UInt64 {
        geometry.extent(ofCluster: geometry.rootCluster).upperBound
    }

    /// Reads a filesystem.
    ///
    /// - Parameter source: The whole partition.
    /// - Throws: `FormatFault` when it is none, or nothing can be found in it.
    package init(reading source: some ByteSource) throws(FormatFault) {
        let sector = try source.bytes(512, at: 0, of: .fatBootSector)
        geometry = try Geometry(sector, available: source.byteCount)
        volumeID = sector.integer(at: 67)
        let label = String(decoding: sector[71..<82], as: UTF8.self)
        self.label = String(label.reversed().drop { $0 == " " }.reversed())
        var tables: [[UInt8]] = []
        for index in 0..<geometry.tableCount {
            tables.append(
                try source.bytes(
                    Int(geometry.tableByteCount),
                    at: geometry.tableStart + index * geometry.tableByteCount, of: .fatTable))
        }
        self.tables = tables
        var walk = FAT32Walk(geometry, table: tables[0])
        try walk.run(in: source)
        files = walk.files.sorted { $0.path < $1.path }
        folders = walk.folders.sorted()
        damage = walk.damage
        lostClusters = walk.lostClusters
        freeByteCount = UInt64(walk.freeClusterCount) * geometry.clusterByteCount
    }

    /// The file with a path; FAT does not tell capital letters from small ones.
    package func file(_ path: String) -> File? {
        let path = path.lowercased()
        return files.first { $0.path.lowercased() == path }
    }

    /// Whether there is a folder with a path.
    package func hasFolder(_ path: String) -> Bool {
        let path = path.lowercased()
        return folders.contains { $0.lowercased() == path }
    }
}

extension FAT32.Geometry {
    /// The most bytes of a table that are read; a partition of 64 GiB has no more.
    private static let tableLimit: UInt64 = 64 << 20

    /// Takes the parts from a boot sector and checks that they fit each other.
    init(_ sector: [UInt8], available: UInt64) throws(FormatFault) {
        guard sector[510] == 0x55, sector[511] == 0xAA,
            sector[82..<90].elementsEqual("FAT32   ".utf8)
        else { throw .absent(.fatBootSector) }
        func bad(_ field: String, _ value: some BinaryInteger, _ problem: String) -> FormatFault {
            .badField(.fatBootSector, field: field, value: UInt64(value), problem: problem)
        }
        let sectorSize: UInt16 = sector.integer(at: 11)
        guard (512...4096).contains(sectorSize), sectorSize.nonzeroBitCount == 1 else {
            throw bad("BPB_BytsPerSec", sectorSize, "not 512, 1024, 2048 or 4096")
        }
        guard sector[13].nonzeroBitCount == 1 else {
            throw bad("BPB_SecPerClus", sector[13], "no power of two")
        }
        let reserved: UInt16 = sector.integer(at: 14)
        guard reserved >= 1 else { throw bad("BPB_RsvdSecCnt", reserved, "not even one") }
        guard (1...2).contains(sector[16]) else {
            throw bad("BPB_NumFATs", sector[16], "neither 1 nor 2")
        }
        sectorByteCount = UInt64(sectorSize)
        clusterByteCount = UInt64(sector[13]) * sectorByteCount
        tableStart = UInt64(reserved) * sectorByteCount
        tableCount = UInt64(sector[16])
        tableByteCount = UInt64(sector.integer(at: 36) as UInt32) * sectorByteCount
        guard tableByteCount > 0, tableByteCount <= Self.tableLimit else {
            throw bad("BPB_FATSz32", tableByteCount / sectorByteCount, "no table, or a huge one")
        }
        // 32 bits times 4096: no sum here overflows.
        let byteCount = UInt64(sector.integer(at: 32) as UInt32) * sectorByteCount
        guard byteCount <= available else {
            throw bad(
                "BPB_TotSec32", byteCount / sectorByteCount,
                "the partition has \(available / sectorByteCount)")
        }
        let metadata = tableStart + tableCount * tableByteCount
        guard metadata < byteCount else {
            throw bad("BPB_TotSec32", byteCount / sectorByteCount, "no room for clusters")
        }
        let clusters = (byteCount - metadata) / clusterByteCount
        guard clusters >= UInt64(FAT32.leastClusterCount) else {
            throw bad("clusters", clusters, "fewer than \(FAT32.leastClusterCount) are no FAT32")
        }
        guard (clusters + 2) * 4 <= tableByteCount else {
            throw bad("BPB_FATSz32", tableByteCount / sectorByteCount, "too few for all clusters")
        }
        clusterCount = Int(clusters)
        rootCluster = sector.integer(at: 44)
        guard rootCluster >= 2, UInt64(rootCluster) < clusters + 2 else {
            throw bad("BPB_RootClus", rootCluster, "no cluster of \(clusters)")
        }
        let info: UInt16 = sector.integer(at: 48)
        guard info < reserved else {
            throw bad("BPB_FSInfo", info, "not one of the \(reserved) reserved sectors")
        }
        infoSector = UInt64(info)
    }
}

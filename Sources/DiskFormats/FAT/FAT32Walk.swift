/// The way through all folders of a FAT32, which finds what belongs to whom.
struct FAT32Walk {
    private(set) var files: [FAT32.File] = []
    private(set) var folders: [String] = []
    private(set) var damage: [FAT32.Damage] = []

    private let geometry: FAT32.Geometry
    /// The next cluster of each; the upper four bits of an entry mean nothing.
    private let next: [UInt32]
    private var isUsed: [Bool]

    /// Folders deeper than this are damage: nobody makes them.
    private static let depthLimit = 32
    /// Entries from here on end a chain; the one before marks a bad cluster.
    private static let endOfChain: UInt32 = 0x0FFF_FFF8

    private struct Folder {
        let path: String
        let depth: Int
        let clusters: [UInt32]
        /// The slots of its entry; the root folder has none.
        var slots: [UInt64] = []
    }

    /// A folder's entry, with the long name in front of it.
    private struct Entry {
        let name: String
        let isFolder: Bool
        let firstCluster: UInt32
        let byteCount: UInt64
        let slots: [UInt64]
    }

    private enum Chain {
        case whole([UInt32])
        case broken(String)
    }

    init(_ geometry: FAT32.Geometry, table: [UInt8]) {
        self.geometry = geometry
        next = table.withUnsafeBytes { bytes in
            (0..<(geometry.clusterCount + 2)).map { index in
                UInt32(
                    littleEndian: bytes.loadUnaligned(
                        fromByteOffset: 4 * index, as: UInt32.self)) & 0x0FFF_FFFF
            }
        }
        isUsed = [Bool](repeating: false, count: geometry.clusterCount + 2)
    }

    /// Clusters that are taken and were not met.
    var lostClusters: [UInt32] {
        (2..<next.count).filter { next[$0] != 0 && next[$0] != 0x0FFF_FFF7 && !isUsed[$0] }
            .map { UInt32($0) }
    }

    var freeClusterCount: Int { next.dropFirst(2).count { $0 == 0 } }

    /// Goes through all folders.
    ///
    /// - Throws: `FormatFault` when the root folder cannot be read, or the disk gives an error.
    mutating func run(in source: some ByteSource) throws(FormatFault) {
        guard case .whole(let root) = chain(from: geometry.rootCluster) else {
            throw .badField(
                .fatTable, field: "root folder", value: UInt64(geometry.rootCluster),
                problem: "its clusters cannot be followed")
        }
        var waiting = [Folder(path: "", depth: 0, clusters: root)]
        while let folder = waiting.popLast() {
            guard try isOwn(folder, in: source) else { continue }
            for entry in try entries(of: folder, in: source) {
                let path = folder.path.isEmpty ? entry.name : "\(folder.path)/\(entry.name)"
                if let below = take(entry, path: path, depth: folder.depth + 1) {
                    waiting.append(below)
                }
            }
        }
    }

    /// Whether a folder's clusters are a folder's: its entry can be older than its content.
    private mutating func isOwn(
        _ folder: Folder, in source: some ByteSource
    ) throws(FormatFault) -> Bool {
        guard folder.depth > 0, let first = folder.clusters.first else { return true }
        let bytes = try source.bytes(
            64, at: geometry.extent(ofCluster: first).lowerBound, of: .fatFolder)
        if bytes[0..<11].elementsEqual(".          ".utf8),
            bytes[32..<43].elementsEqual("..         ".utf8)
        {
            folders.append(folder.path)
            return true
        }
        for cluster in folder.clusters { isUsed[Int(cluster)] = false }
        damage.append(
            FAT32.Damage(
                path: folder.path, problem: "does not start as a folder", slots: folder.slots))
        return false
    }

    /// Notes an entry; gives back the folder, if it is one.
    private mutating func take(_ entry: Entry, path: String, depth: Int) -> Folder? {
        func damaged(_ problem: String) -> FAT32.Damage {
            FAT32.Damage(path: path, problem: problem, slots: entry.slots)
        }
        guard depth <= FAT32Walk.depthLimit else {
            damage.append(damaged("more than \(FAT32Walk.depthLimit) folders deep"))
            return nil
        }
        if !entry.isFolder, entry.byteCount == 0, entry.firstCluster == 0 {
            files.append(FAT32.File(path: path, byteCount: 0, extents: []))
            return nil
        }
        switch chain(from: entry.firstCluster) {
        case .broken(let problem):
            damage.append(damaged(problem))
            return nil
        case .whole(let clusters) where entry.isFolder:
            return Folder(path: path, depth: depth, clusters: clusters, slots: entry.slots)
        case .whole(let clusters):
            let unit = geometry.clusterByteCount
            let wanted = (entry.byteCount + unit - 1) / unit
            guard UInt64(clusters.count) == wanted else {
                // So that they count as lost.
                for cluster in clusters { isUsed[Int(cluster)] = false }
                damage.append(
                    damaged("has \(clusters.count) clusters, its length needs \(wanted)"))
                return nil
            }
            files.append(
                FAT32.File(
                    path: path, byteCount: entry.byteCount,
                    extents: extents(of: clusters, byteCount: entry.byteCount)))
            return nil
        }
    }

    /// Follows a chain and takes its clusters, or none of them.
    private mutating func chain(from first: UInt32) -> Chain {
        var clusters: [UInt32] = []
        var problem: String?
        var cluster = first
        while cluster < FAT32Walk.endOfChain {
            guard cluster >= 2, Int(cluster) < next.count else {
                problem =
                    cluster == 0
                    ? "its clusters end without a mark" : "goes on at cluster \(cluster)"
                break
            }
            guard !isUsed[Int(cluster)] else {
                problem = "cluster \(cluster) is another's too"
                break
            }
            isUsed[Int(cluster)] = true
            clusters.append(cluster)
            cluster = next[Int(cluster)]
        }
        guard problem != nil || clusters.isEmpty else { return .whole(clusters) }
        for cluster in clusters { isUsed[Int(cluster)] = false }
        return .broken(problem ?? "has no cluster")
    }

    /// The bytes of clusters, those that follow each other in one piece.
    private func extents(of clusters: [UInt32], byteCount: UInt64) -> [Range<UInt64>] {
        var extents: [Range<UInt64>] = []
        var rest = byteCount
        for cluster in clusters {
            let whole = geometry.extent(ofCluster: cluster)
            let end = whole.lowerBound + min(rest, geometry.clusterByteCount)
            rest -= end - whole.lowerBound
            if let last = extents.last, last.upperBound == whole.lowerBound {
                extents[extents.count - 1] = last.lowerBound..<end
            } else {
                extents.append(whole.lowerBound..<end)
            }
        }
        return extents
    }

    /// Reads a folder's entries, without labels, "." and "..".
    private func entries(
        of folder: Folder, in source: some ByteSource
    ) throws(FormatFault) -> [Entry] {
        var entries: [Entry] = []
        var longName = FAT32LongName()
        for cluster in folder.clusters {
            let extent = geometry.extent(ofCluster: cluster)
            let bytes = try source.bytes(
                Int(geometry.clusterByteCount), at: extent.lowerBound, of: .fatFolder)
            for offset in stride(from: 0, to: bytes.count, by: 32) {
                let slot = Array(bytes[offset..<(offset + 32)])
                let place = extent.lowerBound + UInt64(offset)
                // Nothing follows.
                if slot[0] == 0 { return entries }
                if slot[0] == 0xE5 {
                    longName = FAT32LongName()
                } else if slot[11] & 0x3F == 0x0F {
                    longName.append(slot, at: place)
                } else {
                    // The volume's label has bit 3.
                    if slot[11] & 0x08 == 0, slot[0] != UInt8(ascii: ".") {
                        entries.append(entry(slot, at: place, longName))
                    }
                    longName = FAT32LongName()
                }
            }
        }
        return entries
    }

    private func entry(_ slot: [UInt8], at place: UInt64, _ longName: FAT32LongName) -> Entry {
        let high: UInt16 = slot.integer(at: 20)
        let low: UInt16 = slot.integer(at: 26)
        return Entry(
            name: longName.name(for: slot) ?? FAT32LongName.shortName(slot),
            isFolder: slot[11] & 0x10 != 0,
            firstCluster: UInt32(high) << 16 | UInt32(low),
            byteCount: UInt64(slot.integer(at: 28) as UInt32),
            slots: longName.places + [place])
    }
}

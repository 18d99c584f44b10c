import DiskFormats

extension Observation {
    /// Which bytes of each disk are used for what.
    ///
    /// - Parameter bootDisks: The disks, by path, of which the loader's places are looked at too,
    ///   each with whether a BIOS starts from it.
    /// - Returns: The disks, in their order; a reader without a card is none.
    package func geometries(bootDisks: [String: Bool] = [:]) -> [DiskGeometry] {
        disks.filter { $0.byteCount > 0 }.map { $0.geometry(startsFromBIOS: bootDisks[$0.path]) }
    }
}

extension ObservedDisk {
    fileprivate func geometry(startsFromBIOS: Bool?) -> DiskGeometry {
        let whole = Extent(start: 0, byteCount: byteCount)
        var partitions: [Interval] = []
        var intervals: [Interval] = []
        if case .gpt(let table) = self.table {
            partitions = table.partitions.map { partition in
                Interval(
                    .partition,
                    partition.name.isEmpty ? "partition \(partition.number)" : partition.name,
                    note: "partition \(partition.number)", partition.extent,
                    contents: contents(of: partition.extent))
            }
        }
        for region in regions(besides: whole) {
            // A region inside of a partition that says nothing of itself is the partition's own.
            let host = partitions.firstIndex {
                $0.contents.isEmpty && $0.extent.contains(region.extent)
            }
            if let host {
                partitions[host].contents.append(region)
            } else {
                intervals.append(region)
            }
        }
        if let member = member(in: whole) {
            // The table at the disk's start is the one inside the array.
            let data = Extent(clamping: member.dataOffset, byteCount: member.dataByteCount)
            if case .gpt = table, member.dataOffset == 0 {
                partitions += .table(
                    of: data, sectorByteCount: sectorByteCount, in: " inside \(member.arrayName)")
            }
            if partitions.isEmpty { partitions = filesystems(in: whole, at: data) }
            intervals += .member(member, leg: whole, contents: partitions.sortedByPlace())
        } else {
            if case .gpt = table {
                intervals += .table(of: whole, sectorByteCount: sectorByteCount, in: "")
            }
            intervals += partitions
            intervals += filesystems(in: whole, at: whole)
        }
        return DiskGeometry(
            name: path, byteCount: byteCount, intervals: intervals,
            loader: startsFromBIOS.map(loader))
    }

    /// What was found in just this place.
    private func signatures(of extent: Extent) -> [Signature] {
        areas.filter { $0.extent == extent }.flatMap(\.signatures)
    }

    private func member(in extent: Extent) -> ObservedMember? {
        for signature in signatures(of: extent) {
            if case .member(let member) = signature { return member }
        }
        return nil
    }

    private func contents(of extent: Extent) -> [Interval] {
        guard let member = member(in: extent) else { return filesystems(in: extent, at: extent) }
        // A leg whose data start with it looks like their filesystem, too.
        let data = Extent(clamping: extent.start, byteCount: member.dataByteCount)
        return .member(
            member, leg: extent,
            contents: member.dataOffset == 0 ? filesystems(in: extent, at: data) : [])
    }

    private func filesystems(in extent: Extent, at place: Extent) -> [Interval] {
        signatures(of: extent).compactMap { signature in
            guard case .filesystem(let type, _, let label) = signature else { return nil }
            return Interval(.filesystem, label.map { "\(type) \($0)" } ?? type, place)
        }
    }

    /// Parts of the disk that loop devices reach.
    private func regions(besides whole: Extent) -> [Interval] {
        var partitions: Set<Extent> = [whole]
        if case .gpt(let table) = table { partitions.formUnion(table.partitions.map(\.extent)) }
        return areas.compactMap { area in
            guard let device = area.device, area.partition == nil,
                !partitions.contains(area.extent)
            else { return nil }
            return Interval(
                .region, device, note: area.mountPoints.joined(separator: ", "), area.extent,
                contents: contents(of: area.extent))
        }
    }

    private func loader(startsFromBIOS: Bool) -> LoaderPlaces {
        var partitions: [ObservedPartition] = []
        if case .gpt(let table) = table { partitions = table.partitions }
        return LoaderPlaces(
            biosBoot: partitions.first { $0.type == GUID.biosBoot.description }?.extent,
            needsBiosBoot: startsFromBIOS,
            systemPartitionNumber: partitions.first { $0.type == GUID.esp.description }?.number,
            sectorByteCount: sectorByteCount)
    }
}

extension [Interval] {
    /// What a member's superblock says of the place it was found in.
    fileprivate static func member(
        _ member: ObservedMember, leg: Extent, contents: [Interval]
    ) -> [Interval] {
        let start = Extent(clamping: leg.start, byteCount: member.dataOffset).end
        return .member(
            of: member.arrayName.isEmpty ? member.arrayUUID : member.arrayName,
            version: member.metadata.format, leg: leg,
            data: Extent(clamping: start, byteCount: member.dataByteCount),
            bitmapChunkByteCount: member.bitmapChunkByteCount, contents: contents)
    }
}

extension ResolvedLayout {
    /// Which bytes of each disk the layout uses for what.
    ///
    /// - Parameter diskByteCounts: The sizes of the disks that are there, by role; one that is not
    ///   has the least that it may have.
    /// - Returns: The disks, in the order of the layout.
    package func geometries(diskByteCounts: [String: UInt64]) -> [DiskGeometry] {
        layout.disks.map { geometry(of: $0, byteCount: diskByteCounts[$0.name]) }
    }

    private func geometry(of disk: DiskRole, byteCount: UInt64?) -> DiskGeometry {
        let least = leastByteCounts[disk.name] ?? 0
        let whole = extents[.disk(disk.name)]
        let byteCount = byteCount ?? whole?.byteCount ?? least
        let extent = Extent(start: 0, byteCount: byteCount)
        var intervals: [Interval] = []
        for slice in disk.division.slices {
            guard let place = extents[.slice(disk: disk.name, slice: slice.name)] else { continue }
            intervals.append(interval(of: slice, at: place, in: disk.division))
        }
        if case .wholeDisk(let name, _) = disk.division {
            intervals += member(of: name, leg: extent, isWholeDisk: true)
        } else {
            intervals += .table(of: extent, sectorByteCount: 512, in: "")
        }
        return DiskGeometry(
            name: disk.name, byteCount: byteCount, leastByteCount: least, intervals: intervals,
            loader: loader(of: disk))
    }

    private func interval(
        of slice: Slice, at place: Extent, in division: Division
    ) -> Interval {
        let kind: Interval.Kind = if case .partitions = division { .partition } else { .region }
        switch slice.content {
        case .biosBoot: return Interval(kind, slice.name, note: "GRUB's core image", place)
        case .esp: return Interval(kind, slice.name, note: "EFI system partition", place)
        case .leg(let array):
            let note = "leg of array \(array)" + (slice.isWriteMostly ? ", write-mostly" : "")
            return Interval(
                kind, slice.name, note: note, place,
                contents: member(of: array, leg: place, isWholeDisk: false))
        case .volume(let name):
            return Interval(
                kind, slice.name, note: "volume \(name)", place,
                contents: filesystem(of: layout.volume(name), place))
        }
    }

    private func member(of name: String, leg: Extent, isWholeDisk: Bool) -> [Interval] {
        guard let array = layout.array(name), let byteCount = arrayByteCounts[name] else {
            return []
        }
        let data = Extent(start: leg.start + array.dataOffset, byteCount: byteCount)
        var contents = filesystem(of: layout.volumes.first { $0.array == name }, data)
        // Where firmware starts from an array of whole disks, the table it reads is in the data.
        if isWholeDisk, layout.isStartedInside(array: name) {
            contents += .table(of: data, sectorByteCount: 512, in: " inside \(name)")
        }
        return .member(
            of: name, version: array.metadata.format, leg: leg, data: data,
            bitmapChunkByteCount: array.bitmapChunkByteCount, contents: contents)
    }

    private func filesystem(of volume: VolumeSpec?, _ place: Extent) -> [Interval] {
        guard let volume, volume.filesystem != .foreign else { return [] }
        return [
            Interval(
                .filesystem, "\(volume.filesystem.rawValue) \(volume.label)",
                note: volume.mountPoint ?? "", place)
        ]
    }

    private func loader(of disk: DiskRole) -> LoaderPlaces? {
        guard layout.bootDisks.contains(where: { $0.name == disk.name }) else { return nil }
        let biosBoot = disk.slice(holding: .biosBoot)
        return LoaderPlaces(
            biosBoot: biosBoot.flatMap { extents[.slice(disk: disk.name, slice: $0.name)] },
            needsBiosBoot: disk.firmware.contains(.bios),
            systemPartitionNumber: disk.division.slices.firstIndex { $0.content == .esp }
                .map { $0 + 1 })
    }
}

extension Layout {
    /// Whether firmware starts from a disk that is a leg as a whole.
    fileprivate func isStartedInside(array: String) -> Bool {
        disks.contains { disk in
            guard case .wholeDisk(array, _) = disk.division else { return false }
            return !disk.firmware.isEmpty
        }
    }
}

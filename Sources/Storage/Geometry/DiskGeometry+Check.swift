extension DiskGeometry {
    /// All that cannot be as it is; empty when the disk is sound.
    package var problems: [GeometryProblem] {
        var kinds: [GeometryProblem.Kind] = []
        if let leastByteCount, leastByteCount > byteCount {
            kinds.append(.diskTooSmall(needed: leastByteCount, available: byteCount))
        }
        DiskGeometry.check(
            intervals, in: Interval(.partition, "the disk", extent), &kinds)
        if let loader { kinds += loader.problems }
        return kinds.map { GeometryProblem(disk: name, $0) }
    }

    private static func check(
        _ intervals: [Interval], in outer: Interval, _ kinds: inout [GeometryProblem.Kind]
    ) {
        let intervals = intervals.sortedByPlace()
        for (index, interval) in intervals.enumerated() {
            var isTooLarge = false
            if interval.kind == .data {
                isTooLarge = checkData(interval, among: intervals, in: outer, &kinds)
            }
            if !isTooLarge, !outer.extent.contains(interval.extent) {
                kinds.append(.outside(interval, of: outer))
            }
            for other in intervals[(index + 1)...] {
                // What follows starts later still.
                guard other.extent.start < interval.extent.end else { break }
                guard interval.extent.overlaps(other.extent) else { continue }
                if isTooLarge, other.kind == .reserve { continue }
                kinds.append(overlap(interval, other))
            }
            check(interval.contents, in: interval, &kinds)
        }
    }

    /// Whether an array's data need more than the member has, up to its end or md's own behind.
    private static func checkData(
        _ data: Interval, among intervals: [Interval], in member: Interval,
        _ kinds: inout [GeometryProblem.Kind]
    ) -> Bool {
        let ends =
            intervals.filter { $0.kind == .reserve }.flatMap(\.contents).map(\.extent.start)
            .filter { $0 >= data.extent.start } + [member.extent.end]
        let end = ends.min() ?? member.extent.end
        guard data.extent.end > end else { return false }
        kinds.append(
            .memberTooSmall(member, data: data, room: end - min(end, data.extent.start)))
        return true
    }

    /// What two that overlap are to each other.
    private static func overlap(_ first: Interval, _ second: Interval) -> GeometryProblem.Kind {
        let (interval, reserve) = first.kind == .reserve ? (second, first) : (first, second)
        guard reserve.kind == .reserve else { return .overlap(first, second) }
        let hit = reserve.contents.filter { $0.extent.overlaps(interval.extent) }
        guard hit.isEmpty else { return .overMetadata(interval, hit) }
        // What is kept at a member's start has md's own before it, not behind.
        guard interval.extent.start < reserve.extent.start else { return .overlap(first, second) }
        return .gapTooSmall(
            interval, before: reserve,
            byteCount: reserve.extent.end - min(reserve.extent.end, interval.extent.end),
            wanted: reserve.extent.byteCount)
    }
}

extension LoaderPlaces {
    /// What the loader would not find: boot.img loads the core image from LBA 2048, and the core
    /// image reads the second partition.
    fileprivate var problems: [GeometryProblem.Kind] {
        var kinds: [GeometryProblem.Kind] = []
        guard needsBiosBoot || biosBoot != nil else {
            if systemPartitionNumber == nil {
                kinds.append(.loaderElsewhere(.systemPartition, found: "none", wanted: "one"))
            }
            return kinds
        }
        if sectorByteCount != 512 {
            kinds.append(
                .loaderElsewhere(.sector, found: "\(sectorByteCount) bytes", wanted: "512 bytes"))
        }
        let start = LayoutResolver.firstStart
        if biosBoot?.start != start || (biosBoot?.byteCount ?? 0) < ByteSize.mebibyte {
            let found = biosBoot.map {
                "\(ByteSize.text($0.byteCount)) at \(ByteSize.text($0.start))"
            }
            kinds.append(
                .loaderElsewhere(
                    .biosBoot, found: found ?? "none",
                    wanted: "1 MiB or more at \(ByteSize.text(start)) (LBA 2048)"))
        }
        if systemPartitionNumber != 2 {
            kinds.append(
                .loaderElsewhere(
                    .systemPartition,
                    found: systemPartitionNumber.map { "partition \($0)" } ?? "none",
                    wanted: "partition 2"))
        }
        return kinds
    }
}

/// The work of resolving: first the sizes of arrays, then places.
struct LayoutResolver {
    /// Where the first partition starts: LBA 2048, where the loader's boot code looks.
    static let firstStart = ByteSize.mebibyte
    /// What partitions leave free at a disk's end: the backup GPT takes 33 sectors of it.
    static let tableTail = ByteSize.mebibyte

    let layout: Layout
    let diskByteCounts: [String: UInt64]
    let existingArrayByteCounts: [String: UInt64]
    var errors: [LayoutError] = []
    var arrayByteCounts: [String: UInt64] = [:]
    var extents: [DeviceReference: Extent] = [:]
    var leastByteCounts: [String: UInt64] = [:]

    init(
        layout: Layout, diskByteCounts: [String: UInt64], existingArrayByteCounts: [String: UInt64]
    ) {
        self.layout = layout
        self.diskByteCounts = diskByteCounts
        self.existingArrayByteCounts = existingArrayByteCounts
    }

    /// The size of a disk that `rest` may count on; nil when nothing says it.
    ///
    /// A disk that is sold as a size is taken for the smallest of its kind, so that the next one
    /// fits too. So is a card of which nothing says what it is sold as: no two makers' cards have
    /// one size, while fixed disks go by IDEMA LBA1-03.
    func assumedByteCount(_ disk: DiskRole) -> UInt64? {
        if case .soldAs(let nominal) = disk.match.size { return SizeMatch.least(soldAs: nominal) }
        if let actual = diskByteCounts[disk.name] {
            guard disk.match.removable == true else { return actual }
            // A smaller one than the range's least would not be taken anyway.
            let leastMatching = min(actual, disk.match.size?.bounds.lowerBound ?? 0)
            return max(SizeMatch.least(soldAs: actual), leastMatching)
        }
        if let identity = disk.identity { return identity.byteCount }
        if case .range(let range) = disk.match.size { return range.lowerBound }
        return nil
    }

    /// The size that slices must fit into; nil when it is not known.
    ///
    /// Of a disk that is not there it is what any disk of the role has, unless an array that
    /// exists is larger: how large its next disk is will be seen.
    private func limit(_ disk: DiskRole) -> UInt64? {
        if let actual = diskByteCounts[disk.name] { return actual }
        let legs = layout.arrays.filter { existingArrayByteCounts[$0.name] != nil }
            .flatMap { layout.legs(of: $0.name) }
        return legs.contains { $0.disk == disk.name } ? nil : assumedByteCount(disk)
    }

    /// Refuses sizes from outside that cannot be.
    mutating func checkSizesGiven() {
        for disk in layout.disks {
            if let actual = diskByteCounts[disk.name], actual > ByteSize.limit {
                let problem = LayoutError.Problem.size(actual, atLeast: 0, atMost: ByteSize.limit)
                errors.append(LayoutError("disks.\(disk.name)", problem))
            }
        }
        for array in layout.arrays {
            guard let existing = existingArrayByteCounts[array.name] else { continue }
            if existing > ByteSize.limit {
                let problem = LayoutError.Problem.size(
                    existing, atLeast: 0, atMost: ByteSize.limit)
                errors.append(LayoutError("arrays.\(array.name)", problem))
            }
        }
    }

    /// Whether an array is there already: made by whom and with what room, it is as it is.
    func exists(_ array: ArraySpec) -> Bool {
        array.uuid != nil || existingArrayByteCounts[array.name] != nil
    }

    // MARK: Arrays

    /// Finds each array's size: what is said or there, else what its smallest leg has room for.
    ///
    /// That room may depend on other arrays that have legs on the same disk.
    mutating func sizeArrays() {
        var unknown: [ArraySpec] = []
        for array in layout.arrays {
            if case .bytes(let byteCount) = array.size {
                // One that exists is as large as it is.
                arrayByteCounts[array.name] =
                    array.uuid == nil ? ByteSize.roundDown(byteCount) : byteCount
            } else if let existing = existingArrayByteCounts[array.name] {
                arrayByteCounts[array.name] = existing
            } else {
                unknown.append(array)
            }
        }
        for array in unknown { checkSizeKnown(of: array) }
        while errors.isEmpty, !unknown.isEmpty {
            let before = unknown.count
            unknown.removeAll { array in
                guard let room = smallestRoom(of: array) else { return false }
                arrayByteCounts[array.name] = ByteSize.roundDown(room)
                return true
            }
            guard unknown.count < before else {
                let names = unknown.map(\.name)
                errors += unknown.map {
                    LayoutError("arrays.\($0.name).size", .circularSizes(names))
                }
                return
            }
        }
    }

    /// An array that takes what its legs have room for needs one on a disk of known size.
    private mutating func checkSizeKnown(of array: ArraySpec) {
        let legs = layout.legs(of: array.name)
        let isKnown = legs.contains { leg in
            guard let disk = leg.disk.flatMap(layout.disk) else { return false }
            let isDiskKnown = assumedByteCount(disk) != nil
            guard case .slice(_, let name) = leg else { return isDiskKnown }
            switch disk.division.slices.first(where: { $0.name == name })?.size {
            case .bytes: return true
            case .rest: return isDiskKnown
            case .array, nil: return false
            }
        }
        if !isKnown, let disk = legs.first?.disk {
            errors.append(LayoutError("disks.\(disk)", .diskSizeUnknown(disk)))
        }
    }

    /// The least data that a leg has room for; nil when it depends on an array not yet known.
    private func smallestRoom(of array: ArraySpec) -> UInt64? {
        var least: UInt64?
        for disk in layout.disks {
            var room: UInt64?
            if case .wholeDisk(array.name, let regions) = disk.division {
                let start = regions.first { $0.start != nil }?.start
                room = assumedByteCount(disk).map { array.roomByteCount(legByteCount: $0) }
                // A region that says where it starts ends the data before it.
                if let start { room = min(room ?? start, start - min(start, array.dataOffset)) }
            }
            for (index, slice) in disk.division.slices.enumerated()
            where slice.content == .leg(array: array.name) {
                switch slice.size {
                case .array: continue
                case .bytes(let byteCount):
                    room = array.roomByteCount(legByteCount: rounded(byteCount, on: disk))
                case .rest:
                    // Of a disk that nobody knows the size of, others say how large it must be.
                    guard assumedByteCount(disk) != nil else { continue }
                    guard let start = start(of: index, on: disk),
                        let end = end(of: index, on: disk)
                    else { return nil }
                    room = array.roomByteCount(legByteCount: end - min(start, end))
                }
            }
            if let room { least = min(least ?? room, room) }
        }
        return least
    }

    /// What a size that was given counts for: partitions have whole MiB, regions are as they are.
    private func rounded(_ byteCount: UInt64, on disk: DiskRole) -> UInt64 {
        if case .wholeDisk = disk.division { return byteCount }
        return ByteSize.roundDown(byteCount)
    }

    // MARK: Places

    /// The size of a slice; nil when it depends on an array not yet known, or is the rest.
    private func byteCount(_ slice: Slice, on disk: DiskRole) -> UInt64? {
        if case .bytes(let byteCount) = slice.size { return rounded(byteCount, on: disk) }
        guard case .leg(let name) = slice.content, let array = layout.array(name) else {
            return nil
        }
        return arrayByteCounts[name].map { array.legByteCount(dataByteCount: $0) }
    }

    /// Where slices may begin: behind the table, or behind an array's data; nil when that is not
    /// yet known.
    private func origin(of disk: DiskRole) -> UInt64? {
        guard case .wholeDisk(let name, _) = disk.division, let array = layout.array(name) else {
            return LayoutResolver.firstStart
        }
        return arrayByteCounts[name].map { array.dataOffset + $0 }
    }

    /// Where a slice starts; nil when that depends on an array not yet known.
    private func start(of index: Int, on disk: DiskRole) -> UInt64? {
        let slices = disk.division.slices
        if let start = slices[index].start { return start }
        guard index > 0 else { return origin(of: disk).map { ByteSize.roundUp($0) } }
        guard let start = start(of: index - 1, on: disk) else { return nil }
        if slices[index - 1].size == .rest, case .volume = slices[index - 1].content {
            return end(of: index - 1, on: disk).map { ByteSize.roundUp(max($0, start)) }
        }
        return byteCount(slices[index - 1], on: disk).map { ByteSize.roundUp(start + $0) }
    }

    /// Where the slice that takes the rest ends: what is behind it counted from the disk's end.
    ///
    /// The smallest disk has room for 1 MiB of it, where nothing says how small that is.
    private func end(of index: Int, on disk: DiskRole) -> UInt64? {
        guard let assumed = assumedByteCount(disk) else {
            return start(of: index, on: disk).map { $0 + ByteSize.mebibyte }
        }
        let tail = tailByteCount(disk)
        var end = assumed - min(assumed, tail)
        for slice in disk.division.slices[(index + 1)...].reversed() {
            if let start = slice.start {
                end = start
            } else {
                guard let byteCount = byteCount(slice, on: disk) else { return nil }
                let start = ByteSize.roundDown(end)
                end = start - min(start, ByteSize.roundUp(byteCount))
            }
        }
        return ByteSize.roundDown(end)
    }

    /// What slices leave free at a disk's end.
    private func tailByteCount(_ disk: DiskRole) -> UInt64 {
        switch disk.division {
        case .partitions: LayoutResolver.tableTail
        case .wholeDisk(let name, _): layout.array(name)?.metadata.tailByteCount ?? 0
        }
    }

    /// Gives each slice its place, and each disk the size that it needs.
    mutating func placeSlices() {
        for disk in layout.disks {
            var cursor = origin(of: disk) ?? 0
            var name = "what lies before it"
            for (index, slice) in disk.division.slices.enumerated() {
                let path = disk.path(ofSlice: index)
                guard let start = start(of: index, on: disk) else { return }
                if start < cursor {
                    errors.append(
                        LayoutError(path, .overlap(with: name, end: cursor, start: start)))
                }
                let end: UInt64
                if let byteCount = byteCount(slice, on: disk) {
                    end = start + byteCount
                } else {
                    end = self.end(of: index, on: disk) ?? 0
                }
                guard end > start else {
                    errors.append(LayoutError(path, .noRoom(start: start, end: end)))
                    break
                }
                let reference = DeviceReference.slice(disk: disk.name, slice: slice.name)
                extents[reference] = Extent(start: start, byteCount: end - start)
                (cursor, name) = (end, slice.name)
            }
            finish(disk, end: cursor)
        }
    }

    /// Notes how large a disk must be, and whether it is.
    private mutating func finish(_ disk: DiskRole, end: UInt64) {
        var least = end
        switch disk.division {
        case .partitions: least += LayoutResolver.tableTail
        case .wholeDisk(let name, let regions):
            guard let array = layout.array(name) else { return }
            let tail =
                exists(array)
                ? array.metadata.leastTailByteCount : array.metadata.tailByteCount
            least = array.dataOffset + (arrayByteCounts[name] ?? 0) + tail
            if let last = regions.last {
                // A region whose place was given may lie over the superblock: the linter says so.
                let isGiven = last.start != nil && last.size != .rest
                least = max(least, isGiven ? end : end + array.metadata.tailByteCount)
            }
            let whole = diskByteCounts[disk.name] ?? max(assumedByteCount(disk) ?? 0, least)
            extents[.disk(disk.name)] = Extent(start: 0, byteCount: whole)
        }
        leastByteCounts[disk.name] = least
        if let limit = limit(disk), least > limit {
            errors.append(
                LayoutError("disks.\(disk.name)", .diskTooSmall(needed: least, available: limit)))
        }
    }
}

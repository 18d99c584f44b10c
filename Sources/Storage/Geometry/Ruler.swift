/// Where places of a disk are drawn: in proportion, but nothing so narrow that it cannot be seen.
struct Ruler {
    /// How many columns, or pixels, there are.
    let width: Int
    private let positions: [UInt64: Int]

    /// Measures intervals; nil when there are too many to be told apart.
    ///
    /// - Parameters:
    ///   - intervals: What is to be drawn.
    ///   - whole: What they lie in.
    ///   - width: How many columns there are.
    ///   - least: The least width of what lies between two places.
    init?(_ intervals: [Interval], in whole: Extent, width: Int, least: Int) {
        let ends = intervals.flatMap { [$0.extent.start, $0.extent.end] }
        let places = Set(ends + [whole.start, whole.end]).sorted()
        let count = places.count - 1
        guard count > 0, count * least <= width else { return nil }
        let sizes = (0..<count).map { Double(places[$0 + 1] - places[$0]) }
        let total = sizes.reduce(0, +)
        var widths = sizes.map { least + Int(Double(width - count * least) * $0 / total) }
        // What rounding left over goes to the largest, where it shows least.
        let largest = widths.indices.max { widths[$0] < widths[$1] } ?? 0
        widths[largest] += width - widths.reduce(0, +)
        var positions: [UInt64: Int] = [places[0]: 0]
        var position = 0
        for (index, width) in widths.enumerated() {
            position += width
            positions[places[index + 1]] = position
        }
        self.width = width
        self.positions = positions
    }

    /// The columns of an interval that was measured.
    func columns(of extent: Extent) -> Range<Int> {
        let start = positions[extent.start] ?? 0
        return start..<max(start, positions[extent.end] ?? width)
    }

    /// Intervals in lanes, so that none in a lane overlaps another.
    static func lanes(_ intervals: [Interval]) -> [[Interval]] {
        var lanes: [[Interval]] = []
        for interval in intervals.sortedByPlace() {
            let free = lanes.firstIndex { lane in
                !lane.contains { $0.extent.overlaps(interval.extent) }
            }
            if let free { lanes[free].append(interval) } else { lanes.append([interval]) }
        }
        return lanes
    }
}

extension DiskGeometry {
    /// A line of the list below a picture.
    struct Row {
        let depth: Int
        let extent: Extent
        let name: String
        let note: String
    }

    /// All that lies on the disk, what lies in it indented, and what is free between.
    var rows: [Row] {
        var rows: [Row] = []
        var cursor: UInt64 = 0
        func free(until end: UInt64) {
            guard end > cursor else { return }
            rows.append(
                Row(depth: 0, extent: Extent(from: cursor, to: end), name: "(free)", note: ""))
        }
        func add(_ interval: Interval, depth: Int) {
            rows.append(
                Row(
                    depth: depth, extent: interval.extent, name: interval.name,
                    note: interval.note))
            for inner in interval.contents { add(inner, depth: depth + 1) }
        }
        for interval in intervals {
            free(until: interval.extent.start)
            add(interval, depth: 0)
            cursor = max(cursor, interval.extent.end)
        }
        free(until: byteCount)
        return rows
    }

    /// Name and size, in one line.
    var title: String {
        let size = "\(byteCount) bytes (\(ByteSize.shortText(byteCount)))"
        guard let leastByteCount else { return "\(name): \(size)" }
        return leastByteCount == byteCount
            ? "\(name): at least \(size)"
            : "\(name): \(size), of which the layout needs \(leastByteCount)"
    }
}

/// A disk drawn with characters: bars from its start to its end, and a list of all that lies there.
package enum DiskPicture {
    /// The width that pictures are made for, in columns.
    package static let width = 80

    /// Draws a disk in lines of at most 80 columns.
    package static func draw(_ disk: DiskGeometry) -> String {
        var lines = [disk.title] + bars(of: disk, width: width)
        for row in disk.rows {
            let name =
                String(repeating: "  ", count: row.depth) + row.name
                + (row.note.isEmpty ? "" : "  (\(row.note))")
            lines.append(
                ByteSize.text(row.extent.start).aligned(to: 15)
                    + ByteSize.text(row.extent.byteCount).aligned(to: 16) + "  " + name)
        }
        return lines.map { cut($0) + "\n" }.joined()
    }

    /// The bars alone: boxes from the disk's start to its end, as wide as they are large, but wide
    /// enough to be seen.
    package static func bars(of disk: DiskGeometry, width: Int) -> [String] {
        guard let ruler = Ruler(disk.intervals, in: disk.extent, width: width - 1, least: 3) else {
            return []
        }
        return Ruler.lanes(disk.intervals).flatMap { bar($0, ruler) }
    }

    private static func cut(_ line: String) -> String {
        line.count > width ? String(line.prefix(width - 1)) + "…" : line
    }

    /// Three lines of boxes with names in them.
    private static func bar(_ lane: [Interval], _ ruler: Ruler) -> [String] {
        var starts: Set<Int> = []
        var ends: Set<Int> = []
        var inside: Set<Int> = []
        var names = [Character](repeating: " ", count: ruler.width + 1)
        for interval in lane {
            let columns = ruler.columns(of: interval.extent)
            starts.insert(columns.lowerBound)
            ends.insert(columns.upperBound)
            inside.formUnion(columns.dropFirst())
            let room = max(0, columns.count - 1)
            for (offset, letter) in interval.name.prefix(room).enumerated() {
                names[columns.lowerBound + 1 + offset] = letter
            }
        }
        func line(_ corners: (start: Character, end: Character, both: Character)) -> String {
            String(
                (0...ruler.width).map { column -> Character in
                    switch (starts.contains(column), ends.contains(column)) {
                    case (true, true): corners.both
                    case (true, false): corners.start
                    case (false, true): corners.end
                    case (false, false): inside.contains(column) ? "─" : " "
                    }
                })
        }
        for column in starts.union(ends) { names[column] = "│" }
        return [line(("┌", "┐", "┬")), String(names), line(("└", "┘", "┴"))]
            .map { $0.trimmingEnd() }
    }
}

extension String {
    /// The text without blanks at its end.
    fileprivate func trimmingEnd() -> String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}

/// Intervals drawn above each other, a line each: name, bar, first byte and the one after the last.
///
/// Bars show the order of all ends, not their distance: a superblock of 4 KiB is seen beside a
/// region of 50 GB.
enum IntervalChart {
    private static let nameWidth = 22
    private static let barWidth = 22

    /// Draws intervals in lines of at most 80 columns.
    static func draw(_ intervals: [Interval]) -> String {
        let places = Set(intervals.flatMap { [$0.extent.start, $0.extent.end] }).sorted()
        guard places.count > 1 else { return "" }
        let columns = Dictionary(
            uniqueKeysWithValues: places.enumerated().map { index, place in
                (place, index * (barWidth - 1) / (places.count - 1))
            })
        return intervals.map { interval in
            let from = columns[interval.extent.start] ?? 0
            let to = max(columns[interval.extent.end] ?? 0, from + 1)
            let bar =
                String(repeating: " ", count: from) + "├"
                + String(repeating: "─", count: to - from - 1) + "┤"
            let ends =
                ByteSize.text(interval.extent.start) + " .. " + ByteSize.text(interval.extent.end)
            return "  " + interval.name.fitted(to: nameWidth) + " " + bar.fitted(to: barWidth + 1)
                + ends
        }.joined(separator: "\n")
    }
}

extension String {
    /// The text cut or filled with blanks to a width.
    func fitted(to width: Int) -> String {
        count > width
            ? prefix(width - 1) + "…" : self + String(repeating: " ", count: width - count)
    }

    /// The text with blanks before it, up to a width.
    func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}

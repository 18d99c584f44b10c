/// Disks drawn as SVG: for each a bar with what lies in its parts below, and a list.
package enum DiskDrawing {
    private static let width = 960
    private static let margin = 16
    private static let barHeight = 34
    private static let innerHeight = 14
    private static let rowHeight = 16

    /// Draws disks one below the other.
    ///
    /// - Parameters:
    ///   - disks: The disks.
    ///   - title: What the picture is of.
    ///   - summary: A line about it; none when empty.
    /// - Returns: A document in SVG 1.1 that needs nothing beside it.
    package static func draw(
        _ disks: [DiskGeometry], title: String, summary: String = ""
    ) -> String {
        var body = ""
        var y = margin
        text(title, x: margin, y: y + 18, style: "h", into: &body)
        text(summary, x: margin, y: y + 38, style: "", into: &body)
        y += 56
        for disk in disks {
            text(disk.title, x: margin, y: y + 14, style: "t", into: &body)
            y += 24
            for lane in Ruler.lanes(disk.intervals) {
                drawLane(lane, of: disk, y: y, into: &body)
                y += barHeight + innerHeight + 8
            }
            for row in disk.rows {
                drawRow(row, y: y + 12, into: &body)
                y += rowHeight
            }
            y += 20
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(y)" \
            viewBox="0 0 \(width) \(y)">
            <title>\(escape(title))</title>
            <style>
            text { font-family: sans-serif; font-size: 12px; fill: #222 }
            .h { font-size: 18px; font-weight: bold }
            .t { font-size: 14px; font-weight: bold }
            .r { text-anchor: end }
            rect { stroke: #444; stroke-width: 0.5 }
            </style>
            <rect width="\(width)" height="\(y)" fill="#fff" stroke="none"/>
            \(body)</svg>

            """
    }

    private static func drawLane(
        _ lane: [Interval], of disk: DiskGeometry, y: Int, into body: inout String
    ) {
        let room = width - 2 * margin
        // Too many parts to be told apart: the list says it all.
        guard let ruler = Ruler(disk.intervals, in: disk.extent, width: room, least: 6) else {
            return
        }
        for interval in lane {
            let columns = ruler.columns(of: interval.extent)
            drawBox(interval, columns, y: y, height: barHeight, into: &body)
            let inner = interval.contents.filter { interval.extent.contains($0.extent) }
            guard
                let innerRuler = Ruler(
                    inner, in: interval.extent, width: columns.count, least: 2)
            else { continue }
            for content in inner {
                let place = innerRuler.columns(of: content.extent)
                drawBox(
                    content,
                    columns.lowerBound + place.lowerBound..<columns.lowerBound + place.upperBound,
                    y: y + barHeight, height: innerHeight, into: &body)
            }
        }
    }

    private static func drawBox(
        _ interval: Interval, _ columns: Range<Int>, y: Int, height: Int, into body: inout String
    ) {
        let x = margin + columns.lowerBound
        body +=
            "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(columns.count)\" height=\"\(height)\" "
            + "fill=\"\(color(of: interval.kind))\"><title>\(escape(interval.name)): "
            + "\(ByteSize.text(interval.extent.byteCount)) at "
            + "\(ByteSize.text(interval.extent.start))</title></rect>\n"
        // A letter of 12 pixels is about 7 wide.
        if interval.name.count * 7 + 6 < columns.count {
            text(interval.name, x: x + 4, y: y + height / 2 + 4, style: "", into: &body)
        }
    }

    private static func drawRow(_ row: DiskGeometry.Row, y: Int, into body: inout String) {
        text(ByteSize.text(row.extent.start), x: 140, y: y, style: "r", into: &body)
        text(ByteSize.text(row.extent.byteCount), x: 260, y: y, style: "r", into: &body)
        let note = row.note.isEmpty ? "" : "  (\(row.note))"
        text(row.name + note, x: 276 + row.depth * 16, y: y, style: "", into: &body)
    }

    private static func text(
        _ text: String, x: Int, y: Int, style: String, into body: inout String
    ) {
        let attribute = style.isEmpty ? "" : " class=\"\(style)\""
        body += "<text x=\"\(x)\" y=\"\(y)\"\(attribute)>\(escape(text))</text>\n"
    }

    private static func color(of kind: Interval.Kind) -> String {
        switch kind {
        case .table, .bootRecord, .tableHeader, .tableEntries: "#c9c9c9"
        case .partition: "#bcd7f0"
        case .region: "#cfe8cf"
        case .reserve: "#f7e3b5"
        case .superblock: "#d9534f"
        case .badBlockLog: "#f0a04b"
        case .bitmap: "#f2c94c"
        case .data: "#a9c9e8"
        case .filesystem: "#d6c6ec"
        }
    }

    /// The text with what XML takes for markup replaced, and without what it forbids.
    static func escape(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "\t", "\n", "\r": output += " "
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": output += "?"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}

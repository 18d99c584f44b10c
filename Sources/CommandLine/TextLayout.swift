/// Plain text laid out for a terminal: wrapped paragraphs and two-column lists.
enum TextLayout {
    /// The width that help is made for.
    static let width = 80

    /// Breaks a paragraph at blanks into lines of at most `width` characters; a longer word stands
    /// alone.
    static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            if line.isEmpty {
                line = String(word)
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// The paragraphs of a text, which blank lines separate.
    static func paragraphs(of text: String) -> [String] {
        var paragraphs: [[Substring]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy(\.isWhitespace) {
                paragraphs.append([])
            } else {
                paragraphs[paragraphs.count - 1].append(line)
            }
        }
        return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }
    }

    /// Lays out terms at the left and what they mean at the right; a long term gets its own line.
    static func columns(_ rows: [(term: String, text: String)]) -> String {
        let fitting = rows.map(\.term.count).filter { $0 <= 26 }
        let indent = (fitting.max() ?? 0) + 4
        var output = ""
        for row in rows {
            var lines = wrap(row.text, width: width - indent)
            output += "  " + row.term
            if row.term.count + 4 <= indent, !lines.isEmpty {
                let gap = String(repeating: " ", count: indent - 2 - row.term.count)
                output += gap + lines.removeFirst()
            }
            output += "\n"
            for line in lines { output += String(repeating: " ", count: indent) + line + "\n" }
        }
        return output
    }
}

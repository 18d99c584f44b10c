extension JSON {
    /// How text is laid out.
    package enum Layout: Sendable {
        /// One line, no blanks: one event of a JSON-lines stream.
        case line
        /// Two blanks a level, one member a line, and a final newline: files that people diff.
        case pretty
    }

    /// Writes the value as text; the same value always gives the same text.
    package func text(_ layout: Layout = .line) -> String {
        var output = ""
        write(into: &output, layout: layout, depth: 0)
        if layout == .pretty { output += "\n" }
        return output
    }

    private func write(into output: inout String, layout: Layout, depth: Int) {
        switch self {
        case .null: output += "null"
        case .bool(let value): output += value ? "true" : "false"
        case .integer(let value): output += String(value)
        case .double(let value): output += value.isFinite ? "\(value)" : "null"
        case .string(let text): JSON.write(text, into: &output)
        case .array(let elements):
            JSON.write(elements, open: "[", close: "]", layout, depth, into: &output) {
                $0.write(into: &$1, layout: layout, depth: depth + 1)
            }
        case .object(let members):
            JSON.write(members, open: "{", close: "}", layout, depth, into: &output) {
                JSON.write($0.key, into: &$1)
                $1 += layout == .pretty ? ": " : ":"
                $0.value.write(into: &$1, layout: layout, depth: depth + 1)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], open: String, close: String, _ layout: Layout, _ depth: Int,
        into output: inout String, each: (Element, inout String) -> Void
    ) {
        func newline(_ depth: Int) {
            guard layout == .pretty, !elements.isEmpty else { return }
            output += "\n" + String(repeating: "  ", count: depth)
        }
        output += open
        for (index, element) in elements.enumerated() {
            if index > 0 { output += "," }
            newline(depth + 1)
            each(element, &output)
        }
        newline(depth)
        output += close
    }

    private static func write(_ text: String, into output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "\u{0}"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}

/// One thing that a file says wrongly: which file, where, and what was expected.
package struct YAMLIssue: Sendable, Equatable, CustomStringConvertible {
    /// The file, as it was named.
    package let file: String
    /// The place in it.
    package let mark: YAMLMark
    /// The keys and indices that lead there, such as `apt-repos.additional[1].url`; empty for the
    /// file itself.
    package let path: String
    /// What is wrong, and what was expected.
    package let message: String

    /// Makes an issue.
    package init(file: String, mark: YAMLMark, path: String, message: String) {
        self.file = file
        self.mark = mark
        self.path = path
        self.message = message
    }

    package var description: String {
        let key = path.isEmpty ? "" : "\(path): "
        return "\(file):\(mark.line):\(mark.column): \(key)\(message)"
    }
}

/// All that a file says wrongly, in the order of its lines.
package struct YAMLIssues: Error, Equatable, CustomStringConvertible {
    /// The issues; never empty.
    package let issues: [YAMLIssue]

    /// Makes an error of issues.
    package init(issues: [YAMLIssue]) {
        self.issues = issues
    }

    package var description: String { issues.map(\.description).joined(separator: "\n") }
}

/// Reads typed values out of nodes, and goes on after each mistake to find the next.
///
/// A value that is wrong gives a stand-in; `finish` throws all that was found, so that no stand-in
/// ever leaves.
package final class YAMLDecoder {
    private let file: String
    /// What has been noted so far.
    package private(set) var issues: [YAMLIssue] = []

    /// Makes a decoder; `file` is how errors name the file.
    package init(file: String) {
        self.file = file
    }

    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - file: How errors name the file.
    ///   - body: Reads the value from the root.
    /// - Returns: What the body made.
    /// - Throws: `YAMLIssues` with everything that is wrong.
    package static func decode<Value>(
        _ bytes: [UInt8], file: String, _ body: (YAMLDecoder, YAMLField) -> Value
    ) throws(YAMLIssues) -> Value {
        let decoder = YAMLDecoder(file: file)
        let node: YAMLNode
        do throws(YAMLError) {
            node = try YAMLNode(parsing: bytes)
        } catch {
            let issue = YAMLIssue(
                file: file, mark: error.mark, path: "", message: error.description)
            throw YAMLIssues(issues: [issue])
        }
        let value = body(decoder, YAMLField(node: node, path: "", decoder: decoder))
        guard decoder.issues.isEmpty else {
            throw YAMLIssues(issues: decoder.issues.sorted { $0.mark < $1.mark })
        }
        return value
    }

    /// Notes a mistake.
    package func report(_ message: String, at mark: YAMLMark, path: String) {
        issues.append(YAMLIssue(file: file, mark: mark, path: path, message: message))
    }
}

/// A node on its way to becoming a typed value.
package struct YAMLField {
    /// The node.
    package let node: YAMLNode
    /// The keys and indices that lead to it.
    package let path: String
    let decoder: YAMLDecoder

    /// Where the value stands.
    package var mark: YAMLMark { node.mark }

    /// Notes that the value is wrong.
    package func report(_ message: String) {
        decoder.report(message, at: node.mark, path: path)
    }

    private func expected(_ what: String) {
        report("expected \(what), got \(node.summary)")
    }

    /// Text; an unquoted number is text too, as in `distribution: 13`.
    package var string: String {
        guard case .scalar(let text, let isPlain) = node.content,
            !(isPlain && ["", "~", "null"].contains(text))
        else {
            expected("text")
            return ""
        }
        return text
    }

    /// Text that is not empty.
    package var nonEmptyString: String {
        guard case .scalar("", isPlain: false) = node.content else { return string }
        report("expected text, got nothing")
        return ""
    }

    /// One of the words of an enumeration; nil for another, which has been reported then.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ type: Choice.Type
    ) -> Choice? {
        let text = string
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        if !text.isEmpty { report("expected one of \(words), got \(node.summary)") }
        return nil
    }

    /// A truth value: `true` or `false` without quotes.
    package var bool: Bool {
        switch node.content {
        case .scalar("true", true), .scalar("True", true): return true
        case .scalar("false", true), .scalar("False", true): return false
        default:
            expected("true or false")
            return false
        }
    }

    /// A number without quotes, in a range.
    package func integer(in range: ClosedRange<Int>) -> Int {
        guard case .scalar(let text, true) = node.content, let value = Int(text),
            !text.hasPrefix("+")
        else {
            expected("a whole number")
            return range.lowerBound
        }
        guard range.contains(value) else {
            let bounds = "from \(range.lowerBound) to \(range.upperBound)"
            report("expected a number \(bounds), got \(value)")
            return range.lowerBound
        }
        return value
    }

    /// The elements of a list.
    package var elements: [YAMLField] {
        guard case .sequence(let nodes) = node.content else {
            expected("a list")
            return []
        }
        return nodes.enumerated().map {
            YAMLField(node: $1, path: "\(path)[\($0)]", decoder: decoder)
        }
    }

    /// A list of text.
    package var strings: [String] { elements.map(\.nonEmptyString) }

    /// The entries of a mapping whose keys are free, in order.
    package var entries: [(key: String, keyMark: YAMLMark, value: YAMLField)] {
        guard case .mapping(let entries) = node.content else {
            expected("a mapping")
            return []
        }
        return entries.map { ($0.key, $0.keyMark, child($0)) }
    }

    /// The value as a mapping whose keys are known.
    ///
    /// - Parameter known: Every key that may be there; others are reported.
    /// - Returns: The mapping; an empty one when the value is something else.
    package func mapping(_ known: [String]) -> YAMLMapping {
        guard case .mapping(let entries) = node.content else {
            expected("a mapping")
            return YAMLMapping(field: self, fields: [:], isBroken: true)
        }
        var fields: [String: YAMLField] = [:]
        for entry in entries {
            if known.contains(entry.key) {
                fields[entry.key] = child(entry)
            } else {
                let list = known.sorted().joined(separator: ", ")
                decoder.report(
                    "unknown key \"\(entry.key)\"; known are \(list)", at: entry.keyMark,
                    path: path)
            }
        }
        return YAMLMapping(field: self, fields: fields, isBroken: false)
    }

    private func child(_ entry: YAMLNode.Entry) -> YAMLField {
        let path = path.isEmpty ? entry.key : "\(path).\(entry.key)"
        return YAMLField(node: entry.value, path: path, decoder: decoder)
    }
}

/// A mapping with known keys, of which some may be missing.
package struct YAMLMapping {
    /// The mapping itself.
    package let field: YAMLField
    let fields: [String: YAMLField]
    /// Whether the value was no mapping at all; then nothing is said about keys it lacks.
    let isBroken: Bool

    /// The value of a key that may be missing.
    package func optional<Value>(_ key: String, _ read: (YAMLField) -> Value) -> Value? {
        fields[key].map(read)
    }

    /// The value of a key that must be there.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - fallback: The stand-in when it is missing, which has been reported then.
    ///   - read: Makes the value.
    /// - Returns: The value or the stand-in.
    package func required<Value>(
        _ key: String, or fallback: Value, _ read: (YAMLField) -> Value
    ) -> Value {
        if let field = fields[key] { return read(field) }
        if !isBroken { field.report("missing key \"\(key)\"") }
        return fallback
    }

    /// Text of a key that must be there.
    package func string(_ key: String) -> String {
        required(key, or: "") { $0.nonEmptyString }
    }

    /// Text of a key that may be missing.
    package func optionalString(_ key: String) -> String? { optional(key) { $0.string } }

    /// A list of text that may be missing.
    package func strings(_ key: String) -> [String] { optional(key) { $0.strings } ?? [] }

    /// A truth value that may be missing.
    package func bool(_ key: String, default standard: Bool) -> Bool {
        optional(key) { $0.bool } ?? standard
    }

    /// Whether the key is there.
    package func has(_ key: String) -> Bool { fields[key] != nil }

    /// Notes a mistake of a key's value, or of the mapping when the key is missing.
    package func report(_ key: String, _ message: String) {
        (fields[key] ?? field).report(message)
    }
}

/// A place in a YAML file; both numbers count from 1.
package struct YAMLMark: Sendable, Equatable, Comparable {
    /// The line.
    package let line: Int
    /// The column, in characters.
    package let column: Int

    /// Makes a mark.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A YAML value that remembers where it stood.
package struct YAMLNode: Sendable, Equatable {
    /// What a value is.
    package enum Content: Sendable, Equatable {
        /// Text as written; `isPlain` when it stood without quotes, so that `true` may be a truth
        /// value and `"true"` is text.
        case scalar(String, isPlain: Bool)
        /// An ordered list.
        case sequence([YAMLNode])
        /// Keys with their values in the order written, no key twice.
        case mapping([Entry])
    }

    /// One key of a mapping with its value.
    package struct Entry: Sendable, Equatable {
        /// The key.
        package let key: String
        /// Where the key stands.
        package let keyMark: YAMLMark
        /// Its value.
        package let value: YAMLNode

        /// Makes an entry.
        package init(key: String, keyMark: YAMLMark, value: YAMLNode) {
            self.key = key
            self.keyMark = keyMark
            self.value = value
        }
    }

    /// The value.
    package let content: Content
    /// Where it begins.
    package let mark: YAMLMark

    /// Makes a value at a place.
    package init(_ content: Content, at mark: YAMLMark) {
        self.content = content
        self.mark = mark
    }

    /// What the value is, in the words of an error: `text "x"`, `a list`.
    package var summary: String {
        switch content {
        case .scalar("", true), .scalar("~", true), .scalar("null", true): "nothing"
        case .scalar(let text, true): text.count > 40 ? "text" : text
        case .scalar(let text, false): text.count > 40 ? "text" : "text \"\(text)\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// Why a text is not YAML that we accept.
///
/// One document, no anchors, aliases, merge keys or tags of its own: what a file says stands where
/// it is said, and a small file cannot grow into a big one.
package enum YAMLError: Error, Equatable, CustomStringConvertible {
    /// The parser's own complaint.
    case syntax(String, YAMLMark)
    /// Bytes that are not UTF-8.
    case encoding(YAMLMark)
    /// A feature of YAML that is refused.
    case unsupported(String, YAMLMark)
    /// A mapping has a key twice.
    case duplicateKey(String, YAMLMark, first: YAMLMark)
    /// A key that is no text.
    case keyNotText(YAMLMark)
    /// Values are nested deeper than the limit.
    case tooDeep(limit: Int, YAMLMark)
    /// The text is longer than the limit in bytes.
    case tooLong(limit: Int)
    /// The text holds no document.
    case empty

    /// Where it is wrong, where that is a place.
    package var mark: YAMLMark {
        switch self {
        case .syntax(_, let mark), .encoding(let mark), .unsupported(_, let mark),
            .duplicateKey(_, let mark, _), .keyNotText(let mark), .tooDeep(_, let mark):
            mark
        case .tooLong, .empty: YAMLMark(line: 1, column: 1)
        }
    }

    package var description: String {
        switch self {
        case .syntax(let text, _): text
        case .encoding: "expected text in UTF-8"
        case .unsupported(let feature, _): "\(feature) not supported here"
        case .duplicateKey(let key, _, let first):
            "key \"\(key)\" a second time; the first is in line \(first.line)"
        case .keyNotText: "expected a key that is text"
        case .tooDeep(let limit, _): "nested deeper than \(limit) levels"
        case .tooLong(let limit): "longer than \(limit) bytes"
        case .empty: "expected a document, got nothing"
        }
    }
}

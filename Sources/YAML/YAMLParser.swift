extension YAMLNode {
    /// The longest text that is read, in bytes; a manifest has some tens of thousands.
    package static let lengthLimit = 4 << 20
    /// The deepest nesting.
    package static let depthLimit = 32

    /// Reads the one document of a text.
    ///
    /// - Throws: `YAMLError` at the first place that does not fit.
    package init(parsing bytes: [UInt8]) throws(YAMLError) {
        guard bytes.count <= YAMLNode.lengthLimit else {
            throw .tooLong(limit: YAMLNode.lengthLimit)
        }
        // libyaml would take UTF-16 as well; a file that looks right in one editor and wrong in
        // another is refused here.
        if let offset = firstInvalidByte(bytes) {
            throw .encoding(place(ofByte: offset, in: bytes))
        }
        let parser = EventParser(bytes)
        self = try parser.parseDocument()
    }

    /// Reads the one document of a text.
    package init(parsing text: String) throws(YAMLError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// The offset of the first byte that is not UTF-8, or that no text has.
private func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
    if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) { return 0 }
    if String(validating: bytes, as: UTF8.self) != nil { return bytes.firstIndex(of: 0) }
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    var offset = 0
    while case .scalarValue(let scalar) = decoder.decode(&rest) {
        offset += UTF8.width(scalar)
    }
    return offset
}

private func place(ofByte offset: Int, in bytes: [UInt8]) -> YAMLMark {
    let before = bytes[..<offset]
    let newline = UInt8(ascii: "\n")
    let lineStart = before.lastIndex(of: newline).map { $0 + 1 } ?? 0
    return YAMLMark(
        line: before.count { $0 == newline } + 1, column: offset - lineStart + 1)
}

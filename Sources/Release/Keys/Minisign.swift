import Bytes

/// The file formats of minisign (https://jedisct1.github.io/minisign/, section "Signature format"
/// and the two after it): text of two or four lines around base64 blocks.
///
/// Debian's `minisign` verifies what is written here, and the other way round.
package enum Minisign {
    /// What every first line starts with.
    static let untrustedPrefix = "untrusted comment: "
    /// What a signature's third line starts with.
    static let trustedPrefix = "trusted comment: "
    /// `COMMENTMAXBYTES` of minisign.h, less its final zero.
    static let commentByteLimit = 1023
    /// `TRUSTEDCOMMENTMAXBYTES` of minisign.h, less its final zero.
    static let trustedCommentByteLimit = 8191
    /// The name of the one algorithm that keys have: Ed25519.
    static let keyAlgorithm = Array("Ed".utf8)

    /// A key or signature file of any kind stays far below this.
    package static let fileByteLimit = 16 << 10

    /// Splits a file into its lines.
    ///
    /// Every line ends in one line feed and nothing follows the last, so that a file has one
    /// spelling. A carriage return is an error like any other control character.
    static func lines(_ bytes: [UInt8], count: Int, source: String) throws(MinisignError)
        -> [String]
    {
        guard bytes.count <= fileByteLimit, let text = String(validating: bytes, as: UTF8.self)
        else {
            throw .malformed(
                source: source, line: 1,
                expected: "text in UTF-8 of at most \(fileByteLimit) bytes")
        }
        let lines = text.unicodeScalars.split(
            separator: "\n", omittingEmptySubsequences: false
        ).map { String(Substring.UnicodeScalarView($0)) }
        guard lines.count == count + 1, lines.last == "" else {
            throw .malformed(
                source: source, line: min(lines.count, count),
                expected: "\(count) lines, each with a line end")
        }
        for (index, line) in lines.enumerated() where !isPrintable(line) {
            throw .malformed(
                source: source, line: index + 1, expected: "no control characters but tabs")
        }
        return Array(lines.dropLast())
    }

    /// The text behind a line's prefix.
    static func comment(
        _ lines: [String], line: Int, prefix: String, limit: Int, source: String
    ) throws(MinisignError) -> String {
        guard lines[line - 1].hasPrefix(prefix) else {
            throw .malformed(source: source, line: line, expected: "\"\(prefix)\"")
        }
        let text = String(lines[line - 1].dropFirst(prefix.count))
        guard text.utf8.count <= limit else {
            throw .malformed(
                source: source, line: line, expected: "a comment of at most \(limit) bytes")
        }
        return text
    }

    /// The bytes of a base64 line.
    static func block(_ lines: [String], line: Int, byteCount: Int, source: String)
        throws(MinisignError) -> [UInt8]
    {
        guard let bytes = Base64.decode(lines[line - 1]) else {
            throw .malformed(source: source, line: line, expected: "base64")
        }
        guard bytes.count == byteCount else {
            throw .wrongLength(source: source, expected: byteCount, found: bytes.count)
        }
        return bytes
    }

    /// Checks a comment that is about to be written.
    static func checkComment(_ text: String) throws(MinisignError) {
        guard text.utf8.count <= commentByteLimit, isPrintable(text) else {
            throw .invalidComment(text)
        }
    }

    private static func isPrintable(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}

/// The eight random bytes by which a signature names its key: a hint, not a proof.
package struct MinisignKeyID: Sendable, Hashable, CustomStringConvertible {
    /// The length in bytes, `KEYNUMBYTES`.
    package static let byteCount = 8

    /// The bytes as they stand in the files.
    package let bytes: [UInt8]

    /// The number as minisign prints it: the bytes as a little-endian integer, 16 digits.
    package var description: String { Hex.encode(bytes.reversed()).uppercased() }

    init(_ bytes: some Collection<UInt8>) {
        precondition(bytes.count == MinisignKeyID.byteCount)
        self.bytes = Array(bytes)
    }
}

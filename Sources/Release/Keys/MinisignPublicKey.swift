import Bytes
import Digest

/// A public key, as a `.pub` file holds it: a comment line, then base64 of
/// `"Ed" ‖ key ID (8) ‖ Ed25519 public key (32)`.
package struct MinisignPublicKey: Sendable, Hashable {
    static let byteCount = 2 + MinisignKeyID.byteCount + Ed25519.publicKeyByteCount

    /// The key's ID.
    package let id: MinisignKeyID
    /// The Ed25519 key, 32 bytes.
    package let key: [UInt8]

    init(id: MinisignKeyID, key: [UInt8]) {
        self.id = id
        self.key = key
    }

    /// Reads a public key file.
    ///
    /// - Parameters:
    ///   - bytes: The file's content.
    ///   - source: The file's name, for errors.
    /// - Throws: `MinisignError` naming the line.
    package init(decoding bytes: [UInt8], source: String) throws(MinisignError) {
        let lines = try Minisign.lines(bytes, count: 2, source: source)
        _ = try Minisign.comment(
            lines, line: 1, prefix: Minisign.untrustedPrefix, limit: Minisign.commentByteLimit,
            source: source)
        try self.init(
            block: Minisign.block(
                lines, line: 2, byteCount: MinisignPublicKey.byteCount, source: source),
            source: source)
    }

    /// Reads the base64 block alone, as `minisign -P` takes it.
    ///
    /// - Throws: `MinisignError`.
    package init(base64 text: String, source: String) throws(MinisignError) {
        try self.init(
            block: Minisign.block(
                [text], line: 1, byteCount: MinisignPublicKey.byteCount, source: source),
            source: source)
    }

    private init(block: [UInt8], source: String) throws(MinisignError) {
        guard Array(block[..<2]) == Minisign.keyAlgorithm else {
            throw .unknownAlgorithm(
                source: source, what: "key algorithm", found: Hex.encode(block[..<2]))
        }
        id = MinisignKeyID(block[2..<10])
        key = Array(block[10...])
    }

    /// The base64 block: what `minisign -P` takes.
    package var base64: String { Base64.encode(Minisign.keyAlgorithm + id.bytes + key) }

    /// The content of a public key file.
    package func encode() -> [UInt8] {
        Array("\(Minisign.untrustedPrefix)minisign public key \(id)\n\(base64)\n".utf8)
    }
}

import Bytes
import Digest

/// A `.minisig` file: an untrusted comment, base64 of `algorithm (2) ‖ key ID (8) ‖ signature (64)`,
/// a trusted comment, base64 of a second signature over `signature ‖ trusted comment`.
///
/// With the algorithm `"ED"` the signature is over BLAKE2b-512 of the content, with the legacy
/// `"Ed"` over the content itself. We write `"ED"` and read both.
package struct MinisignSignature: Sendable, Equatable {
    /// What minisign writes as the untrusted comment when nothing else is asked of it.
    package static let defaultComment = "signature from minisign secret key"

    private static let prehashed = Array("ED".utf8)
    private static let legacy = Array("Ed".utf8)

    /// Text that nobody has signed.
    package let untrustedComment: String
    /// Text that the key has signed.
    package let trustedComment: String
    /// The key that claims to have signed.
    package let keyID: MinisignKeyID
    /// Whether the signature is over the content's BLAKE2b-512 rather than the content.
    package let isPrehashed: Bool
    private let signature: [UInt8]
    private let globalSignature: [UInt8]

    /// Signs content.
    ///
    /// - Parameters:
    ///   - content: What is signed.
    ///   - key: The secret key.
    ///   - trustedComment: One line that is signed too.
    /// - Throws: `MinisignError.invalidComment` for a comment of several lines or over 1 KiB.
    package init(signing content: [UInt8], with key: MinisignSecretKey, trustedComment: String)
        throws(MinisignError)
    {
        try Minisign.checkComment(trustedComment)
        untrustedComment = MinisignSignature.defaultComment
        self.trustedComment = trustedComment
        keyID = key.id
        isPrehashed = true
        signature = key.sign(MinisignSignature.prehash(content))
        globalSignature = key.sign(signature + Array(trustedComment.utf8))
    }

    /// The trusted comment that minisign itself writes, with a given time in it.
    ///
    /// - Parameters:
    ///   - time: Seconds since 1970: `SOURCE_DATE_EPOCH`, never the clock.
    ///   - fileName: The signed file's name.
    /// - Returns: One line.
    package static func comment(time: Int64, fileName: String) -> String {
        "timestamp:\(time)\tfile:\(fileName)\thashed"
    }

    /// Reads a signature file from an untrusted source; says nothing about its validity.
    ///
    /// - Throws: `MinisignError` naming the line.
    package init(decoding bytes: [UInt8], source: String) throws(MinisignError) {
        let lines = try Minisign.lines(bytes, count: 4, source: source)
        untrustedComment = try Minisign.comment(
            lines, line: 1, prefix: Minisign.untrustedPrefix, limit: Minisign.commentByteLimit,
            source: source)
        let block = try Minisign.block(
            lines, line: 2, byteCount: 2 + MinisignKeyID.byteCount + Ed25519.signatureByteCount,
            source: source)
        switch Array(block[..<2]) {
        case MinisignSignature.prehashed: isPrehashed = true
        case MinisignSignature.legacy: isPrehashed = false
        default:
            throw .unknownAlgorithm(
                source: source, what: "signature algorithm", found: Hex.encode(block[..<2]))
        }
        keyID = MinisignKeyID(block[2..<10])
        signature = Array(block[10...])
        trustedComment = try Minisign.comment(
            lines, line: 3, prefix: Minisign.trustedPrefix,
            limit: Minisign.trustedCommentByteLimit, source: source)
        globalSignature = try Minisign.block(
            lines, line: 4, byteCount: Ed25519.signatureByteCount, source: source)
    }

    /// The content of a `.minisig` file.
    package func encode() -> [UInt8] {
        let algorithm =
            isPrehashed ? MinisignSignature.prehashed : MinisignSignature.legacy
        let lines = [
            Minisign.untrustedPrefix + untrustedComment,
            Base64.encode(algorithm + keyID.bytes + signature),
            Minisign.trustedPrefix + trustedComment,
            Base64.encode(globalSignature),
        ]
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// Checks both signatures.
    ///
    /// - Parameters:
    ///   - content: What the file claims to be the signature of.
    ///   - key: A key that is trusted.
    ///   - source: The signature file's name, for errors.
    /// - Throws: `MinisignError.otherKey`, `.invalidSignature`, `.invalidTrustedComment`.
    package func verify(_ content: [UInt8], with key: MinisignPublicKey, source: String)
        throws(MinisignError)
    {
        guard keyID == key.id else {
            throw .otherKey(source: source, signedBy: keyID, wanted: key.id)
        }
        let message = isPrehashed ? MinisignSignature.prehash(content) : content
        guard Ed25519.isValid(signature, of: message, publicKey: key.key) else {
            throw .invalidSignature(source: source, key: key.id)
        }
        let comment = signature + Array(trustedComment.utf8)
        guard Ed25519.isValid(globalSignature, of: comment, publicKey: key.key) else {
            throw .invalidTrustedComment(source: source, key: key.id)
        }
    }

    private static func prehash(_ content: [UInt8]) -> [UInt8] {
        var hasher = BLAKE2b()
        content.withUnsafeBytes { hasher.update($0) }
        return hasher.finalize()
    }
}

import Bytes
package import Digest

/// The digest of one file of a payload.
package struct Checksum: Sendable, Hashable, CustomStringConvertible {
    /// How the digest was made: SHA-256, or SHA-1 in a manifest of TrueNAS 22.02.
    package let algorithm: HashAlgorithm
    /// The digest, `algorithm.byteCount` bytes.
    package let bytes: [UInt8]

    /// The digest in lower-case hexadecimal digits.
    package var description: String { Hex.encode(bytes) }

    /// Wraps a digest that was just computed.
    package init(sha256 bytes: [UInt8]) {
        precondition(bytes.count == HashAlgorithm.sha256.byteCount)
        algorithm = .sha256
        self.bytes = bytes
    }

    /// Wraps a digest that was just computed.
    package init(_ bytes: [UInt8], _ algorithm: HashAlgorithm) {
        precondition(bytes.count == algorithm.byteCount)
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Reads lower-case hexadecimal digits.
    ///
    /// - Returns: nil for any other text, or a digest of another length.
    package init?(_ text: String, _ algorithm: HashAlgorithm) {
        guard let bytes = Hex.decode(text), bytes.count == algorithm.byteCount,
            Hex.encode(bytes) == text
        else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
    }
}

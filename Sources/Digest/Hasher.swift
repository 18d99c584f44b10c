import CCrypto

/// A digest algorithm that files in the field carry.
package enum HashAlgorithm: String, Sendable, CaseIterable {
    /// SHA-256: everything that Slipway writes.
    case sha256
    /// SHA-1: manifests of TrueNAS 22.02, read and never written.
    case sha1
    /// MD5: dpkg's `md5sums` and `Conffiles`, which know nothing else.
    case md5

    /// The length of a digest in bytes.
    package var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha1: 20
        case .md5: 16
        }
    }
}

/// A running digest over OpenSSL's EVP interface.
///
/// Not for use from two threads at once; make one per stream.
package struct Hasher: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: HashAlgorithm

    /// Starts a digest.
    package init(_ algorithm: HashAlgorithm = .sha256) {
        let method =
            switch algorithm {
            case .sha256: EVP_sha256()
            case .sha1: EVP_sha1()
            case .md5: EVP_md5()
            }
        // The three are in OpenSSL's default provider; failing here means no memory.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, method, nil) == 1 else {
            preconditionFailure("OpenSSL cannot start a \(algorithm.rawValue) digest")
        }
        self.context = context
        self.algorithm = algorithm
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes to the stream.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        precondition(EVP_DigestUpdate(context, base, bytes.count) == 1)
    }

    /// Adds bytes to the stream.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds the UTF-8 bytes of text to the stream.
    package mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// Ends the stream.
    ///
    /// - Returns: The digest, `algorithm.byteCount` bytes.
    package consuming func finalize() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
        precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1)
        return digest
    }

    /// The digest of bytes in memory.
    package static func digest(
        _ bytes: UnsafeRawBufferPointer, _ algorithm: HashAlgorithm = .sha256
    ) -> [UInt8] {
        var hasher = Hasher(algorithm)
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// The digest of bytes in memory.
    package static func digest(_ bytes: [UInt8], _ algorithm: HashAlgorithm = .sha256) -> [UInt8] {
        bytes.withUnsafeBytes { digest($0, algorithm) }
    }
}

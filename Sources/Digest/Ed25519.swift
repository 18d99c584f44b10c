import CSodium

/// Ed25519 signatures and BLAKE2b-512 digests, as minisign uses them, over libsodium.
package enum Ed25519 {
    /// The length of a public key in bytes.
    package static let publicKeyByteCount = 32
    /// The length of libsodium's secret key (seed, then public key) in bytes.
    package static let secretKeyByteCount = 64
    /// The length of a signature in bytes.
    package static let signatureByteCount = 64

    private static let ready: Bool = sodium_init() >= 0

    /// Makes a key pair from the system's random source.
    package static func makeKeyPair() -> (publicKey: [UInt8], secretKey: [UInt8]) {
        precondition(ready, "libsodium cannot start")
        var publicKey = [UInt8](repeating: 0, count: publicKeyByteCount)
        var secretKey = [UInt8](repeating: 0, count: secretKeyByteCount)
        crypto_sign_keypair(&publicKey, &secretKey)
        return (publicKey, secretKey)
    }

    /// Says whether the two halves of a secret key belong together: the seed and its public key.
    package static func isKeyPair(_ secretKey: [UInt8]) -> Bool {
        precondition(ready, "libsodium cannot start")
        guard secretKey.count == secretKeyByteCount else { return false }
        var publicKey = [UInt8](repeating: 0, count: publicKeyByteCount)
        var derived = [UInt8](repeating: 0, count: secretKeyByteCount)
        // The seed is the first half.
        return crypto_sign_seed_keypair(&publicKey, &derived, secretKey) == 0
            && derived == secretKey
    }

    /// Signs a message with a secret key of 64 bytes.
    package static func sign(_ message: [UInt8], secretKey: [UInt8]) -> [UInt8] {
        precondition(ready && secretKey.count == secretKeyByteCount)
        var signature = [UInt8](repeating: 0, count: signatureByteCount)
        crypto_sign_detached(&signature, nil, message, UInt64(message.count), secretKey)
        return signature
    }

    /// Says whether a signature is the key's over the message; wrong lengths are false.
    package static func isValid(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8])
        -> Bool
    {
        precondition(ready, "libsodium cannot start")
        guard signature.count == signatureByteCount, publicKey.count == publicKeyByteCount else {
            return false
        }
        return crypto_sign_verify_detached(
            signature, message, UInt64(message.count), publicKey) == 0
    }
}

/// BLAKE2b, the digest that minisign's prehashed signatures (64 bytes) and key checksums (32) use.
package struct BLAKE2b: ~Copyable {
    // libsodium's state is an aligned opaque struct, which Swift cannot hold by value.
    private let state: UnsafeMutableRawPointer
    private let byteCount: Int

    /// Starts a digest of `byteCount` bytes, 1 to 64.
    package init(byteCount: Int = 64) {
        precondition((1...64).contains(byteCount))
        self.byteCount = byteCount
        state = .allocate(byteCount: crypto_generichash_blake2b_statebytes(), alignment: 64)
        crypto_generichash_blake2b_init(OpaquePointer(state), nil, 0, byteCount)
    }

    deinit { state.deallocate() }

    /// Adds bytes to the stream.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        crypto_generichash_blake2b_update(
            OpaquePointer(state), base.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
    }

    /// Ends the stream.
    package consuming func finalize() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        crypto_generichash_blake2b_final(OpaquePointer(state), &digest, byteCount)
        return digest
    }
}

/// The random source and the version of libsodium.
package enum Sodium {
    /// The version text of the libsodium that is loaded.
    package static var version: String { String(cString: sodium_version_string()) }

    /// Bytes from the kernel's random source.
    package static func randomBytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf(&bytes, count)
        return bytes
    }
}

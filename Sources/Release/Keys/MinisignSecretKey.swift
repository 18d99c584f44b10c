import Bytes
package import Digest

/// A secret key, as minisign's key files hold it: a comment line, then base64 of `SeckeyStruct`
/// (minisign.h): `"Ed" ‖ kdf (2) ‖ "B2" ‖ salt (32) ‖ operations (8) ‖ memory (8) ‖ key ID (8) ‖
/// libsodium secret key (64) ‖ checksum (32)`, integers little-endian.
///
/// With kdf `"Sc"` the last 104 bytes are XORed with scrypt of the passphrase; with two zero bytes
/// (`minisign -W`) they are plain. The checksum is BLAKE2b-256 of `"Ed" ‖ key ID ‖ secret key`;
/// minisign 0.11 leaves it zero in plain files and does not read it there.
package struct MinisignSecretKey: Sendable {
    private static let kdfScrypt = Array("Sc".utf8)
    private static let kdfNone: [UInt8] = [0, 0]
    private static let checksumAlgorithm = Array("B2".utf8)
    private static let checksumByteCount = 32
    private static let plainByteCount =
        MinisignKeyID.byteCount + Ed25519.secretKeyByteCount + checksumByteCount
    private static let byteCount = 6 + Scrypt.saltByteCount + 16 + plainByteCount

    /// What a key file may ask for: eight times minisign's own "sensitive" choice.
    private static let operationLimit: UInt64 = 8 * 33_554_432
    private static let memoryLimit: UInt64 = 8 << 30

    /// The cost of keys that we encrypt: the operations of minisign's choice in a quarter of its
    /// memory, so that signing works on a small build machine.
    package static let defaultCost = Scrypt.Cost(
        operationLimit: 33_554_432, memoryLimit: 256 << 20)

    /// The key's ID.
    package let id: MinisignKeyID
    private let key: [UInt8]

    /// The public half.
    package var publicKey: MinisignPublicKey {
        // libsodium keeps the public key as the second half of the secret one.
        MinisignPublicKey(id: id, key: Array(key[Ed25519.publicKeyByteCount...]))
    }

    /// Makes a key from the system's random source.
    package static func make() -> MinisignSecretKey {
        MinisignSecretKey(
            id: MinisignKeyID(Sodium.randomBytes(MinisignKeyID.byteCount)),
            key: Ed25519.makeKeyPair().secretKey)
    }

    private init(id: MinisignKeyID, key: [UInt8]) {
        self.id = id
        self.key = key
    }

    /// Reads a secret key file.
    ///
    /// - Parameters:
    ///   - bytes: The file's content.
    ///   - passphrase: What an encrypted key is opened with; unused for a plain one.
    ///   - source: The file's name, for errors.
    /// - Throws: `MinisignError`; `.passphraseNeeded` for an encrypted key without a passphrase.
    package init(decoding bytes: [UInt8], passphrase: [UInt8]? = nil, source: String)
        throws(MinisignError)
    {
        let lines = try Minisign.lines(bytes, count: 2, source: source)
        _ = try Minisign.comment(
            lines, line: 1, prefix: Minisign.untrustedPrefix, limit: Minisign.commentByteLimit,
            source: source)
        let block = try Minisign.block(
            lines, line: 2, byteCount: MinisignSecretKey.byteCount, source: source)
        let (algorithm, kdf) = (Array(block[0..<2]), Array(block[2..<4]))
        guard algorithm == Minisign.keyAlgorithm else {
            throw .unknownAlgorithm(
                source: source, what: "key algorithm", found: Hex.encode(algorithm))
        }
        guard Array(block[4..<6]) == MinisignSecretKey.checksumAlgorithm else {
            throw .unknownAlgorithm(
                source: source, what: "checksum algorithm", found: Hex.encode(block[4..<6]))
        }
        var plain = Array(block[54...])
        switch kdf {
        case MinisignSecretKey.kdfNone: break
        case MinisignSecretKey.kdfScrypt:
            guard let passphrase else { throw .passphraseNeeded(source: source) }
            let stream = try MinisignSecretKey.stream(
                passphrase: passphrase, salt: Array(block[6..<38]),
                cost: Scrypt.Cost(
                    operationLimit: MinisignSecretKey.integer(block[38..<46]),
                    memoryLimit: MinisignSecretKey.integer(block[46..<54])), source: source)
            for index in plain.indices { plain[index] ^= stream[index] }
        default:
            throw .unknownAlgorithm(
                source: source, what: "key derivation", found: Hex.encode(kdf))
        }
        id = MinisignKeyID(plain[..<8])
        key = Array(plain[8..<72])
        let checksum = Array(plain[72...])
        let isUnset = kdf == MinisignSecretKey.kdfNone && checksum.allSatisfy { $0 == 0 }
        guard isUnset || checksum == MinisignSecretKey.checksum(id: id, key: key) else {
            throw kdf == MinisignSecretKey.kdfNone
                ? .damagedKey(source: source) : .wrongPassphrase(source: source)
        }
        guard Ed25519.isKeyPair(key) else { throw .damagedKey(source: source) }
    }

    /// The content of a key file.
    ///
    /// - Parameters:
    ///   - passphrase: Encrypts the key; nil writes it plain, as `minisign -W` does.
    ///   - cost: What opening the encrypted key will cost.
    /// - Returns: Two lines of text.
    /// - Throws: `MinisignError.derivationFailed` when memory is short.
    package func encode(
        passphrase: [UInt8]? = nil, cost: Scrypt.Cost = defaultCost
    ) throws(MinisignError) -> [UInt8] {
        var plain = id.bytes + key + MinisignSecretKey.checksum(id: id, key: key)
        var header = Minisign.keyAlgorithm
        if let passphrase {
            let salt = Sodium.randomBytes(Scrypt.saltByteCount)
            let stream = try MinisignSecretKey.stream(
                passphrase: passphrase, salt: salt, cost: cost, source: "new secret key")
            for index in plain.indices { plain[index] ^= stream[index] }
            header += MinisignSecretKey.kdfScrypt + MinisignSecretKey.checksumAlgorithm + salt
            for value in [cost.operationLimit, cost.memoryLimit] {
                header += (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            }
        } else {
            header += MinisignSecretKey.kdfNone + MinisignSecretKey.checksumAlgorithm
            header += [UInt8](repeating: 0, count: Scrypt.saltByteCount + 16)
        }
        let comment = passphrase == nil ? "minisign secret key" : "minisign encrypted secret key"
        let text = "\(Minisign.untrustedPrefix)\(comment) \(id)\n\(Base64.encode(header + plain))\n"
        return Array(text.utf8)
    }

    /// Signs bytes.
    func sign(_ message: [UInt8]) -> [UInt8] { Ed25519.sign(message, secretKey: key) }

    private static func checksum(id: MinisignKeyID, key: [UInt8]) -> [UInt8] {
        var hasher = BLAKE2b(byteCount: checksumByteCount)
        (Minisign.keyAlgorithm + id.bytes + key).withUnsafeBytes { hasher.update($0) }
        return hasher.finalize()
    }

    private static func stream(
        passphrase: [UInt8], salt: [UInt8], cost: Scrypt.Cost, source: String
    ) throws(MinisignError) -> [UInt8] {
        guard cost.operationLimit <= operationLimit, cost.memoryLimit <= memoryLimit,
            let stream = Scrypt.derive(
                byteCount: plainByteCount, passphrase: passphrase, salt: salt, cost: cost)
        else {
            throw .derivationFailed(source: source, memoryByteCount: cost.memoryLimit)
        }
        return stream
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

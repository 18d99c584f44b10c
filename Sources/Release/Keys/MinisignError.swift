/// Why a key or a signature file is not accepted.
///
/// `source` is the file's path, or what it is called inside a payload.
package enum MinisignError: Error, Equatable, CustomStringConvertible {
    /// A line is not what the format wants there; lines count from 1.
    case malformed(source: String, line: Int, expected: String)
    /// The base64 block holds a number of bytes that the format does not know.
    case wrongLength(source: String, expected: Int, found: Int)
    /// Two bytes name an algorithm that we do not know, in hexadecimal digits.
    case unknownAlgorithm(source: String, what: String, found: String)
    /// The secret key is encrypted and no passphrase was given.
    case passphraseNeeded(source: String)
    /// The passphrase is wrong, or the key file is damaged: the checksum inside cannot tell.
    case wrongPassphrase(source: String)
    /// An unencrypted secret key whose checksum or public half does not fit it.
    case damagedKey(source: String)
    /// The key derivation wants more than we give it, or memory is short.
    case derivationFailed(source: String, memoryByteCount: UInt64)
    /// A comment has a line end or is too long.
    case invalidComment(String)
    /// The signature was made by another key.
    case otherKey(source: String, signedBy: MinisignKeyID, wanted: MinisignKeyID)
    /// The signature is not the key's over these bytes.
    case invalidSignature(source: String, key: MinisignKeyID)
    /// The trusted comment is not the one that was signed.
    case invalidTrustedComment(source: String, key: MinisignKeyID)

    package var description: String {
        switch self {
        case .malformed(let source, let line, let expected):
            "\(source): line \(line): expected \(expected)"
        case .wrongLength(let source, let expected, let found):
            "\(source): the base64 block holds \(found) bytes, expected \(expected)"
        case .unknownAlgorithm(let source, let what, let found):
            "\(source): unknown \(what) 0x\(found)"
        case .passphraseNeeded(let source):
            "\(source): the secret key is encrypted and no passphrase was given"
        case .wrongPassphrase(let source):
            "\(source): wrong passphrase, or the key file is damaged"
        case .damagedKey(let source): "\(source): the secret key is damaged"
        case .derivationFailed(let source, let byteCount):
            "\(source): cannot derive the key's key: it asks for \(byteCount) bytes of memory"
        case .invalidComment(let text):
            "comment \"\(text.prefix(40))\": it must be one line of at most 1024 bytes"
        case .otherKey(let source, let signedBy, let wanted):
            "\(source): signed by key \(signedBy), expected key \(wanted)"
        case .invalidSignature(let source, let key):
            "\(source): the signature is not key \(key)'s over this content"
        case .invalidTrustedComment(let source, let key):
            "\(source): the trusted comment is not the one that key \(key) signed"
        }
    }
}

import Digest
package import Release
package import Syscalls

/// Why a payload is not made or not accepted.
///
/// `file` is the payload as the user named it.
package enum PayloadError: Error, Equatable, CustomStringConvertible {
    /// A system call failed on the payload or on a file for it.
    case system(SystemError)
    /// The payload, or an image inside it, is no squashfs that can be read.
    case badImage(file: String, reason: String)
    /// The payload has no such file.
    case missing(file: String, path: String)
    /// The payload has a file that its manifest does not name.
    case unnamed(file: String, path: String)
    /// A name in the payload breaks the rule for names.
    case badName(file: String, cause: ReleaseError)
    /// A name in the payload is no regular file, or no folder, as it should be.
    case wrongKind(file: String, path: String, expected: String)
    /// A file is longer than it may be, in bytes.
    case tooLarge(file: String, path: String, byteCount: UInt64, limit: UInt64)
    /// A file's content is not what the manifest says.
    case wrongChecksum(file: String, path: String, expected: Checksum, found: Checksum)
    /// All files together have another size than the manifest says, in bytes.
    case wrongSize(file: String, expected: UInt64, found: UInt64)
    /// The manifest is not acceptable.
    case badManifest(file: String, cause: ReleaseError)
    /// The payload has no signature.
    case unsigned(file: String)
    /// The signature's file is damaged.
    case badSignatureFile(file: String, cause: MinisignError)
    /// Nobody whom we trust has signed.
    case untrusted(file: String, cause: TrustError)
    /// The signature is good, but a part of its file that is not signed is not as we write it.
    case unusualSignature(file: String, reason: String)
    /// A byte is not what the same content gives when it is written anew.
    case notCanonical(file: String, offset: UInt64, what: String)

    package var description: String {
        switch self {
        case .system(let cause): cause.description
        case .badImage(let file, let reason): "\(file): \(reason)"
        case .missing(let file, let path): "\(file): \(path) is missing"
        case .unnamed(let file, let path): "\(file): \(path) is not named by the manifest"
        case .badName(let file, let cause), .badManifest(let file, let cause):
            "\(file): \(cause)"
        case .wrongKind(let file, let path, let expected):
            "\(file): \(path): expected \(expected)"
        case .tooLarge(let file, let path, let byteCount, let limit):
            "\(file): \(path): \(byteCount) bytes, more than the limit of \(limit)"
        case .wrongChecksum(let file, let path, let expected, let found):
            "\(file): \(path): \(expected.algorithm.rawValue) is \(found), "
                + "the manifest says \(expected)"
        case .wrongSize(let file, let expected, let found):
            "\(file): its files have \(found) bytes, the manifest says \(expected)"
        case .unsigned(let file): "\(file): the payload is not signed"
        case .badSignatureFile(let file, let cause): "\(file): \(cause)"
        case .untrusted(let file, let cause): "\(file): \(cause)"
        case .unusualSignature(let file, let reason):
            "\(file): \(ReleaseManifest.signatureFileName): \(reason)"
        case .notCanonical(let file, let offset, let what):
            "\(file): byte \(offset): \(what) is not as the same content is written anew; "
                + "the file is damaged or was made by another program"
        }
    }
}

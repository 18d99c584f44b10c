import Glibc
import Payload
import PayloadFile
import Release
import Syscalls

/// What a person can do about errors of payloads and keys.
enum PayloadRemedy {
    /// The cure of an error, if there is one.
    static func text(for error: any Error) -> String? {
        switch error {
        case let error as PayloadError: text(for: error)
        case let error as TrustError: text(for: error)
        case let error as MinisignError: text(for: error)
        case let error as SystemError
        where error.code == EEXIST
            && (error.subject.hasSuffix(".key") || error.subject.hasSuffix(".pub")):
            "keys are never overwritten: choose another --output, or move this one away"
        default: nil
        }
    }

    private static func text(for error: PayloadError) -> String? {
        switch error {
        case .badImage, .missing, .wrongChecksum, .wrongSize, .notCanonical, .badSignatureFile:
            "fetch the payload again, and compare it with its .sha256 file"
        case .unsigned: "--allow-unsigned accepts a payload that nobody has signed"
        case .untrusted(_, let cause): text(for: cause)
        case .badManifest(_, .downgrade): "--allow-downgrade accepts a lower sequence number"
        case .badManifest(_, .unsupportedFormat): "use the program that came with that release"
        case .badManifest, .system, .unnamed, .badName, .wrongKind, .tooLarge, .unusualSignature:
            nil
        }
    }

    private static func text(for error: TrustError) -> String? {
        switch error {
        case .unknownKey:
            "if you trust that key, name its public half with --key FILE; --allow-unsigned "
                + "accepts the payload without trusting anybody"
        case .badKey: "remove the file, or put a public key of minisign's there"
        case .noKeys,
            .unreadable where error.meansNoKeys:
            "name a public key with --key FILE, or a folder of them with --keys FOLDER"
        case .badSignature: "fetch the payload again, and compare it with its .sha256 file"
        case .unreadable: nil
        }
    }

    private static func text(for error: MinisignError) -> String? {
        switch error {
        case .passphraseNeeded, .wrongPassphrase:
            "give the passphrase with --passphrase-file FILE; it is the file's first line"
        default: nil
        }
    }
}

import Glibc
import Installation
import PayloadFile
import Recovery
import Release
import Storage
import Syscalls
import YAML

/// What a person can do about errors.
enum HostRemedy {
    /// The cure of an error, if one is known.
    static func text(for error: any Error) -> String? {
        switch error {
        case PayloadError.unsigned:
            "--allow-unsigned accepts a payload that nobody has signed"
        case PayloadError.untrusted(_, .unknownKey):
            "if you trust that key, name its public half with --key FILE"
        case PayloadError.badImage, PayloadError.missing, PayloadError.wrongChecksum,
            PayloadError.wrongSize, PayloadError.notCanonical:
            "the payload, or the medium that it is on, is damaged or has been taken out: check the "
                + "medium, then give the same command again; it goes on"
        case PayloadError.system(let cause) where mediumFailures.contains(cause.code):
            mediumText
        case let cause as SystemError where mediumFailures.contains(cause.code): mediumText
        case is YAMLIssues: "docs/answers.md and docs/layout.md say what each key means"
        case RecoveryError.noLayout:
            "--layout FILE names the layout that the machine was installed with"
        case InstallationError.notBootable, is ApplyError:
            "see to the disk that is named, then give the same command again; it goes on"
        default: nil
        }
    }

    /// What reading a medium gives that is broken or gone.
    private static let mediumFailures: Set<CInt> = [EIO, ENODEV, ENXIO, ENOMEDIUM]

    private static let mediumText =
        "a disk or the medium cannot be read: put it in again, or take another, then give the same "
        + "command again; it goes on"
}

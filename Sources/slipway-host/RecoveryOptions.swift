import CommandLine
import Release
import Storage

/// Options that `status`, `scrub` and `recover` share.
enum RecoveryOptions {
    static let volume = OptionSpec(
        name: "volume", value: .required("DIR", .directory),
        help: "Where the boot volume is mounted", default: Layout.bootMountPoint)

    static let keys = OptionSpec(
        name: "keys", value: .required("DIR", .directory),
        help: "Trust the public keys (*.pub) in this folder", default: TrustedKeys.imageFolder)

    /// Where the boot volume is.
    static func volumeFolder(_ arguments: ParsedArguments) -> String {
        arguments.string("volume") ?? Layout.bootMountPoint
    }

    /// Whose signatures count; nil when there is no key.
    static func trustedKeys(_ arguments: ParsedArguments) throws(TrustError) -> TrustedKeys? {
        do throws(TrustError) {
            return try TrustedKeys(folder: arguments.string("keys") ?? TrustedKeys.imageFolder)
        } catch  where error.meansNoKeys {
            return nil
        }
    }
}

import CommandLine
import Storage

/// Options that `status`, `scrub` and `recover` share.
enum RecoveryOptions {
    static let volume = OptionSpec(
        name: "volume", value: .required("DIR", .directory),
        help: "Where the boot volume is mounted", default: Layout.bootMountPoint)

    /// Where the boot volume is.
    static func volumeFolder(_ arguments: ParsedArguments) -> String {
        arguments.string("volume") ?? Layout.bootMountPoint
    }
}

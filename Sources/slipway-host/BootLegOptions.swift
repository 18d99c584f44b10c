import BootLoader
import CommandLine
import Deployment
import Storage

/// What goes onto the disks that the firmware starts from.
enum BootLegOptions {
    static let bootVolume = OptionSpec(
        name: "boot-volume", value: .required("DIR", .directory),
        help: "The mounted boot volume, whose state and images say what boot legs hold")

    /// The writer for what `--boot-volume` says; nil without it: boot legs are then not looked at.
    ///
    /// - Throws: When nothing was installed there, or a file that is needed is missing.
    static func writer(_ arguments: ParsedArguments) throws -> (any BootLegWriting)? {
        guard let folder = arguments.string("boot-volume") else { return nil }
        let volume = try BootVolume(at: folder)
        guard let state = try volume.bootState() else { throw DeploymentError.noState(folder) }
        return try GrubBootLegWriter(volume.content(of: state))
    }
}

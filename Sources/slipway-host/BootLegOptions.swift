import BootLoader
import CommandLine
import Release
import Storage
import Syscalls

/// What goes onto the disks that the firmware starts from.
enum BootLegOptions {
    static let image = OptionSpec(
        name: "image", value: .required("DIR", .directory),
        help: "The image that boot legs start: a payload's loader/, vmlinuz, initrd.img and "
            + "manifest.json")

    /// The writer for what `--image` names; nil without it: boot legs are then not looked at.
    ///
    /// - Throws: When the folder lacks a file, or its manifest is none.
    static func writer(_ arguments: ParsedArguments) throws -> (any BootLegWriting)? {
        guard let folder = arguments.string("image") else { return nil }
        let manifest = try ReleaseManifest(decoding: FileSystem.read("\(folder)/manifest.json"))
        let files = try ["vmlinuz", "initrd.img"].map { name in
            try SystemFile(
                path: "images/\(manifest.version.text)/\(name)",
                content: .file("\(folder)/\(name)"))
        }
        return GrubBootLegWriter(
            try LoaderContent(folder: "\(folder)/loader", files: files))
    }
}

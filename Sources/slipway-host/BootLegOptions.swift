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
        let version = manifest.version.text
        var files = try ["vmlinuz", "initrd.img"].map { name in
            try SystemFile(
                path: "images/\(version)/\(name)", content: .file("\(folder)/\(name)"))
        }
        files.append(
            try SystemFile(path: "grub/grubenv", content: .seed(environment(image: version))))
        return GrubBootLegWriter(
            try LoaderContent(folder: "\(folder)/loader", files: files))
    }

    /// GRUB's environment that starts an image, in the form of grub-editenv(1): 1024 bytes, filled up
    /// with `#`.
    private static func environment(image: String) -> [UInt8] {
        let text = Array("# GRUB Environment Block\nimage=\(image)\n".utf8)
        return text + [UInt8](repeating: UInt8(ascii: "#"), count: 1024 - text.count)
    }
}

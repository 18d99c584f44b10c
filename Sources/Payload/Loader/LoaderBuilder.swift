import Syscalls

/// Why the loader's files cannot be made.
package enum LoaderError: Error, Equatable, CustomStringConvertible {
    /// A file of the target's GRUB packages is not in the tree.
    case missingFile(path: String, package: String)
    /// grub-mkimage ended well and wrote something else than an image of its format.
    case notAnImage(fileName: String, byteCount: Int)
    /// boot.img is not a boot sector.
    case notABootSector(path: String, byteCount: Int)

    package var description: String {
        switch self {
        case .missingFile(let path, let package):
            "\(path): missing; package \(package) must be in the image"
        case .notAnImage(let fileName, let byteCount):
            "\(fileName): grub-mkimage wrote \(byteCount) bytes that are no loader image"
        case .notABootSector(let path, let byteCount):
            "\(path): \(byteCount) bytes, expected a boot sector of 512 bytes"
        }
    }
}

/// Makes a payload's `loader/` from the GRUB packages of the image itself.
///
/// Modules, boot.img and grub-mkimage all come out of the target's tree, so that the lock decides
/// which GRUB it is and the build machine's has no part in it. `boot.img` and `core.img` are
/// shipped as GRUB made them: where they lie on a disk is patched in when they are written, and the
/// signed bytes stay comparable with the package's.
package struct LoaderBuilder {
    /// The packages whose content the loader's files follow from, beside `recipe`.
    package static let packages = ["grub-common", "grub-efi-amd64-bin", "grub-pc-bin"]

    /// The names of the files made, sorted.
    package static let fileNames = ["BOOTX64.EFI", "boot.img", "core.img", "grub.cfg"]

    /// What this program adds to the packages: the stage's key covers it.
    package static var recipe: String {
        ([GrubImage.bios, .uefi].map { $0.command(output: "").joined(separator: " ") }
            + [GrubConfiguration.text]).joined(separator: "\n")
    }

    private static let bootSectorPath = "/usr/lib/grub/i386-pc/boot.img"

    private let root: String
    private let runInRoot: GrubImageMaker.RunInRoot

    /// Prepares a builder.
    ///
    /// - Parameters:
    ///   - root: The target's tree, GRUB's packages in it, not yet pruned.
    ///   - runInRoot: Runs a program in the tree.
    package init(root: String, runInRoot: @escaping GrubImageMaker.RunInRoot) {
        self.root = root
        self.runInRoot = runInRoot
    }

    /// Makes the four files.
    ///
    /// - Parameter folder: Where they go; made when missing. Each file is there whole or not at all.
    /// - Throws: `LoaderError`, `SystemError`, and what `runInRoot` throws.
    package func build(into folder: String) throws {
        try FileSystem.makeDirectory(folder)
        try write(bootSector(), "boot.img", folder)
        let images = try GrubImageMaker(root: root, runInRoot: runInRoot).make([.bios, .uefi])
        for image in images { try write(image.bytes, image.fileName, folder) }
        try write(Array(GrubConfiguration.text.utf8), GrubConfiguration.fileName, folder)
    }

    private func bootSector() throws -> [UInt8] {
        let path = root + LoaderBuilder.bootSectorPath
        guard FileSystem.exists(path) else {
            throw LoaderError.missingFile(path: path, package: "grub-pc-bin")
        }
        let bytes = try FileSystem.read(path)
        guard bytes.count == 512, Array(bytes[510...]) == [0x55, 0xAA] else {
            throw LoaderError.notABootSector(path: path, byteCount: bytes.count)
        }
        return bytes
    }

    private func write(_ bytes: [UInt8], _ name: String, _ folder: String) throws {
        try FileSystem.writeAtomically(bytes, to: "\(folder)/\(name)")
    }
}

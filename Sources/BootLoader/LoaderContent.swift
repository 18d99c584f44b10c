package import DiskFormats
import Syscalls

/// A file of the EFI system partition.
package struct SystemFile: Sendable, Equatable {
    /// What a file holds.
    package enum Content: Sendable, Equatable {
        /// What the file with this path holds.
        case file(String)
        /// These bytes.
        case bytes([UInt8])
        /// These variables, with the leg's role beside. What GRUB writes there itself, the count of
        /// tries, may differ.
        case environment(GrubEnvironment)
    }

    /// Where GRUB's variables are.
    package static let environmentPath = "grub/grubenv"

    /// The path on the partition, such as `images/25.04.1/vmlinuz`.
    package let path: String
    /// What it holds.
    package let content: Content

    /// Describes a file.
    ///
    /// - Parameters:
    ///   - path: Relative, with the characters of release names, so that it means the same to
    ///     the firmware, to GRUB and to mtools.
    ///   - content: What it is to hold.
    /// - Throws: `BootLoaderError.badPath`.
    package init(path: String, content: Content) throws(BootLoaderError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isGood = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 64 && part.utf8.allSatisfy(SystemFile.isAllowed)
                && part.first != "." && part.last != "."
        }
        guard isGood else { throw .badPath(path) }
        self.path = path
        self.content = content
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._+~-".utf8.contains(byte)
        }
    }
}

/// All that goes onto a boot leg.
package struct LoaderContent: Sendable, Equatable {
    /// The loader for BIOS.
    package let bios: GrubBIOSLoader
    /// The files of the EFI system partition, in the order in which they are written.
    package let files: [SystemFile]

    /// Puts a loader and the files that it loads together.
    ///
    /// The loader's own files come last: while they are missing, firmware passes on to another
    /// disk instead of starting a loader that finds nothing.
    ///
    /// - Parameters:
    ///   - bios: The loader for BIOS.
    ///   - configuration: grub.cfg.
    ///   - efiImage: BOOTX64.EFI.
    ///   - files: Kernels, initramfs images and grubenv.
    /// - Throws: `BootLoaderError.badPath` for a path that there is twice; FAT does not tell
    ///   capital letters from small ones.
    package init(
        bios: GrubBIOSLoader, configuration: SystemFile.Content, efiImage: SystemFile.Content,
        files: [SystemFile]
    ) throws(BootLoaderError) {
        self.bios = bios
        self.files =
            files + [
                try SystemFile(path: "grub/grub.cfg", content: configuration),
                try SystemFile(path: "EFI/BOOT/BOOTX64.EFI", content: efiImage),
            ]
        var seen: Set<String> = []
        for file in self.files where !seen.insert(file.path.lowercased()).inserted {
            throw .badPath(file.path)
        }
    }

    /// Takes the loader of a payload.
    ///
    /// - Parameters:
    ///   - folder: The payload's `loader/`, whose signature was checked.
    ///   - files: Kernels, initramfs images and grubenv.
    /// - Throws: `SystemError`, `FormatFault` or `BootLoaderError`.
    package init(folder: String, files: [SystemFile]) throws {
        try self.init(
            bios: GrubBIOSLoader(
                bootImage: FileSystem.read("\(folder)/boot.img"),
                coreImage: FileSystem.read("\(folder)/core.img")),
            configuration: .file("\(folder)/grub.cfg"),
            efiImage: .file("\(folder)/BOOTX64.EFI"), files: files)
    }
}

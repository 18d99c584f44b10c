import DiskFormats

/// One GRUB core image: what grub-mkimage is asked for.
package struct GrubImage: Sendable, Equatable {
    /// The image's file name in `loader/`.
    package let fileName: String
    /// grub-mkimage's format, and the folder of modules in `/usr/lib/grub`.
    package let target: String
    /// Where the image looks for grub.cfg and grubenv.
    package let prefix: String
    /// Modules built in; nothing is loaded from a disk.
    package let modules: [String]
    /// Commands that are run before grub.cfg is looked for; nil for none.
    package let startCommands: String?

    /// Describes an image.
    package init(
        fileName: String, target: String, prefix: String, modules: [String],
        startCommands: String? = nil
    ) {
        self.fileName = fileName
        self.target = target
        self.prefix = prefix
        self.modules = modules
        self.startCommands = startCommands
    }

    private static let commonModules = [
        "part_gpt", "fat", "loadenv", "normal", "configfile", "linux", "test", "echo", "serial",
        "terminal", "minicmd", "sleep", "reboot", "search", "ls", "regexp", "all_video",
    ]

    /// For BIOS: written to the bios_grub partition.
    ///
    /// The prefix has no disk in it: GRUB takes the disk it was started from, so that every boot
    /// leg reads its own ESP, which is the second partition of each.
    package static let bios = GrubImage(
        fileName: "core.img", target: "i386-pc",
        prefix: "(,gpt\(GrubBIOSLoader.systemPartitionNumber))/grub",
        modules: ["biosdisk"] + commonModules)

    /// For UEFI: the ESP's `EFI/BOOT/BOOTX64.EFI`, so that firmware finds it without an entry.
    package static let uefi = GrubImage(
        fileName: "BOOTX64.EFI", target: "x86_64-efi", prefix: "/grub", modules: commonModules)

    /// The command that makes the image.
    ///
    /// - Parameters:
    ///   - output: The file it writes. A file it must be: grub-mkimage ends with fsync, which a
    ///     pipe refuses.
    ///   - startCommands: The file that holds `startCommands`, when there are any.
    /// - Returns: The program and its arguments.
    package func command(output: String, startCommands: String? = nil) -> [String] {
        [
            "grub-mkimage", "-O", target, "-d", moduleFolder, "-p", prefix, "-o", output,
        ] + (startCommands.map { ["-c", $0] } ?? []) + modules
    }

    /// Where the modules are in a tree that has GRUB's packages.
    var moduleFolder: String {
        // What a CD starts is made of the same modules as what a disk starts.
        let folder = target.hasSuffix("-eltorito") ? String(target.dropLast(9)) : target
        return "/usr/lib/grub/\(folder)"
    }
}

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
    /// - Parameter output: The file it writes. A file it must be: grub-mkimage ends with fsync, which
    ///   a pipe refuses.
    /// - Returns: The program and its arguments.
    package func command(output: String) -> [String] {
        [
            "grub-mkimage", "-O", target, "-d", "/usr/lib/grub/\(target)", "-p", prefix,
            "-o", output,
        ] + modules
    }
}

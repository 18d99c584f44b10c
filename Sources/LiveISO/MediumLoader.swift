import Payload
import Syscalls

/// What firmware starts from a live medium: GRUB for BIOS and UEFI.
///
/// All of it is made from the packages of the image itself, as the payload's loader is.
struct MediumLoader {
    /// The files that xorriso is given, in a folder.
    struct Files {
        /// GRUB for BIOS, behind the sector that a CD is started with.
        let biosImage: String
        /// The boot sector of a stick, which loads the same GRUB.
        let stickSector: String
        /// A FAT filesystem with GRUB for UEFI.
        let efiFilesystem: String
    }

    private static let modules = [
        "iso9660", "part_gpt", "part_msdos", "normal", "configfile", "linux", "test", "echo",
        "serial", "terminal", "minicmd", "sleep", "reboot", "halt", "search", "search_fs_uuid",
        "ls", "regexp", "chain", "all_video",
    ]

    private static let stickSectorPath = "/usr/lib/grub/i386-pc/boot_hybrid.img"
    private static let programs = [
        (path: "/usr/sbin/mkfs.vfat", package: "dosfstools"),
        (path: "/usr/bin/mmd", package: "mtools"), (path: "/usr/bin/mcopy", package: "mtools"),
    ]

    /// The images for a medium of this identity.
    static func images(uuid: String) -> [GrubImage] {
        // GRUB for UEFI is started from the FAT filesystem and has to find the medium; and a BIOS
        // may number disks as it likes.
        let commands = """
            search --no-floppy --fs-uuid --set=root \(uuid)
            set prefix=($root)/boot/grub

            """
        return [
            GrubImage(
                fileName: "eltorito.img", target: "i386-pc-eltorito", prefix: "/boot/grub",
                modules: ["biosdisk"] + modules, startCommands: commands),
            GrubImage(
                fileName: "BOOTX64.EFI", target: "x86_64-efi", prefix: "/boot/grub",
                modules: ["fat"] + modules, startCommands: commands),
        ]
    }

    /// Where the image's packages are.
    let root: String
    /// Runs a program in it.
    let runInRoot: GrubImageMaker.RunInRoot

    /// Makes the files.
    ///
    /// - Throws: `LiveISOError.missingInTree`, `LoaderError`, `SystemError`, and what `runInRoot`
    ///   throws.
    func make(for identity: MediumIdentity, in folder: String) throws -> Files {
        let sector = root + MediumLoader.stickSectorPath
        let needed = MediumLoader.programs + [(MediumLoader.stickSectorPath, "grub-pc-bin")]
        for (path, package) in needed where !FileSystem.exists(root + path) {
            throw LiveISOError.missingInTree(path: root + path, package: package)
        }
        let maker = GrubImageMaker(root: root, runInRoot: runInRoot)
        let images = try maker.make(MediumLoader.images(uuid: identity.uuid))
        let files = Files(
            biosImage: "\(folder)/\(images[0].fileName)", stickSector: "\(folder)/boot_hybrid.img",
            efiFilesystem: "\(folder)/efi.img")
        try FileSystem.writeAtomically(images[0].bytes, to: files.biosImage)
        try FileSystem.writeAtomically(try FileSystem.read(sector), to: files.stickSector)
        let filesystem = try maker.withScratch { scratch in
            try makeFilesystem(with: images[1], volumeID: identity.fatVolumeID, scratch: scratch)
        }
        try FileSystem.writeAtomically(filesystem, to: files.efiFilesystem)
        return files
    }

    /// A FAT filesystem whose one file is where UEFI looks on removable media.
    private func makeFilesystem(
        with image: GrubImageMaker.Made, volumeID: String, scratch: String
    ) throws -> [UInt8] {
        let inside = GrubImageMaker.scratchPath
        try FileSystem.writeAtomically(image.bytes, to: "\(scratch)/\(image.fileName)")
        // Whole MiB, with at least 512 KiB for the filesystem's own tables.
        let mebibytes = (image.bytes.count + 512 << 10) >> 20 + 1
        let path = "\(inside)/efi.img"
        // --invariant sets dates and an id of its own, which -i then replaces.
        try runInRoot([
            "mkfs.vfat", "--invariant", "--mbr=n", "-S", "512", "-n", "SLIPWAY-ISO",
            "-i", volumeID, "-C", path, "\(mebibytes << 10)",
        ])
        try runInRoot(["mmd", "-i", path, "::/EFI", "::/EFI/BOOT"])
        try runInRoot([
            "mcopy", "-i", path, "\(inside)/\(image.fileName)", "::/EFI/BOOT/\(image.fileName)",
        ])
        return try FileSystem.read("\(scratch)/efi.img")
    }
}

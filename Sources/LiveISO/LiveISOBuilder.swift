import Bytes
import Command
import Digest
package import Payload
import Syscalls

/// What goes on a live medium.
package struct MediumContents: Sendable {
    /// The payload's file.
    package var payload: String
    /// The kernel's file.
    package var kernel: String
    /// The initramfs's file.
    package var initramfs: String
    /// The file of the squashfs that is laid over the root filesystem.
    package var overlay: String
    /// The answers of an installation that asks nothing; nil for none.
    package var answers: [UInt8]?

    /// Names the contents.
    package init(
        payload: String, kernel: String, initramfs: String, overlay: String, answers: [UInt8]?
    ) {
        self.payload = payload
        self.kernel = kernel
        self.initramfs = initramfs
        self.overlay = overlay
        self.answers = answers
    }
}

/// Makes a live medium: one file that a CD can be burnt from and a stick be written with, and that
/// PCs with a BIOS and with UEFI start from either.
///
/// xorriso lays it out. Two things it cannot know before: the sums of its own boot catalog and of
/// the loader that it patches. So the list of sums is first written empty, and filled in.
package struct LiveISOBuilder {
    /// What a medium may have beside payload, kernel and initramfs, in bytes.
    package static let overheadByteLimit: UInt64 = 25_000_000

    /// Paths on the medium.
    package enum Place {
        /// The list of the SHA-256 of all other files, as `sha256sum -c` takes it.
        package static let sums = "slipway/sha256sums"
        /// The payload.
        package static let payload = "slipway/payload.update"
        /// The overlay of the live system.
        package static let overlay = "slipway/live.squashfs"
        /// The answers.
        package static let answers = "slipway/answers.yaml"
        /// The kernel.
        package static let kernel = "boot/vmlinuz"
        /// The initramfs.
        package static let initramfs = "boot/initrd.img"
        /// GRUB's menu.
        package static let menu = "boot/grub/grub.cfg"
        /// GRUB for BIOS.
        package static let biosImage = "boot/grub/eltorito.img"
        /// What firmware finds the loaders by.
        package static let catalog = "boot/grub/boot.catalog"
    }

    /// What this program adds to the parts: the stage's key covers it.
    package static var recipe: String {
        let images = MediumLoader.images(uuid: "")
        return images.map { $0.command(output: "").joined(separator: " ") }.joined(separator: "\n")
            + MediumMenu(uuid: "", title: "", hasAnswers: true).text
    }

    private let root: String
    private let runInRoot: GrubImageMaker.RunInRoot

    /// Prepares a builder.
    ///
    /// - Parameters:
    ///   - root: The image's tree, with GRUB's packages, dosfstools and mtools in it.
    ///   - runInRoot: Runs a program in the tree, with SOURCE_DATE_EPOCH in its environment.
    package init(root: String, runInRoot: @escaping GrubImageMaker.RunInRoot) {
        self.root = root
        self.runInRoot = runInRoot
    }

    /// Makes the medium.
    ///
    /// - Parameters:
    ///   - contents: What goes on it.
    ///   - identity: Which medium it is.
    ///   - output: The file to make.
    ///   - folder: Where a folder for scratch may be made.
    /// - Throws: `LiveISOError`, `LoaderError`, `CommandError`, `SystemError`.
    package func build(
        _ contents: MediumContents, _ identity: MediumIdentity, to output: String,
        in folder: String
    ) throws {
        let scratch = try TemporaryFolder(in: folder)
        let loader = try MediumLoader(root: root, runInRoot: runInRoot)
            .make(for: identity, in: scratch.path)
        var files = try files(contents, identity, scratch: scratch.path)
        files.append((Place.biosImage, loader.biosImage))
        // What xorriso makes or changes on the way has a sum only afterwards.
        let late = [Place.biosImage, Place.catalog]
        var sums: [(path: String, sum: [UInt8])] = []
        for (path, source) in files where !late.contains(path) {
            sums.append((path, try FileDigest.digest(of: source)))
        }
        let blank = sums + late.map { ($0, [UInt8](repeating: 0, count: 32)) }
        let sumsFile = "\(scratch.path)/sha256sums"
        try FileSystem.writeAtomically(LiveISOBuilder.list(blank), to: sumsFile)
        files.append((Place.sums, sumsFile))
        try FileSystem.removeFile(output)
        try Command("xorriso", arguments(files, loader, identity, output))
            .with(environment: ["SOURCE_DATE_EPOCH": "\(identity.epoch)"]).runChecked()
        try fill(sums, late: late, output)
        try checkSize(contents, output)
    }

    /// The files that are there before the medium is, by their paths on it.
    private func files(
        _ contents: MediumContents, _ identity: MediumIdentity, scratch: String
    ) throws -> [(path: String, source: String)] {
        let menu = "\(scratch)/grub.cfg"
        try FileSystem.writeAtomically(
            MediumMenu(
                uuid: identity.uuid, title: "\(identity.name) \(identity.version)",
                hasAnswers: contents.answers != nil
            ).text, to: menu)
        var files = [
            (Place.menu, menu), (Place.kernel, contents.kernel),
            (Place.initramfs, contents.initramfs), (Place.overlay, contents.overlay),
            (Place.payload, contents.payload),
        ]
        if let answers = contents.answers {
            let path = "\(scratch)/answers.yaml"
            try FileSystem.writeAtomically(answers, to: path)
            files.append((Place.answers, path))
        }
        return files
    }

    /// xorriso's arguments (xorrisofs(1)).
    private func arguments(
        _ files: [(path: String, source: String)], _ loader: MediumLoader.Files,
        _ identity: MediumIdentity, _ output: String
    ) -> [String] {
        [
            "-no_rc", "-as", "mkisofs", "-quiet", "-o", output,
            // Files of more than 4 GiB; names as they are, owned by root.
            "-iso-level", "3", "-r", "-V", identity.label,
            "--modification-date=\(identity.modificationDate)",
            "--set_all_file_dates", "=\(identity.epoch)",
            // A partition for the filesystem, beside the whole device, that the kernel sees too.
            "-partition_offset", "16", "-partition_cyl_align", "off",
            "-iso_mbr_part_type", "a2a0d0ebe5b9334487c068b6b72699c7",
            "--gpt_disk_guid", identity.diskGUID,
            "--protective-msdos-label", "--mbr-force-bootable",
            "--grub2-mbr", loader.stickSector,
            "-append_partition", "2", "28732ac11ff8d211ba4b00a0c93ec93b", loader.efiFilesystem,
            "-appended_part_as_gpt",
            "-c", "/\(Place.catalog)",
            "-b", "/\(Place.biosImage)", "-no-emul-boot", "-boot-load-size", "4",
            "-boot-info-table", "--grub2-boot-info",
            "-eltorito-alt-boot", "-e", "--interval:appended_partition_2:all::", "-no-emul-boot",
            "-graft-points",
        ] + files.map { "/\($0.path)=\($0.source)" }
    }

    /// Writes the list of sums into its place on the medium.
    private func fill(
        _ early: [(path: String, sum: [UInt8])], late: [String], _ output: String
    ) throws {
        let disc = try DiscDirectory(output)
        let sums = try early + late.map { ($0, Hasher.digest(try disc.read($0))) }
        let bytes = Array(LiveISOBuilder.list(sums).utf8)
        let extent = try disc.extent(of: Place.sums)
        guard extent.byteCount == UInt64(bytes.count) else {
            throw LiveISOError.wrongLength(
                file: Place.sums, byteCount: extent.byteCount, wanted: UInt64(bytes.count))
        }
        let file = try File(output, flags: 1)
        let result: Result<Void, SystemError> = bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try file.write(buffer, at: extent.offset) }
        }
        try result.get()
        try file.synchronize()
    }

    private func checkSize(_ contents: MediumContents, _ output: String) throws {
        var limit = LiveISOBuilder.overheadByteLimit
        for path in [contents.payload, contents.kernel, contents.initramfs] {
            limit += try FileSystem.byteCount(of: path) ?? 0
        }
        let byteCount = try FileSystem.byteCount(of: output) ?? 0
        guard byteCount <= limit else {
            throw LiveISOError.tooLarge(byteCount: byteCount, limit: limit)
        }
    }

    private static func list(_ sums: [(path: String, sum: [UInt8])]) -> String {
        sums.sorted { $0.path < $1.path }.map { "\(Hex.encode($0.sum))  \($0.path)\n" }.joined()
    }
}

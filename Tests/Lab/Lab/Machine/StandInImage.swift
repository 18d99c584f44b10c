import Bytes
import Compression
import Digest
import PayloadFile
import Release
import SquashFS
import Syscalls

/// Sizes of a stand-in's files, in bytes; small unless a measurement wants them real.
package struct StandInSizes: Sendable, Equatable {
    /// The root filesystem's one file.
    var rootfs = 12 << 20
    /// The kernel.
    var kernel = 1 << 20
    /// The initramfs.
    var initramfs = 2 << 20

    /// Small ones.
    package init() {}

    /// Takes `ROOTFS,KERNEL,INITRAMFS`; nil for anything else.
    package init?(_ text: String) {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 3, let rootfs = numbers[0], let kernel = numbers[1],
            let initramfs = numbers[2], (numbers.compactMap { $0 }.min() ?? 0) > 0
        else { return nil }
        (self.rootfs, self.kernel, self.initramfs) = (rootfs, kernel, initramfs)
    }
}

/// An image for `slipway-host --image`, and for `images/` of a boot volume.
///
/// It is of the right shape and signed, and nothing in it can be started, as no firmware is here
/// that would.
struct StandInImage {
    /// The version, which makes the content too.
    let version: String
    /// The kind of machine that it is for.
    var compatible = "lab"
    /// Its place in its train.
    var sequence: UInt64 = 1
    /// How large it is.
    var sizes = StandInSizes()

    /// The date of all that is in it, in seconds since 1970.
    private static let epoch: Int64 = 1_795_132_800

    /// Writes a payload of it.
    ///
    /// - Parameters:
    ///   - file: The payload's file.
    ///   - key: Who signs it; nil for nobody.
    /// - Throws: `SquashFSError`, `SystemError`.
    func writePayload(to file: String, signing key: MinisignSecretKey?) throws {
        let folder = try TemporaryFolder()
        try write(to: folder.path, signing: key)
        let manifest = try FileSystem.read("\(folder.path)/\(ReleaseManifest.fileName)")
        let signature = "\(folder.path)/\(ReleaseManifest.signatureFileName)"
        let date = UInt32(StandInImage.epoch)
        let files = try ReleaseManifest(decoding: manifest).paths.map {
            (path: $0, content: SquashFS.Entry.Content.file("\(folder.path)/\($0)"))
        }
        try SquashFS.pack(
            [
                .entries(
                    OuterImage.entries(
                        manifest: manifest,
                        signature: key == nil ? nil : try FileSystem.read(signature),
                        files: files, date: date))
            ], to: file, options: OuterImage.options(date: date))
    }

    /// Writes its files, and its manifest, signed.
    func write(to folder: String, signing key: MinisignSecretKey?) throws {
        let files: [(path: String, bytes: [UInt8])] = [
            ("loader/boot.img", bootImage), ("loader/core.img", coreImage),
            ("loader/BOOTX64.EFI", noise(400_000, "efi")),
            ("loader/grub.cfg", Array("# stands for a grub.cfg\n".utf8)),
            ("vmlinuz", noise(sizes.kernel, "kernel")),
            ("initrd.img", noise(sizes.initramfs, "initramfs")),
            ("rootfs.squashfs", try rootfs()),
            ("installer/slipway-host", noise(100_000, "installer")),
        ]
        for name in ["loader", "installer"] {
            try FileSystem.makeDirectory("\(folder)/\(name)")
        }
        var checksums: [PayloadPath: Checksum] = [:]
        for file in files {
            try FileSystem.writeAtomically(file.bytes, to: "\(folder)/\(file.path)")
            checksums[try PayloadPath(file.path)] = Checksum(sha256: Hasher.digest(file.bytes))
        }
        let size = files.reduce(0) { $0 + $1.bytes.count }
        let manifest = try manifest(checksums, size: UInt64(size)).encode()
        try FileSystem.writeAtomically(manifest, to: "\(folder)/\(ReleaseManifest.fileName)")
        guard let key else { return }
        let signature = try MinisignSignature(
            signing: manifest, with: key, trustedComment: "the lab's image \(version)")
        try FileSystem.writeAtomically(
            signature.encode(), to: "\(folder)/\(ReleaseManifest.signatureFileName)")
    }

    private func manifest(
        _ checksums: [PayloadPath: Checksum], size: UInt64
    ) throws -> ReleaseManifest {
        ReleaseManifest(
            version: try ReleaseName(version, field: "version"),
            train: try ReleaseName("lab", field: "train"), sequence: sequence,
            compatible: try ReleaseName(compatible, field: "compatible"),
            kernelVersion: try ReleaseName("6.12.0", field: "kernel_version"), size: size,
            checksums: checksums,
            buildInfo: BuildInfo(
                name: try ReleaseName("lab", field: "name"), sourceDateEpoch: StandInImage.epoch))
    }

    /// A root filesystem with nothing in it but noise, which no compressor makes smaller.
    private func rootfs() throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let file = SquashFS.Entry(
            path: "noise", kind: .regular(.bytes(noise(sizes.rootfs, "rootfs"))), mode: 0o644)
        try SquashFS.pack(
            [.entries([file])], to: "\(folder.path)/rootfs",
            options: SquashFS.WriterOptions(
                compression: .zstd(level: 1), blockSize: 1 << 17,
                clampTime: UInt32(StandInImage.epoch)))
        return try FileSystem.read("\(folder.path)/rootfs")
    }

    /// A boot sector by its signature.
    private var bootImage: [UInt8] { noise(510, "boot") + [0x55, 0xaa] }

    /// What GRUB's diskboot.S reads: from sector 2 on, all but the first sector.
    private var coreImage: [UInt8] {
        let image = noise(100_000, "core")
        var blockList = ByteWriter()
        blockList.uint64LE(2)
        blockList.uint16LE(UInt16((image.count - 1) / 512))
        return Array(image[..<500]) + blockList.bytes + Array(image[510...])
    }

    private func noise(_ count: Int, _ name: String) -> [UInt8] {
        var generator = SeededGenerator(seed: 0, for: "\(name) \(version)")
        return generator.bytes(count)
    }
}

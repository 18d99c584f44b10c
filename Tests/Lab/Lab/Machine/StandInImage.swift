import Bytes
import Digest
import Release
import Syscalls

/// An image for `slipway-host --image`, and for `images/` of a boot volume.
///
/// It is of the right shape and signed, and nothing in it can be started, as no firmware is here that
/// would.
struct StandInImage {
    /// The version, which makes the content too.
    let version: String

    /// Writes its files, and its manifest, signed.
    func write(to folder: String, signing key: MinisignSecretKey) throws {
        let files: [(path: String, bytes: [UInt8])] = [
            ("loader/boot.img", bootImage), ("loader/core.img", coreImage),
            ("loader/BOOTX64.EFI", noise(400_000, "efi")),
            ("loader/grub.cfg", Array("# stands for a grub.cfg\n".utf8)),
            ("vmlinuz", noise(1 << 20, "kernel")),
            ("initrd.img", noise(2 << 20, "initramfs")),
            ("rootfs.squashfs", noise(12 << 20, "rootfs")),
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
        let signature = try MinisignSignature(
            signing: manifest, with: key, trustedComment: "the lab's image \(version)")
        try FileSystem.writeAtomically(manifest, to: "\(folder)/\(ReleaseManifest.fileName)")
        try FileSystem.writeAtomically(
            signature.encode(), to: "\(folder)/\(ReleaseManifest.signatureFileName)")
    }

    private func manifest(
        _ checksums: [PayloadPath: Checksum], size: UInt64
    ) throws -> ReleaseManifest {
        ReleaseManifest(
            version: try ReleaseName(version, field: "version"),
            train: try ReleaseName("lab", field: "train"), sequence: 1,
            compatible: try ReleaseName("lab", field: "compatible"),
            kernelVersion: try ReleaseName("6.12.0", field: "kernel_version"), size: size,
            checksums: checksums,
            buildInfo: BuildInfo(
                name: try ReleaseName("lab", field: "name"), sourceDateEpoch: 1_795_132_800))
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

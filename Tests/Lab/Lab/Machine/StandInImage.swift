import Bytes
import Digest
import JSON
import Syscalls

/// An image for `slipway-host --image`: of the right shape, and nothing in it can be started, as no
/// firmware is here that would.
enum StandInImage {
    private static let version = "1.0"

    /// Writes its files.
    static func write(to folder: String) throws {
        let files: [(path: String, bytes: [UInt8])] = [
            ("loader/boot.img", bootImage), ("loader/core.img", coreImage),
            ("loader/BOOTX64.EFI", noise(400_000, "efi")),
            ("loader/grub.cfg", Array("# stands for a grub.cfg\n".utf8)),
            ("vmlinuz", kernel), ("initrd.img", noise(2 << 20, "initramfs")),
            ("manifest.json", Array(manifest.text(.pretty).utf8)),
        ]
        try FileSystem.makeDirectory("\(folder)/loader")
        for file in files {
            try FileSystem.writeAtomically(file.bytes, to: "\(folder)/\(file.path)")
        }
    }

    /// docs/payload.md.
    private static var manifest: JSON {
        [
            "format": 1, "version": .string(version), "date": "2026-11-20T00:00:00", "train": "lab",
            "sequence": 1, "compatible": "lab", "kernel_version": "6.12.0", "size": 0,
            "checksums": ["vmlinuz": .string(Hex.encode(Hasher.digest(kernel)))],
            "buildinfo": [
                "name": "lab", "source_date_epoch": 1_795_132_800, "re_resolved": [], "tools": [:],
                "libraries": [:],
            ],
        ]
    }

    private static var kernel: [UInt8] { noise(1 << 20, "kernel") }

    /// A boot sector by its signature.
    private static var bootImage: [UInt8] { noise(510, "boot") + [0x55, 0xaa] }

    /// What GRUB's diskboot.S reads: from sector 2 on, all but the first sector.
    private static var coreImage: [UInt8] {
        let image = noise(100_000, "core")
        var blockList = ByteWriter()
        blockList.uint64LE(2)
        blockList.uint16LE(UInt16((image.count - 1) / 512))
        return Array(image[..<500]) + blockList.bytes + Array(image[510...])
    }

    private static func noise(_ count: Int, _ name: String) -> [UInt8] {
        var generator = SeededGenerator(seed: 0, for: name)
        return generator.bytes(count)
    }
}

import Command
import LiveISO
import Payload
import Release
import Syscalls

/// A medium with small contents, made from this machine's GRUB.
struct SampleMedium {
    /// Whether the programs that make it are there.
    static let hasTools =
        ["xorriso", "grub-mkimage", "mkfs.vfat", "mcopy"].allSatisfy {
            Command($0).locate() != nil
        } && FileSystem.exists("/usr/lib/grub/i386-pc/boot_hybrid.img")
        && FileSystem.exists("/usr/lib/grub/x86_64-efi/fat.mod")

    let folder: TemporaryFolder
    let contents: MediumContents
    let identity: MediumIdentity
    var path: String { folder.path + "/medium.iso" }

    /// Makes a medium; `umask` is taken from the modes of what goes on it.
    init(
        kernel: [UInt8] = Array("kernel".utf8), payload: [UInt8] = Array("payload".utf8),
        answers: [UInt8]? = nil, mode: UInt32 = 0o644, in parent: String = "/tmp"
    ) throws {
        folder = try TemporaryFolder(in: parent)
        let folder = folder.path
        func write(_ bytes: [UInt8], _ name: String) throws -> String {
            try FileSystem.writeAtomically(bytes, to: "\(folder)/\(name)", mode: mode)
            return "\(folder)/\(name)"
        }
        contents = MediumContents(
            payload: try write(payload, "p"), kernel: try write(kernel, "k"),
            initramfs: try write([UInt8](repeating: 7, count: 5000), "i"),
            overlay: try write(Array("overlay".utf8), "o"), answers: answers)
        identity = MediumIdentity(
            name: try ReleaseName("slipway", field: "name"),
            version: try ReleaseName("2026.11.20", field: "version"), epoch: 1_763_596_800,
            content: [payload, answers ?? []])
        try FileSystem.makeDirectory(folder + "/root/usr/lib")
        for name in ["bin", "sbin", "lib/grub"] {
            try FileSystem.makeLink("\(folder)/root/usr/\(name)", to: "/usr/\(name)")
        }
        let root = folder + "/root"
        try LiveISOBuilder(root: root) { words in
            // Not in a chroot: what it reads and writes there has the root in front.
            let arguments = words.dropFirst().map {
                $0.hasPrefix(GrubImageMaker.scratchPath) ? root + $0 : $0
            }
            try Command(words[0], arguments)
                .with(environment: ["SOURCE_DATE_EPOCH": "1763596800", "MTOOLSRC": "/dev/null"])
                .runChecked()
        }.build(contents, identity, to: path, in: folder)
    }

    /// Takes everything off the medium, as sha256sum would read it.
    func extract() throws -> String {
        let target = folder.path + "/extracted"
        try Command(
            "xorriso", ["-no_rc", "-osirrox", "on", "-indev", path, "-extract", "/", target]
        )
        .runChecked()
        return target
    }

    /// What `sha256sum -c` says of the files in a folder.
    static func check(_ folder: String) throws -> CommandResult {
        var command = Command("sha256sum", ["-c", "--quiet", LiveISOBuilder.Place.sums])
        command.folder = folder
        return try command.run()
    }
}

import Command
import Debian
import LiveISO
import Syscalls

/// Rows about whole machines, measured in QEMU by `slipway-e2e measure`.
enum MachineRows {
    static var all: [Row] {
        [
            start(
                "start-live", "the installer's prompt", ours: "live-prompt", peer: "debian-prompt"),
            start(
                "start-installed", "multi-user.target", ours: "installed-multi-user",
                peer: "debian-multi-user"),
            Row(
                name: "idle-written",
                meaning: "bytes an hour that an idle host writes to its card, half an hour after"
                    + " it was started",
                metric: .written, bound: .below(5_000_001), isExact: true,
                make: { bench in (measure("idle", bench, unit: 1), nil) }),
            Row(
                name: "iso-size",
                meaning: "length of the live medium; payload, kernel, initramfs and 25 MB",
                metric: .size, bound: .ratio(1), isExact: true,
                make: { bench in
                    let output = "\(bench.workFolder)/iso-size.iso"
                    var make = Command(
                        bench.program, ["iso", "--lock=auto", "--unsigned", "-o", output])
                    make.folder = bench.root
                    let bound = Row.Subject(reading: { try parts(of: output) + 25_000_000 })
                    return (Row.Subject(make, output: output), bound)
                }, cleanUp: { try FileSystem.removeFile("\($0.workFolder)/iso-size.iso") }),
        ]
    }

    private static func start(_ name: String, _ goal: String, ours: String, peer: String) -> Row {
        Row(
            name: name,
            meaning: "seconds from the kernel's start to \(goal), emulated; a stock Debian live"
                + " image",
            metric: .wall, bound: .ratio(1.5), packages: ["mmdebstrap", "grub-common"],
            make: { bench in
                try makeDebianLive(bench)
                return (
                    measure(ours, bench, unit: 1_000_000), measure(peer, bench, unit: 1_000_000)
                )
            })
    }

    private static func measure(_ what: String, _ bench: Bench, unit: Double) -> Row.Subject {
        let output = "\(bench.workFolder)/\(what).number"
        var command = Command(
            "\(bench.root)/.build/release/slipway-e2e",
            ["measure", what, "--output", output, "--medium", debianLive(bench)])
        command.folder = bench.root
        return Row.Subject(
            command,
            reading: {
                let text = try FileSystem.readText(output)
                guard let number = Double(text.prefix { !$0.isNewline }) else {
                    throw NoNumber(file: output)
                }
                return number / unit
            })
    }

    /// The bytes of what a medium cannot do without.
    private static func parts(of medium: String) throws -> Double {
        typealias Place = LiveISOBuilder.Place
        let files = try DiscDirectory(medium)
        return try [Place.payload, Place.kernel, Place.initramfs].reduce(0) {
            try $0 + Double(files.extent(of: $1).byteCount)
        }
    }

    private static func debianLive(_ bench: Bench) -> String {
        "\(bench.workFolder)/debian-live.iso"
    }

    /// Makes a live image as Debian's own are: packages of priority standard, live-boot,
    /// live-config.
    private static func makeDebianLive(_ bench: Bench) throws {
        guard !FileSystem.exists(debianLive(bench)) else { return }
        let folder = try TemporaryFolder(in: bench.workFolder)
        let (root, medium) = ("\(folder.path)/root", "\(folder.path)/medium")
        for name in ["live", "boot/grub"] { try FileSystem.makeDirectory("\(medium)/\(name)") }
        try Command(
            "mmdebstrap",
            [
                "--mode=root", "--quiet", "--variant=standard", "--architectures=amd64",
                "--include=linux-image-amd64,live-boot,live-config,live-config-systemd",
                "--customize-hook=echo root:live | chroot \"$1\" chpasswd",
                "trixie", root, try ArchiveLocation.host(isSecurity: false).resolve(),
            ]
        ).with(environment: Proxies.environment).runChecked()
        try Command(
            "mksquashfs",
            [
                root, "\(medium)/live/filesystem.squashfs", "-comp", "zstd", "-quiet",
                "-no-progress", "-e", "boot",
            ]
        ).runChecked()
        try Command("sh", ["-c", "cp \"$0\"/boot/vmlinuz-* \"$1\"/live/vmlinuz", root, medium])
            .runChecked()
        try Command("sh", ["-c", "cp \"$0\"/boot/initrd.img-* \"$1\"/live/initrd", root, medium])
            .runChecked()
        try FileSystem.writeAtomically(
            """
            linux /live/vmlinuz boot=live quiet console=tty0 console=ttyS0,115200n8
            initrd /live/initrd
            boot

            """, to: "\(medium)/boot/grub/grub.cfg")
        try Command("grub-mkrescue", ["-o", debianLive(bench), medium]).runChecked()
    }
}

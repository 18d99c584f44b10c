import BootLoader
import Command
import Payload
import Storage
import Syscalls
import Testing

/// A leg that a PC's firmware really starts from.
@Suite(
    .serialized,
    .enabled(
        if: hasTools && Command("qemu-system-x86_64").locate() != nil
            && FileSystem.exists("/usr/lib/grub/i386-pc/boot.img")
            && FileSystem.exists("/usr/lib/grub/x86_64-efi/fat.mod"),
        "needs mtools, QEMU, grub-pc-bin and grub-efi-amd64-bin"))
struct FirmwareTests {
    /// Says on the serial port what GRUB finds, and ends.
    private let configuration = """
        serial --unit=0 --speed=115200
        terminal_output serial
        echo "prefix ${prefix}"
        load_env --file "${prefix}/grubenv" image
        echo "image ${image}"
        if [ -s "/images/${image}/vmlinuz" ]; then echo "kernel is there"; fi
        save_env --file "${prefix}/grubenv" image
        reboot

        """

    /// A firmware, and the file that QEMU takes it from.
    struct Machine: CustomTestStringConvertible, Sendable {
        let firmware: Firmware
        let file: String
        var testDescription: String { file }
        var isInstalled: Bool { FileSystem.exists(file) }
    }

    static let machines = [
        Machine(firmware: .bios, file: "/usr/share/seabios/bios-256k.bin"),
        Machine(firmware: .efi, file: "/usr/share/ovmf/OVMF.fd"),
    ]

    @Test(
        "the firmware starts GRUB, which reads the ESP of the disk it was started from",
        arguments: machines.filter(\.isInstalled))
    func start(machine: Machine) throws {
        let image = try LegImage(firmware: [machine.firmware])
        let loader = image.folder.path + "/loader"
        try makeLoader(loader, root: image.folder.path)
        let shipped = try LoaderContent(folder: loader, files: [])
        let variables = Array("# GRUB Environment Block\nimage=25.04.1-a+b~c\n".utf8)
        let content = try LoaderContent(
            bios: shipped.bios, configuration: .bytes(Array(configuration.utf8)),
            efiImage: .file(loader + "/BOOTX64.EFI"),
            files: [
                SystemFile(
                    path: "images/25.04.1-a+b~c/vmlinuz", content: .bytes(LegImage.pattern(5000))),
                SystemFile(
                    path: "grub/grubenv",
                    content: .seed(
                        variables + [UInt8](repeating: 35, count: 1024 - variables.count))),
            ])
        let writer = GrubBootLegWriter(content)
        try writer.writeSystemPartition(of: image.leg)
        try writer.writeBootCode(of: image.leg)
        // GRUB's reboot ends QEMU. One that finds nothing would wait for ever.
        let result = try Command(
            "timeout",
            [
                "300", "qemu-system-x86_64", "-machine", "pc", "-bios", machine.file, "-accel",
                "tcg", "-m", "128",
                "-display", "none", "-nic", "none", "-monitor", "none", "-no-reboot",
                "-serial", "stdio", "-drive", "file=\(image.file.path),format=raw,if=ide",
            ]
        ).runChecked()
        for line in ["prefix (hd0,gpt2)/grub", "image 25.04.1-a+b~c", "kernel is there"] {
            #expect(result.text.contains(line), "\(line) is not in \(result.text)")
        }
        #expect(try writer.state(of: image.leg) == .complete)
    }

    /// Makes a payload's loader from this machine's GRUB.
    private func makeLoader(_ folder: String, root: String) throws {
        try FileSystem.makeDirectory(root + "/usr/lib")
        try FileSystem.makeLink(root + "/usr/lib/grub", to: "/usr/lib/grub")
        try LoaderBuilder(root: root) { command in
            // Not in a chroot: it writes where it would have.
            let arguments = zip(command, [""] + command).map { word, previous in
                previous == "-o" ? root + word : word
            }
            try Command(arguments[0], Array(arguments.dropFirst())).runChecked()
        }.build(into: folder)
    }
}

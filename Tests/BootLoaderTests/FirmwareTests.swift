import BootLoader
import Command
import DiskFormats
import Payload
import Release
import Storage
import Syscalls
import Testing

/// A leg that a PC's firmware really starts from, with the shipped grub.cfg and a kernel that says
/// what it was told.
@Suite(
    .serialized,
    .enabled(
        if: hasTools && Command("qemu-system-x86_64").locate() != nil
            && FileSystem.exists("/usr/lib/grub/i386-pc/boot.img")
            && FileSystem.exists("/usr/lib/grub/x86_64-efi/fat.mod"),
        "needs mtools, QEMU, grub-pc-bin and grub-efi-amd64-bin"))
struct FirmwareTests {
    /// A firmware, and the file that QEMU takes it from.
    struct Machine: CustomTestStringConvertible, Sendable {
        let firmware: Firmware
        let file: String
        /// Where the card's reader is: OVMF's driver for USB 3 does not come back from a write that
        /// the card refused.
        let controller: String
        var testDescription: String { file }
        var isInstalled: Bool { FileSystem.exists(file) }
    }

    static let machines = [
        Machine(
            firmware: .bios, file: "/usr/share/seabios/bios-256k.bin",
            controller: "qemu-xhci"),
        Machine(firmware: .efi, file: "/usr/share/ovmf/OVMF.fd", controller: "usb-ehci"),
    ].filter(\.isInstalled)

    private static let old = "25.04.1-a+b~c"
    private static let new = "26.04"
    private static let oldest = "24.10"

    /// What the kernel of the confirmed image is told.
    private static func words(_ image: String, try count: Int? = nil) -> String {
        "slipway.image=\(image) slipway.array=1:2:3:4 slipway.leg=card"
            + (count.map { " slipway.try=\($0)" } ?? "") + " panic=30 console=ttyS0 x=$y;reboot"
    }

    private func state(
        confirmed: String? = old, previous: String? = nil, trying: String? = nil
    ) throws -> BootState {
        func name(_ text: String?) throws -> ReleaseName? {
            try text.map { try ReleaseName($0, field: "version") }
        }
        // Options that a shell would do things with.
        return BootState(
            generation: 5, confirmed: try name(confirmed), previous: try name(previous),
            trying: try name(trying), options: "console=ttyS0 x=$y;reboot")
    }

    @Test("tries are counted down, then the confirmed image comes back", arguments: machines)
    func counting(machine: Machine) throws {
        let card = try Card(machine)
        try card.write(state(previous: Self.oldest, trying: Self.new))
        #expect(try card.start().contains(Self.words(Self.new, try: 1)))
        #expect(try card.environment()["left"] == "1")
        // That GRUB has counted is no difference.
        #expect(
            try card.writer(state(previous: Self.oldest, trying: Self.new)).state(
                of: card.image.leg) == .complete)
        #expect(try card.start().contains(Self.words(Self.new, try: 0)))
        for _ in 0..<2 {
            #expect(try card.start().contains(Self.words(Self.old)))
            #expect(try card.environment()["left"] == "0")
        }
        try card.write(state(confirmed: Self.new, previous: Self.old))
        #expect(try card.start().contains(Self.words(Self.new)))
        #expect(try !card.image.volume().hasFolder("images/\(Self.oldest)"))
    }

    @Test("a write-protected card starts the confirmed image", arguments: machines)
    func protected(machine: Machine) throws {
        let card = try Card(machine)
        try card.write(state(trying: Self.new))
        let text = try card.start(isReadOnly: true)
        #expect(text.contains("slipway: \(Self.new) is not tried"))
        #expect(text.contains(Self.words(Self.old)))
        #expect(try card.environment()["left"] == "2")
    }

    @Test("a card that only pretends to write starts the confirmed image", arguments: machines)
    func lying(machine: Machine) throws {
        let parts = GrubConfiguration.text.split(
            separator: "save_env --file \"${prefix}/grubenv\" left",
            omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        let card = try Card(machine, configuration: parts.joined(separator: "echo lied"))
        try card.write(state(trying: Self.new))
        let text = try card.start()
        #expect(text.contains("lied"))
        #expect(text.contains(Self.words(Self.old)))
    }

    @Test("what cannot be loaded gives way: trying, confirmed, previous", arguments: machines)
    func fallback(machine: Machine) throws {
        let card = try Card(machine)
        try card.write(state(previous: Self.oldest, trying: Self.new))
        try card.remove("images/\(Self.new)/initrd.img")
        let first = try card.start()
        #expect(first.contains(Self.words(Self.old)), "\(first.suffix(800))")
        try card.remove("images/\(Self.old)/vmlinuz")
        let second = try card.start()
        #expect(second.contains(Self.words(Self.oldest)), "\(second.suffix(800))")
    }

    @Test("nothing is started from a card whose installation was cut", arguments: machines)
    func unfinished(machine: Machine) throws {
        // The menu waits for a person; nobody is here to choose "Restart".
        let parts = GrubConfiguration.text.split(
            separator: "set timeout=-1", omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        let card = try Card(machine, configuration: parts.joined(separator: "set timeout=1"))
        try card.write(state(confirmed: nil))
        #expect(try card.start().contains("The installation was not finished"))
        try card.remove("grub/grubenv")
        #expect(try card.start().contains("grubenv is missing or damaged"))
    }
}

/// A card with the loader, and the machine that it is put into.
private struct Card {
    let image: LegImage
    private let machine: FirmwareTests.Machine
    private let folder: String

    init(
        _ machine: FirmwareTests.Machine, configuration: String = GrubConfiguration.text
    ) throws {
        self.machine = machine
        image = try LegImage(firmware: [machine.firmware])
        folder = image.folder.path
        try makeLoader()
        try FileSystem.writeAtomically(configuration, to: "\(folder)/loader/grub.cfg")
        try FileSystem.makeDirectory("\(folder)/image")
        try FileSystem.writeAtomically(StandInKernel.bytes, to: "\(folder)/image/vmlinuz")
        try FileSystem.writeAtomically(
            LegImage.pattern(9000), to: "\(folder)/image/initrd.img")
    }

    func writer(_ state: BootState) throws -> GrubBootLegWriter {
        try GrubBootLegWriter(
            BootLegContent(
                state: state,
                images: Dictionary(
                    uniqueKeysWithValues: state.images.map { ($0, "\(folder)/image") }),
                loader: "\(folder)/loader", array: "1:2:3:4", layout: Array("{}".utf8)))
    }

    func write(_ state: BootState) throws {
        let writer = try writer(state)
        try writer.writeSystemPartition(of: image.leg)
        try writer.writeBootCode(of: image.leg)
    }

    func environment() throws -> GrubEnvironment {
        try GrubEnvironment(parsing: image.content("grub/grubenv"))
    }

    func remove(_ path: String) throws {
        try Command(
            "mdel", ["-i", "\(image.file.path)@@\(LegImage.systemPartition.start)", "::/\(path)"]
        ).runChecked()
    }

    /// Starts the machine; the kernel's reset, or GRUB's reboot, ends it.
    ///
    /// - Parameter isReadOnly: Whether the card's switch is at "lock".
    /// - Returns: What came out of the serial port.
    /// - Throws: `CommandError` when the machine does not end by itself.
    func start(isReadOnly: Bool = false) throws -> String {
        let command = Command(
            "timeout",
            [
                "1800", "qemu-system-x86_64", "-machine", "pc", "-bios", machine.file, "-accel",
                "tcg", "-m", "128", "-display", "none", "-nic", "none", "-monitor", "none",
                "-no-reboot", "-serial", "stdio", "-device", "\(machine.controller),id=usb",
                "-drive",
                "if=none,id=card,file=\(image.file.path),format=raw"
                    + (isReadOnly ? ",readonly=on" : ""),
                "-device", "usb-storage,bus=usb.0,drive=card,removable=on",
            ])
        return try command.runChecked().text
    }

    /// Makes a payload's loader from this machine's GRUB.
    private func makeLoader() throws {
        try FileSystem.makeDirectory(folder + "/usr/lib")
        try FileSystem.makeLink(folder + "/usr/lib/grub", to: "/usr/lib/grub")
        let root = folder
        try LoaderBuilder(root: root) { command in
            // Not in a chroot: it writes where it would have.
            let arguments = zip(command, [""] + command).map { word, previous in
                previous == "-o" ? root + word : word
            }
            try Command(arguments[0], Array(arguments.dropFirst())).runChecked()
        }.build(into: folder + "/loader")
    }
}

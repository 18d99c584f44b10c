import Command
import Lab
import Syscalls

/// One story on one machine: its disks, its starts, its logs.
final class StoryRun {
    /// What starts the machine.
    let firmware: Firmware
    /// The media that there are.
    let media: Media
    /// The way into the guest.
    let shell: RemoteShell
    /// How many times longer things may take than on an idle host.
    let patience: Int
    /// The folder of its logs.
    let logs: String

    private let folder: TemporaryFolder
    private var machines: [VirtualMachine] = []
    private var startCount = 0
    private var cardCount = 0

    /// The card that is in the reader.
    private(set) var card: Disk
    /// The NVMe disk that mirrors it.
    let large: Disk
    /// The NVMe disk of the VM store.
    let small: Disk

    /// Makes a machine with blank disks.
    ///
    /// - Parameters:
    ///   - name: What the logs' folder is called.
    ///   - firmware: What starts it.
    ///   - media: The media that there are.
    ///   - places: Where disks and logs are.
    /// - Throws: `SystemError`.
    init(_ name: String, firmware: Firmware, media: Media, places: StoryPlaces) throws {
        self.firmware = firmware
        self.media = media
        patience = places.patience
        logs = "\(places.logs)/\(name)-\(firmware.rawValue)"
        try FileSystem.removeTree(logs)
        try FileSystem.makeDirectory(logs)
        try FileSystem.makeDirectory(places.disks)
        folder = try TemporaryFolder(in: places.disks)
        shell = RemoteShell(
            port: try RemoteShell.freePort(), key: media.key,
            knownHosts: "\(folder.path)/known-hosts", patience: patience)
        large = Disk(name: "large", path: "\(folder.path)/large", bus: .nvme(serial: "NVME-L"))
        small = Disk(name: "small", path: "\(folder.path)/small", bus: .nvme(serial: "NVME-S"))
        card = Disk(name: "card", path: "", bus: .usb(serial: "READER"))
        try DiskImage.makeBlank(large.path, byteCount: 20_000_000_000)
        try DiskImage.makeBlank(small.path, byteCount: 3_000_000_000)
        try changeCard()
    }

    /// Puts a blank card into the reader of a machine that is off, in place of the one there.
    ///
    /// - Returns: The old card.
    @discardableResult
    func changeCard() throws -> Disk {
        let old = card
        cardCount += 1
        // No two cards have the same size, but every one is sold as the same.
        let path = "\(folder.path)/card-\(cardCount)"
        try DiskImage.makeBlank(path, byteCount: 16_000_000_000 - UInt64(cardCount) * 3 << 20)
        card = Disk(name: "card-\(cardCount)", path: path, bus: .usb(serial: "READER"))
        return old
    }

    /// Sets the card's switch so that it refuses writes.
    func protectCard() { card.isProtected = true }

    /// Takes the disks of another run, as they are.
    func copyDisks(of other: StoryRun) throws {
        for (from, to) in [(other.card, card), (other.large, large), (other.small, small)] {
            try Command("cp", ["--sparse=always", from.path, to.path]).runChecked()
        }
    }

    /// Turns the machine on.
    ///
    /// - Parameters:
    ///   - medium: The medium that is in it and is started from.
    ///   - inserted: Other disks that are in it.
    ///   - missing: Disks of its own that are not.
    ///   - mayRestart: Whether the guest may restart; else the machine is off then.
    ///   - megabytes: Its memory in MiB.
    ///   - served: What a web server at 10.0.2.100 has; without it there is none.
    /// - Returns: The running machine.
    /// - Throws: `StoryFailure`.
    func start(
        medium: Disk? = nil, inserted: [Disk] = [], without missing: [Disk] = [],
        mayRestart: Bool = false, megabytes: Int = 2048, served: [UInt8]? = nil
    ) throws -> VirtualMachine {
        startCount += 1
        let hardware = Hardware(
            firmware: firmware,
            bootable: [medium, card].compactMap { $0 }.filter { !missing.contains($0) },
            others: [large, small].filter { !missing.contains($0) } + inserted,
            sshPort: shell.port, mayRestart: mayRestart, megabytes: megabytes,
            server: try served.map(makeServer))
        for machine in machines { machine.cut() }
        let machine = try VirtualMachine(
            hardware, folder: folder.path, logs: "\(logs)/start-\(startCount)", patience: patience)
        machines = [machine]
        return machine
    }

    /// Makes a program that answers one request, and has the same for each.
    private func makeServer(_ content: [UInt8]) throws -> String {
        let answer = "\(folder.path)/answer"
        let head =
            "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(content.count)\r\n\r\n"
        try FileSystem.writeAtomically(Array(head.utf8) + content, to: answer)
        let program = "\(folder.path)/server"
        // What was not read of a request would end the connection before the answer came.
        try FileSystem.writeAtomically(
            """
            while read -r line && [ ${#line} -gt 1 ]; do :; done
            cat '\(answer)'

            """, to: program)
        return "sh \(program)"
    }

    /// Turns the machine off and keeps a picture of its screen.
    func stop(takingPicture: Bool) {
        for machine in machines {
            if takingPicture { machine.takePicture() }
            machine.cut()
        }
        machines = []
    }
}

/// Where stories have their files.
struct StoryPlaces: Sendable {
    /// Media and keys.
    let media: String
    /// Disks, while stories run.
    let disks: String
    /// Logs of stories that failed.
    let logs: String
    /// `slipway`.
    let program: String
    /// How many times longer things may take than on an idle host.
    let patience: Int
}

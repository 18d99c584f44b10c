import Command
import LiveISO
import Syscalls

/// The media that stories start machines from, made by `slipway iso` when one is first needed.
final class Media {
    /// One medium.
    struct Medium: Equatable {
        /// The image's version.
        let version: String
        /// The file.
        let path: String

        /// It as a disk of a machine.
        func disk(_ bus: Disk.Bus) -> Disk { Disk(name: "medium", path: path, bus: bus) }
    }

    /// The version that is installed, and those after it.
    static let versions = ["e2e.1", "e2e.2", "e2e.3"]

    /// Where media and what they are made from are.
    let folder: String
    /// The secret key's file whose public half the answers have.
    let key: String

    private let program: String
    private var made: [String: Medium] = [:]

    /// Prepares media.
    ///
    /// - Parameters:
    ///   - folder: Where they are made.
    ///   - program: `slipway`.
    /// - Throws: `StoryFailure.missing`.
    init(folder: String, program: String) throws {
        self.folder = folder
        self.program = program
        key = "\(folder)/key"
        guard FileSystem.exists(program) else {
            throw StoryFailure.missing(path: program, cure: "'make tools' builds it")
        }
        try FileSystem.makeDirectory(folder)
        if !FileSystem.exists(key) { _ = try RemoteShell.makeKey(key) }
    }

    /// The medium that installs the first version without asking.
    func unattended() throws -> Medium {
        let path = "\(folder)/answers.yaml"
        try FileSystem.writeAtomically(try answers(), to: path)
        return try make("unattended", version: 0, ["--answers", path])
    }

    /// The answers of the unattended installation.
    func answers() throws -> String { StoryAnswers.text(key: try publicKey()) }

    /// The line of the key that machines let in.
    func publicKey() throws -> String {
        String(try FileSystem.readText(key + ".pub").prefix { !$0.isNewline })
    }

    /// The medium of the first version, without answers.
    func first() throws -> Medium { try make("first", version: 0, []) }

    /// The medium of the second version, without answers.
    func second() throws -> Medium { try make("second", version: 1, []) }

    /// The medium of a third version, which is installed nowhere, without answers.
    func third() throws -> Medium { try make("third", version: 2, []) }

    /// A medium of which one bit is wrong, in a file.
    func damaged(in file: String) throws -> Medium {
        let whole = try first()
        let path = "\(folder)/damaged.iso"
        try Command("cp", ["--sparse=never", whole.path, path]).runChecked()
        let extent = try DiscDirectory(path).extent(of: file)
        let image = try File(path, flags: 2)
        let bytes = try image.read(1, at: extent.offset + extent.byteCount / 2).map { $0 ^ 16 }
        try bytes.withUnsafeBytes { buffer in
            try image.write(buffer, at: extent.offset + extent.byteCount / 2)
        }
        return Medium(version: whole.version, path: path)
    }

    private func make(_ name: String, version: Int, _ options: [String]) throws -> Medium {
        if let medium = made[name] { return medium }
        let medium = Medium(version: Media.versions[version], path: "\(folder)/\(name).iso")
        var command = Command(
            program,
            [
                "iso", "--lock=auto", "--image-version", medium.version,
                "--sequence", "\(version + 1)", "-o", medium.path,
            ] + options)
        command.folder = try FileSystem.readLink("/proc/self/cwd")
        try command.runChecked()
        made[name] = medium
        return medium
    }
}

/// The answers of an installation on the machine of the stories.
enum StoryAnswers {
    /// What the machine is called.
    static let hostname = "e2e"

    /// A card and two NVMe disks, as in `tvs-663.yaml`, in small and for both firmwares.
    static func text(key: String) -> String {
        """
        layout:
          name: e2e
          summary: a card and an NVMe disk mirror the system, two NVMe disks the VM store
          disks:
            card:
              match: {bus: usb, removable: true, sold-as: 16 GB}
              firmware: [bios, efi]
              partitions:
                - {name: bios, holds: bios-boot, size: 1 MiB}
                - {name: esp, holds: esp, size: 512 MiB}
                - {name: boot, holds: boot, size: rest, write-mostly: true}
            large:
              match: {bus: nvme, size: 19 GB .. 25 GB}
              partitions:
                - {name: bios, holds: bios-boot, size: 1 MiB}
                - {name: esp, holds: esp, size: 512 MiB}
                - {name: boot, holds: boot, size: array}
                - {name: vms, holds: vms, size: array}
            small:
              match: {bus: nvme, size: 2 GB .. 4 GB}
              partitions:
                - {name: vms, holds: vms, size: rest}
          arrays:
            boot: {level: 1, metadata: "1.0", size: rest, bitmap: 1 MiB}
            vms: {level: 1, metadata: "1.2", size: rest, bitmap: 64 MiB}
          volumes:
            boot: {array: boot, filesystem: ext4, label: slipway-boot, mount: /run/slipway/boot, options: [noatime]}
            vms: {array: vms, filesystem: ext4, label: slipway-vms, mount: /srv/vms, options: [noatime, nofail]}
        hostname: \(hostname)
        timezone: Europe/Berlin
        network: dhcp
        kernel-options: [quiet]
        ssh-keys:
          - \(key)
        when-done: poweroff

        """
    }
}

import BootLoader
import Command
import CSyscalls
import Deployment
import Digest
import DiskFormats
import Events
import JSON
import PayloadFile
import Release
import SquashFS
import Storage
import Synchronization
import Syscalls

/// Whether the tools that write an EFI system partition are there.
let hasTools = ["mkfs.vfat", "mcopy", "mmd", "mdeltree"].allSatisfy {
    Command($0).locate() != nil
}

/// A machine with a card and an NVMe: image files with the tables of boot legs, and a folder for the
/// boot volume.
final class Machine: Sendable {
    static let uuid = "00000001:00000002:00000003:00000004"
    private static let mebibyte: UInt64 = 1 << 20
    private static let systemPartition = Extent(start: 2 * mebibyte, byteCount: 64 * mebibyte)
    private static let data = Extent(start: 66 * mebibyte, byteCount: 4 * mebibyte)
    private static let byteCount = 72 * mebibyte
    private static let roles = ["card", "nvme"]

    let folder: TemporaryFolder
    let volume: BootVolume
    let key = MinisignSecretKey.make()
    /// The disks that are in the machine, by their roles.
    private let present = Mutex<Set<String>>(["card", "nvme"])

    /// Makes a machine on which nothing is installed.
    init() throws {
        folder = try TemporaryFolder()
        volume = try BootVolume.make(at: "\(folder.path)/volume")
        try FileSystem.makeDirectory("\(volume.path)/state/slipway")
        try FileSystem.writeAtomically(
            Layout(parsing: Array(Machine.layout.utf8), file: "layout").json.text(.pretty),
            to: "\(volume.path)/\(RecordedLayout.path)")
        for role in Machine.roles { try makeDisk(role) }
    }

    private static let layout = """
        name: test
        disks:
          card:
            match: {bus: usb}
            firmware: [bios, efi]
            partitions:
              - {name: bios, holds: bios-boot, size: 1 MiB}
              - {name: esp, holds: esp, size: 64 MiB}
              - {name: boot, holds: boot, size: 4 MiB}
          nvme:
            match: {bus: nvme}
            firmware: [efi]
            partitions:
              - {name: bios, holds: bios-boot, size: 1 MiB}
              - {name: esp, holds: esp, size: 64 MiB}
              - {name: boot, holds: boot, size: 4 MiB}
        arrays:
          boot: {level: 1, metadata: "1.0", size: 3 MiB, bitmap: 1 MiB, uuid: "\(uuid)"}
        volumes:
          boot: {array: boot, filesystem: ext4, label: boot, mount: /run/slipway/boot}

        """

    /// Takes all other disks out.
    func keep(_ roles: Set<String>) { present.withLock { $0 = roles } }

    func disk(_ role: String) -> String { "\(folder.path)/\(role)" }

    private static func entries() -> [(number: Int, type: GUID, extent: Extent)] {
        [
            (1, .biosBoot, Extent(start: mebibyte, byteCount: mebibyte)),
            (2, .esp, systemPartition), (3, .linuxRAID, data),
        ]
    }

    private func makeDisk(_ role: String) throws {
        let file = try File.create(disk(role))
        try checked("ftruncate", file.path) {
            ftruncate(file.descriptor, off_t(Machine.byteCount))
        }
        let table = try GPT(
            sectorSize: .bytes512, sectorCount: Machine.byteCount / 512, diskGUID: .zero,
            entries: Machine.entries().map { entry in
                GPT.Entry(
                    number: entry.number, type: entry.type, unique: entry.type,
                    firstLBA: entry.extent.start / 512, lastLBA: entry.extent.end / 512 - 1)
            })
        for write in try table.writes(
            sectorCount: Machine.byteCount / 512, firstSector: [UInt8](repeating: 0, count: 512))
        {
            try write.bytes.withUnsafeBytes { try file.write($0, at: write.offset) }
        }
    }

    // MARK: Looking

    func observation() -> Observation {
        let present = present.withLock { $0 }
        let disks = Machine.roles.enumerated().filter { present.contains($0.element) }.map {
            slot, role in
            let member = ObservedMember(
                metadata: .v1_0, arrayUUID: Machine.uuid, arrayName: "boot", deviceUUID: role,
                raidDisks: 2, dataByteCount: 3 << 20, role: .slot(slot),
                activeSlots: [true, true], events: 10)
            return ObservedDisk(
                path: disk(role), byteCount: Machine.byteCount,
                bus: role == "card" ? .usb : .nvme,
                table: .gpt(
                    ObservedGPT(
                        guid: GUID.zero.description,
                        partitions: Machine.entries().map { entry in
                            ObservedPartition(
                                number: entry.number, type: entry.type.description,
                                guid: entry.type.description, name: "\(entry.number)",
                                extent: entry.extent)
                        })),
                areas: [
                    ObservedArea(
                        extent: Machine.data, device: nil, partition: 3,
                        signatures: [.member(member)])
                ])
        }
        return Observation(disks: disks, arrays: [])
    }

    private func leg(_ role: String) -> BootLeg {
        BootLeg(
            role: role, disk: disk(role), biosBoot: nil,
            systemPartition: Machine.systemPartition, firmware: [.efi])
    }

    /// GRUB's variables on a disk.
    func environment(_ role: String) throws -> GrubEnvironment? {
        try BootLegReader.environment(of: leg(role))
    }

    /// Counts as GRUB does.
    func count(_ left: String, on role: String) throws {
        var variables = try environment(role) ?? [:]
        variables["left"] = left
        var command = Command(
            "mcopy",
            ["-o", "-i", "\(disk(role))@@\(Machine.systemPartition.start)", "-", "::/grub/grubenv"])
        command.input = try variables.encoded()
        try command.runChecked()
    }

    /// The files of a disk's EFI system partition.
    func files(_ role: String) throws -> [String] {
        try FAT32(
            reading: AreaBytes(Machine.systemPartition, of: DeviceBytes(disk(role)))
        ).files.map(\.path)
    }

    /// The names in the folder of images.
    func images() throws -> [String] { try FileSystem.list("\(volume.path)/images") }

    // MARK: Changing

    /// Changes of what is started, as seen by a system that was started with these words.
    func deployer(_ words: String = "") -> Deployer {
        Deployer(volume, words: KernelWords(words), events: .discarding) { self.observation() }
    }

    /// The payload of a release.
    func payload(
        _ version: String, sequence: UInt64 = 1, compatible: String = "test",
        salt: UInt8 = 0, isSigned: Bool = true, leavingOut: String? = nil
    ) throws -> String {
        let files = Machine.files(version, salt: salt).filter { $0.path != leavingOut }
        var checksums: [PayloadPath: Checksum] = [:]
        var contents: [(path: PayloadPath, content: SquashFS.Entry.Content)] = []
        for file in files {
            let path = try PayloadPath(file.path)
            checksums[path] = Checksum(sha256: Hasher.digest(file.bytes))
            contents.append((path, .bytes(file.bytes)))
        }
        func name(_ text: String) throws -> ReleaseName { try ReleaseName(text, field: "name") }
        let manifest = ReleaseManifest(
            version: try name(version), train: try name("test"), sequence: sequence,
            compatible: try name(compatible), kernelVersion: try name("6.12"),
            size: files.reduce(0) { $0 + UInt64($1.bytes.count) }, checksums: checksums,
            buildInfo: BuildInfo(name: try name("test"), sourceDateEpoch: 1_795_132_800)
        ).encode()
        let signature = try MinisignSignature(
            signing: manifest, with: key, trustedComment: "test"
        ).encode()
        let path = "\(folder.path)/\(version)-\(salt).update"
        try SquashFS.pack(
            [
                .entries(
                    OuterImage.entries(
                        manifest: manifest, signature: isSigned ? signature : nil,
                        files: contents, date: 1_795_132_800))
            ], to: path, options: OuterImage.options(date: 1_795_132_800))
        return path
    }

    private static func files(_ version: String, salt: UInt8) -> [(path: String, bytes: [UInt8])] {
        func noise(_ count: Int, _ name: String) -> [UInt8] {
            var bytes: [UInt8] = []
            while bytes.count < count {
                bytes += Hasher.digest(Array("\(version) \(name) \(salt) \(bytes.count)".utf8))
            }
            return Array(bytes.prefix(count))
        }
        var core = noise(3000, "core")
        core.replaceSubrange(500..<512, with: [2, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0x20, 0x08])
        return [
            ("rootfs.squashfs", noise(300_000, "rootfs")), ("vmlinuz", noise(9000, "kernel")),
            ("initrd.img", noise(12_000, "initrd")),
            ("loader/boot.img", noise(510, "boot") + [0x55, 0xAA]), ("loader/core.img", core),
            ("loader/BOOTX64.EFI", noise(5000, "efi")), ("loader/grub.cfg", noise(700, "cfg")),
            ("installer/slipway-host", noise(4000, "host")),
        ]
    }

    /// Who checks payloads here.
    func verifier(_ deployer: Deployer, allowsUnsigned: Bool = false, allowsDowngrade: Bool = false)
        throws -> PayloadVerifier
    {
        PayloadVerifier(
            trustedKeys: try TrustedKeys([key.publicKey], source: "test"),
            allowsUnsigned: allowsUnsigned,
            rule: try deployer.rule(train: nil, allowsDowngrade: allowsDowngrade))
    }

    /// Adds a release to what is installed.
    @discardableResult
    func add(_ file: String, words: String = "", allowsUnsigned: Bool = false) throws
        -> (image: InstalledImage, publication: Publication?)
    {
        let deployer = deployer(words)
        return try deployer.add(
            file, verifier: verifier(deployer, allowsUnsigned: allowsUnsigned), legs: [])
    }

    /// Installs a first release, as an installation does.
    func install(_ version: String) throws {
        let file = try payload(version)
        try volume.write(BootState())
        let image = try volume.images.add(
            file,
            verifier: PayloadVerifier(
                trustedKeys: TrustedKeys([key.publicKey], source: "test")),
            legs: [], events: .discarding)
        try BootPublisher(volume, events: .discarding).publish(
            BootState(confirmed: image.version, options: "quiet"), observation: observation())
    }
}

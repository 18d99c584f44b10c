import Installation
import Storage

/// The QNAP TVS-663, made of values: no disk of this machine is looked at.
struct RehearsalMachine: InstallerMachine {
    /// Its disks.
    var disks: [ObservedDisk]

    /// The machine with blank disks, but for what is on the card.
    static func tvs663(card: [Signature] = []) -> RehearsalMachine {
        RehearsalMachine(disks: [
            ObservedDisk(
                path: "/dev/nvme0n1", byteCount: 240_057_409_536, bus: .nvme,
                model: "Patriot P310", serial: "P310240", areas: []),
            ObservedDisk(
                path: "/dev/nvme1n1", byteCount: 128_035_676_160, bus: .nvme,
                model: "Patriot P300", serial: "P300128", areas: []),
            ObservedDisk(
                path: "/dev/sda", byteCount: 63_864_569_856, bus: .usb, isRemovable: true,
                model: "SD Reader", serial: "000000001206", lun: 0,
                areas: card.isEmpty
                    ? []
                    : [
                        ObservedArea(
                            extent: Extent(start: 0, byteCount: 63_864_569_856),
                            device: "/dev/sda", signatures: card)
                    ]),
        ])
    }

    func observe() throws -> Observation { Observation(disks: disks, arrays: []) }

    func observe(for layout: Layout, assignments: [String: String]) throws -> Observation {
        try observe()
    }

    func networkInterfaces() throws -> [NetworkInterface] {
        [
            NetworkInterface(
                name: "enp1s0", hardwareAddress: "00:08:9b:01:02:03", hasCarrier: false),
            NetworkInterface(
                name: "enp2s0", hardwareAddress: "00:08:9b:01:02:04", hasCarrier: true),
        ]
    }

    func loadKeymap(_ name: String) throws {}

    func hash(_ password: String) throws -> PasswordHash {
        guard let hash = PasswordHash(RehearsalMachine.hash) else { throw DialogError.left }
        return hash
    }

    /// What every password's hash is.
    static let hash =
        "$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq."
        + "qc.eoxqOmSuNp2xS0ktL3nh/"

    /// The layouts of a tree, and a few names of a real image.
    static func catalog(ofTree tree: String) throws -> InstallationCatalog {
        var catalog = try InstallationCatalog(root: tree, layoutFolder: "/conf/layouts")
        catalog.timezones = ["Etc/UTC", "Europe/Berlin", "Europe/Oslo", "Europe/Vienna"]
        catalog.keymaps = [
            InstallationCatalog.Keymap(name: "de", title: "German"),
            InstallationCatalog.Keymap(name: "de:nodeadkeys", title: "German (no dead keys)"),
            InstallationCatalog.Keymap(name: "fr", title: "French"),
            InstallationCatalog.Keymap(name: "us", title: "English (US)"),
        ]
        return catalog
    }
}

@testable import Installation
@testable import installer_rehearsal

/// Answers and disks of the tests.
enum AnswersSample {
    /// The folder of the tree.
    static let tree = String(
        #filePath.prefix(
            upTo: #filePath.firstRange(of: "/Tests/")?.lowerBound ?? #filePath.endIndex))

    static var catalog: InstallationCatalog {
        get throws { try RehearsalMachine.catalog(ofTree: tree) }
    }

    static let hash = RehearsalMachine.hash

    static let key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f a@b"

    /// A file that says everything.
    static let whole = """
        layout: tvs-663
        disks:
          card: {serial: SDREADER, lun: 0}
          nvme240: /dev/nvme0n1
          nvme128: {model: "Patriot P300*", size: 120 GB .. 130 GB}
        erase:
          - /dev/disk/by-id/usb-SDREADER
          - {serial: P300128, wwn: "0x5001"}
        hostname: nas.example.org
        timezone: Europe/Berlin
        keymap: de
        network:
          - mac: "00:08:9b:01:02:03"
            address: 192.0.2.10/24
            gateway: 192.0.2.1
            dns: [192.0.2.1]
          - {name: enp4s0, address: dhcp}
        ssh-keys:
          - \(key)
        password: \(hash)
        kernel-options: [iommu=soft, quiet]
        when-done: reboot
        """

    /// A file that says as little as it may.
    static let least = """
        layout: single
        hostname: nas
        network: dhcp
        password: \(hash)
        """

    static func parse(_ text: String) throws -> Answers {
        try Answers(parsing: Array(text.utf8), file: "a.yaml", catalog: catalog)
    }
}

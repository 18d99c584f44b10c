import Storage

@testable import Installation

/// A machine made of values.
struct SampleMachine: InstallerMachine {
    var disks: [ObservedDisk]

    /// The TVS-663 with blank disks, but for what is asked for.
    static func tvs663(card: [Signature] = []) -> SampleMachine {
        SampleMachine(disks: [
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
        guard let hash = PasswordHash(AnswersSample.hash) else { throw HashError() }
        return hash
    }
}

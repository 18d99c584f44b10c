@testable import Storage

/// Layouts as values, for tests that need no file.
enum LayoutSamples {
    /// The smallest and the largest card that is sold as 64 GB, among those seen.
    static let cardByteCount: UInt64 = 63_864_569_856
    static let nvme240ByteCount: UInt64 = 240_057_409_536
    static let nvme128ByteCount: UInt64 = 128_035_676_160

    static let tvs663ByteCounts = [
        "card": cardByteCount, "nvme240": nvme240ByteCount, "nvme128": nvme128ByteCount,
    ]

    static let mebibyte: UInt64 = 1 << 20
    static let gibibyte: UInt64 = 1 << 30

    /// Boot array of card and NVMe, store array of two NVMe disks, the rest for ISO images.
    static let tvs663 = Layout(
        name: "tvs-663",
        disks: [
            DiskRole(
                name: "card",
                match: DiskMatch(bus: .usb, removable: true, size: .soldAs(64_000_000_000)),
                firmware: [.bios],
                division: .partitions(loader + [boot(.rest, isWriteMostly: true)])),
            DiskRole(
                name: "nvme240", match: DiskMatch(bus: .nvme, size: .soldAs(240_000_000_000)),
                division: .partitions(
                    loader + [
                        boot(.array),
                        Slice(name: "vms", content: .leg(array: "vms"), size: .array),
                        Slice(name: "iso", content: .volume("iso"), size: .rest),
                    ])),
            DiskRole(
                name: "nvme128", match: DiskMatch(bus: .nvme, size: .soldAs(128_000_000_000)),
                division: .partitions([
                    Slice(name: "vms", content: .leg(array: "vms"), size: .rest)
                ])),
        ],
        arrays: [
            ArraySpec(name: "boot", metadata: .v1_0, bitmapChunkByteCount: mebibyte),
            ArraySpec(name: "vms", metadata: .v1_2, bitmapChunkByteCount: 64 * mebibyte),
        ],
        volumes: [
            VolumeSpec(
                name: "boot", array: "boot", filesystem: .ext4, label: "slipway-boot",
                mountPoint: "/run/slipway/boot", options: ["noatime"]),
            VolumeSpec(name: "vms", array: "vms", filesystem: .foreign, label: ""),
            VolumeSpec(
                name: "iso", array: nil, filesystem: .ext4, label: "slipway-iso",
                mountPoint: "/srv/iso"),
        ])

    /// What each boot leg starts with.
    static let loader = [
        Slice(name: "bios", content: .biosBoot, size: .bytes(mebibyte)),
        Slice(name: "esp", content: .esp, size: .bytes(gibibyte)),
    ]

    static func boot(_ size: SliceSize, isWriteMostly: Bool = false) -> Slice {
        Slice(
            name: "boot", content: .leg(array: "boot"), size: size, isWriteMostly: isWriteMostly)
    }
}

import Storage

/// A system of a card and an NVMe disk, as sd-nvme.yaml has it.
enum SampleSystem {
    static let array = "11111111:22222222:33333333:44444444"

    /// The layout, installed.
    static func layout(array: String = array) throws -> Layout {
        try Layout(
            parsing: Array(
                """
                name: pair
                disks:
                  card:
                    match: {bus: usb}
                    firmware: [bios, efi]
                    partitions:
                      - {name: bios, holds: bios-boot, size: 1 MiB}
                      - {name: esp, holds: esp, size: 64 MiB}
                      - {name: boot, holds: boot, size: 192 MiB}
                  nvme:
                    match: {bus: nvme}
                    partitions:
                      - {name: bios, holds: bios-boot, size: 1 MiB}
                      - {name: esp, holds: esp, size: 64 MiB}
                      - {name: boot, holds: boot, size: array}
                arrays:
                  boot: {level: 1, metadata: "1.0", bitmap: 1 MiB, uuid: "\(array)"}
                volumes:
                  boot: {array: boot, filesystem: ext4, label: b, mount: /run/slipway/boot}
                """.utf8), file: "pair.yaml")
    }

    /// A leg's superblock.
    static func member(
        slot: Int, active: [Bool] = [true, true], events: UInt64 = 20, array: String = array
    ) -> ObservedMember {
        ObservedMember(
            metadata: .v1_0, arrayUUID: array, arrayName: "boot", deviceUUID: "device \(slot)",
            raidDisks: 2, dataByteCount: 191 << 20, role: .slot(slot), activeSlots: active,
            events: events)
    }

    /// A disk with a leg in its third partition.
    static func disk(_ path: String, _ bus: Bus, _ member: ObservedMember?) -> ObservedDisk {
        let extents = [
            Extent(start: 1 << 20, byteCount: 1 << 20),
            Extent(start: 2 << 20, byteCount: 64 << 20),
            Extent(start: 66 << 20, byteCount: 192 << 20),
        ]
        return ObservedDisk(
            path: path, byteCount: 512 << 20, bus: bus, serial: path,
            areas: extents.enumerated().map { index, extent in
                ObservedArea(
                    extent: extent, device: "\(path)\(index + 1)", partition: index + 1,
                    signatures: index == 2 ? signatures(member) : [])
            })
    }

    /// A leg with metadata 1.0 is its filesystem, too.
    private static func signatures(_ member: ObservedMember?) -> [Signature] {
        member.map { [.member($0), .filesystem(type: "ext4", uuid: "U", label: "b")] } ?? []
    }

    /// The array as the kernel has it.
    static func array(
        _ members: [ObservedArray.Member], state: String = "clean", action: String = "idle",
        position: UInt64? = nil, end: UInt64? = nil
    ) -> ObservedArray {
        ObservedArray(
            path: "/dev/md127", uuid: array, name: "boot", metadata: .v1_0, raidDisks: 2,
            dataByteCount: 191 << 20, state: state, syncAction: action, syncPosition: position,
            syncEnd: end, members: members)
    }

    /// Both disks, with the array running.
    static func observation(_ array: ObservedArray) -> Observation {
        Observation(
            disks: [
                disk("/dev/sda", .usb, member(slot: 0)), disk("/dev/nvme", .nvme, member(slot: 1)),
            ], arrays: [array])
    }
}

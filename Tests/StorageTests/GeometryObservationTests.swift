import DiskFormats
import Testing

@testable import Storage

/// Disks as `observe` describes them, linted without a layout.
@Suite struct GeometryObservationTests {
    private func member(
        _ name: String, _ metadata: MetadataVersion, byteCount: UInt64, offset: UInt64 = 0
    ) -> Signature {
        .member(
            ObservedMember(
                metadata: metadata, arrayUUID: "u", arrayName: name, deviceUUID: "d",
                raidDisks: 2, dataByteCount: byteCount, dataOffset: offset, role: .slot(0),
                activeSlots: [true, true], events: 1))
    }

    private func kinds(
        _ disk: ObservedDisk, bootDisks: [String: Bool] = [:]
    ) -> [GeometryProblem.Kind] {
        Observation(disks: [disk], arrays: []).geometries(bootDisks: bootDisks)
            .flatMap(\.problems).map(\.kind)
    }

    /// The 240 GB NVMe of XCP-ng, with an ISO region of some length behind the VM store's.
    private func xcpng(isoEnd: UInt64) -> ObservedDisk {
        let byteCount = LayoutSamples.nvme240ByteCount
        let system: UInt64 = 62_367_656 << 10
        let vms = Extent(start: system, byteCount: 125_034_840 << 10)
        return ObservedDisk(
            path: "/dev/nvme0n1", byteCount: byteCount, bus: .nvme,
            table: .gpt(
                ObservedGPT(
                    guid: "G",
                    partitions: [
                        ObservedPartition(
                            number: 5, type: "T", guid: "P", name: "logs",
                            extent: Extent(start: 1 << 20, byteCount: 4 << 30))
                    ], faults: ["backup: none at the end of the disk"])),
            areas: [
                ObservedArea(
                    extent: Extent(start: 0, byteCount: byteCount), device: "/dev/nvme0n1",
                    signatures: [member("127", .v1_0, byteCount: system)]),
                ObservedArea(
                    extent: vms, device: "/dev/loop0",
                    signatures: [
                        member("10", .v1_2, byteCount: 127_967_518_720, offset: 65 << 20)
                    ]),
                ObservedArea(
                    extent: Extent(from: vms.end + 4096, to: isoEnd), device: "/dev/loop1",
                    signatures: [.filesystem(type: "ext4", uuid: nil, label: nil)]),
            ])
    }

    @Test("XCP-ng's ISO region over the superblock is seen on the disk itself")
    func faulty() {
        let kinds = kinds(xcpng(isoEnd: LayoutSamples.nvme240ByteCount))
        guard case .overMetadata(let region, let metadata)? = kinds.first, kinds.count == 1 else {
            Issue.record("\(kinds)")
            return
        }
        #expect(region.name == "/dev/loop1")
        #expect(metadata.contains { $0.kind == .superblock })
    }

    @Test("one that ends before is sound; the table inside the array is not held against it")
    func sound() {
        #expect(kinds(xcpng(isoEnd: LayoutSamples.nvme240ByteCount - (1 << 20))).isEmpty)
    }

    @Test("a resolved layout, observed as it was laid out, is sound")
    func asResolved() throws {
        let resolved = try ResolvedLayout(
            resolving: LayoutSamples.tvs663, diskByteCounts: LayoutSamples.tvs663ByteCounts)
        for role in resolved.layout.disks {
            let disk = resolved.observedDisk(
                role, byteCount: LayoutSamples.tvs663ByteCounts[role.name] ?? 0)
            let isBootLeg = role.name != "nvme128"
            #expect(kinds(disk, bootDisks: isBootLeg ? [role.name: true] : [:]).isEmpty)
        }
    }

    @Test("a boot leg on a disk of 4 KiB sectors, with another table")
    func loader() {
        var disk = ObservedDisk(path: "/dev/sda", byteCount: 1 << 30, bus: .usb)
        disk.sectorByteCount = 4096
        #expect(
            kinds(disk, bootDisks: ["/dev/sda": true]).count == 3,
            "sector, BIOS boot partition, ESP")
        #expect(kinds(disk).isEmpty)
    }

    @Test("numbers of a damaged superblock end in a problem, not in a trap")
    func garbage() {
        for value in [UInt64.max, UInt64.max - 511, 1 << 63, 0] {
            for version in MetadataVersion.allCases {
                for offset in [UInt64.max, 0, 1 << 40, 7] {
                    let disk = ObservedDisk(
                        path: "/dev/sda", byteCount: 1 << 20, bus: .usb,
                        areas: [
                            ObservedArea(
                                extent: Extent(start: 0, byteCount: 1 << 20),
                                device: "/dev/sda",
                                signatures: [
                                    member("m", version, byteCount: value, offset: offset)
                                ]),
                            ObservedArea(
                                extent: Extent(start: UInt64.max - 10, byteCount: 10),
                                device: "/dev/loop0"),
                        ])
                    let geometries = Observation(disks: [disk], arrays: []).geometries()
                    #expect(!geometries.flatMap(\.problems).isEmpty)
                    for geometry in geometries {
                        #expect(!DiskPicture.draw(geometry).isEmpty)
                        #expect(!geometry.problems.map(\.description).joined().isEmpty)
                    }
                }
            }
        }
    }
}

extension ResolvedLayout {
    /// A disk on which the layout has been made.
    func observedDisk(_ role: DiskRole, byteCount: UInt64) -> ObservedDisk {
        let places = role.division.slices.compactMap { slice in
            extents[.slice(disk: role.name, slice: slice.name)].map { (slice, $0) }
        }
        let partitions = places.enumerated().map { index, place in
            let type =
                switch place.0.content {
                case .biosBoot: GUID.biosBoot
                case .esp: GUID.esp
                case .leg: GUID.linuxRAID
                case .volume: GUID.linuxFilesystem
                }
            return ObservedPartition(
                number: index + 1, type: type.description, guid: "P\(index)",
                name: place.0.name, extent: place.1)
        }
        let areas = places.enumerated().map { index, place -> ObservedArea in
            var signatures: [Signature] = []
            if case .leg(let name) = place.0.content, let array = layout.array(name) {
                signatures = [
                    .member(
                        ObservedMember(
                            metadata: array.metadata, arrayUUID: name, arrayName: name,
                            deviceUUID: "d", raidDisks: 2,
                            dataByteCount: arrayByteCounts[name] ?? 0,
                            dataOffset: array.dataOffset, role: .slot(0), activeSlots: [true],
                            events: 1, bitmapChunkByteCount: array.bitmapChunkByteCount))
                ]
            }
            return ObservedArea(
                extent: place.1, device: "/dev/\(role.name)\(index + 1)", partition: index + 1,
                signatures: signatures)
        }
        return ObservedDisk(
            path: role.name, byteCount: byteCount, bus: .nvme,
            table: .gpt(ObservedGPT(guid: "G", partitions: partitions)), areas: areas)
    }
}

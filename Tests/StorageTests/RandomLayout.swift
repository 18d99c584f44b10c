import TestSamples

@testable import Storage

extension SplitMix64 {
    /// Whether one of so many falls on this.
    mutating func isOne(of count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

/// A layout that is mostly sound, and disks for it.
struct RandomLayout {
    private(set) var layout: Layout
    private(set) var diskByteCounts: [String: UInt64] = [:]

    private static let gigabyte: UInt64 = 1_000_000_000
    private static let mebibyte: UInt64 = 1 << 20

    init(_ random: inout SplitMix64) {
        layout = Layout(name: "random", disks: [], arrays: [], volumes: [])
        let bootCount = Int.random(in: 1...4, using: &random)
        let otherCount = Int.random(in: 0...3, using: &random)
        for number in 0..<(bootCount + otherCount) {
            addDisk(number, isBootLeg: number < bootCount, &random)
        }
        layout.arrays.append(
            ArraySpec(
                name: "boot", metadata: .v1_0,
                size: random.isOne(of: 4)
                    ? .bytes(UInt64.random(in: 1...20, using: &random) << 30) : .rest,
                bitmapChunkByteCount: random.isOne(of: 4) ? nil : 16 * Self.mebibyte))
        layout.volumes.append(
            VolumeSpec(
                name: "boot", array: "boot", filesystem: .ext4, label: "boot",
                mountPoint: Layout.bootMountPoint, options: ["noatime"]))
        for number in 0..<Int.random(in: 0...2, using: &random) { addArray(number, &random) }
        for index in layout.disks.indices { finishDisk(index, &random) }
        layout.disks.shuffle(using: &random)
    }

    private mutating func addDisk(
        _ number: Int, isBootLeg: Bool, _ random: inout SplitMix64
    ) {
        let name = "d\(number)"
        let nominal = UInt64.random(in: 20...300, using: &random) * Self.gigabyte
        var match = DiskMatch(model: "model \(number) *")
        let factor = UInt64.random(in: 950...1100, using: &random)
        var byteCount: UInt64? = (nominal / 1000 * factor) / 512 * 512
        if random.isOne(of: 2) {
            match.size = .soldAs(nominal)
            if random.isOne(of: 4) { byteCount = nil }
        } else {
            match.size = .range(nominal / 10 * 9...nominal * 2)
        }
        diskByteCounts[name] = byteCount
        var slices: [Slice] = []
        if isBootLeg {
            slices = [
                Slice(name: "bios", content: .biosBoot, size: .bytes(Self.mebibyte)),
                Slice(name: "esp", content: .esp, size: .bytes(512 * Self.mebibyte)),
                Slice(
                    name: "boot", content: .leg(array: "boot"),
                    size: number == 0 || random.isOne(of: 2) ? .rest : .array,
                    isWriteMostly: random.isOne(of: 3)),
            ]
        }
        layout.disks.append(
            DiskRole(
                name: name, match: match, firmware: isBootLeg ? [.bios, .efi] : [],
                division: .partitions(slices)))
    }

    private mutating func addArray(_ number: Int, _ random: inout SplitMix64) {
        let name = "a\(number)"
        let metadata = MetadataVersion.allCases.randomElement(using: &random) ?? .v1_0
        let legs = layout.disks.indices.shuffled(using: &random)
            .prefix(Int.random(in: 1...4, using: &random))
        for index in legs {
            let empty = layout.disks[index].division == .partitions([])
            if empty, random.isOne(of: 3) {
                layout.disks[index].division = .wholeDisk(array: name, regions: [])
                continue
            }
            let size: SliceSize =
                [.array, .bytes(UInt64.random(in: 1...80, using: &random) << 27), .rest]
                .randomElement(using: &random) ?? .array
            append(Slice(name: name, content: .leg(array: name), size: size), to: index)
        }
        layout.arrays.append(
            ArraySpec(
                name: name, metadata: metadata,
                bitmapChunkByteCount: random.isOne(of: 2) ? nil : 64 * Self.mebibyte))
        layout.volumes.append(
            VolumeSpec(name: name, array: name, filesystem: .ext4, label: name))
    }

    private mutating func finishDisk(_ index: Int, _ random: inout SplitMix64) {
        let disk = layout.disks[index]
        guard random.isOne(of: 2) || disk.division.slices.isEmpty else { return }
        if case .wholeDisk = disk.division, random.isOne(of: 3) { return }
        let name = "v-\(disk.name)"
        let size: SliceSize =
            random.isOne(of: 2)
            ? .rest : .bytes(UInt64.random(in: 1...80, using: &random) << 27)
        append(Slice(name: name, content: .volume(name), size: size), to: index)
        layout.volumes.append(
            VolumeSpec(name: name, array: nil, filesystem: .ext4, label: name))
    }

    private mutating func append(_ slice: Slice, to index: Int) {
        // One rest is all a disk can have.
        var slice = slice
        let slices = layout.disks[index].division.slices
        if slice.size == .rest, slices.contains(where: { $0.size == .rest }) {
            if case .leg = slice.content {
                slice.size = .array
            } else {
                slice.size = .bytes(1 << 30)
            }
        }
        switch layout.disks[index].division {
        case .partitions: layout.disks[index].division = .partitions(slices + [slice])
        case .wholeDisk(let array, _):
            layout.disks[index].division = .wholeDisk(array: array, regions: slices + [slice])
        }
    }
}

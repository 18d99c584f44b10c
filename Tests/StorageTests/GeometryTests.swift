import Command
import DiskFormats
import Syscalls
import Testing

@testable import Storage

@Suite struct GeometryTests {
    /// Sizes of disks that a layout is tried with; a role that is not there has its least.
    struct Machine: CustomTestStringConvertible, Sendable {
        let layout: String
        let sizes: [String: UInt64]

        init(_ layout: String, _ sizes: [String: UInt64] = [:]) {
            (self.layout, self.sizes) = (layout, sizes)
        }

        var testDescription: String { "\(layout) \(sizes.sorted { $0.key < $1.key })" }
    }

    static let machines =
        LayoutFile.shipped.map { Machine($0) }
        + [
            Machine("tvs-663", LayoutSamples.tvs663ByteCounts),
            Machine("tvs-663", ["card": 61_000_000_512, "nvme240": 256_060_514_304]),
            Machine("tvs-663", ["card": 64_021_856_256, "nvme128": 128_035_676_160]),
            Machine("sd-nvme", ["card": 15_931_539_456, "nvme": 500_107_862_016]),
            Machine("sd-nvme", ["card": 1_024_000_000_000, "nvme": 16_000_000_000]),
            Machine("mirror", ["first": 480_103_981_056, "second": 500_107_862_016]),
            Machine("mirror", ["first": 18_000_207_937_536, "second": 18_000_207_937_536]),
            Machine("single", ["disk": 15_000_000_512]),
            Machine("single", ["disk": 8_001_563_222_016]),
            Machine("xcpng-tvs-663", LayoutSamples.tvs663ByteCounts),
            Machine("xcpng-tvs-663", ["nvme240": 250_059_350_016]),
        ]

    @Test("what ships is sound on disks of many sizes", arguments: machines)
    func shipped(machine: Machine) throws {
        let layout = try LayoutFile.shipped(machine.layout)
        let resolved = try ResolvedLayout(resolving: layout, diskByteCounts: machine.sizes)
        for disk in resolved.geometries(diskByteCounts: machine.sizes) {
            #expect(disk.problems.isEmpty)
            #expect(disk.leastByteCount.map { $0 <= disk.byteCount } ?? false)
        }
    }

    @Test("XCP-ng's own array, which is larger than we would make it, is taken as it is")
    func existing() throws {
        let layout = try LayoutFile.shipped("xcpng-tvs-663")
        // mdadm keeps 88 KiB of a disk of this size.
        let byteCount = LayoutSamples.cardByteCount - (88 << 10)
        let resolved = try ResolvedLayout(
            resolving: layout, diskByteCounts: LayoutSamples.tvs663ByteCounts,
            existingArrayByteCounts: ["system": byteCount])
        #expect(resolved.arrayByteCounts["system"] == byteCount)
        let vms = try #require(resolved.extents[.slice(disk: "nvme240", slice: "vms")])
        #expect(vms.start == ByteSize.roundUp(byteCount))
        let iso = try #require(resolved.extents[.slice(disk: "nvme240", slice: "iso")])
        #expect(iso.start == vms.end)
        #expect(iso.end <= LayoutSamples.nvme240ByteCount - (1 << 20))
    }

    @Test("a card that is gone does not keep XCP-ng's array from being placed")
    func existingWithoutCard() throws {
        let layout = try LayoutFile.shipped("xcpng-tvs-663")
        var sizes = LayoutSamples.tvs663ByteCounts
        sizes["card"] = nil
        let byteCount = LayoutSamples.cardByteCount - (88 << 10)
        let resolved = try ResolvedLayout(
            resolving: layout, diskByteCounts: sizes,
            existingArrayByteCounts: ["system": byteCount])
        let least = try #require(resolved.leastByteCounts["card"])
        #expect(least > byteCount && least <= LayoutSamples.cardByteCount)
    }

    @Test("the ISO region that runs over the md superblock is flagged, and what mkfs would do")
    func faulty() throws {
        let layout = try Layout(parsing: LayoutFile.read(LayoutFile.faulty), file: "f")
        let placed = try ResolvedLayout(placing: layout, diskByteCounts: [:])
        let disk = try #require(
            placed.geometries(diskByteCounts: [:]).first { $0.name == "nvme240" })
        #expect(disk.byteCount == LayoutSamples.nvme240ByteCount)
        let problem = try #require(disk.problems.first)
        #expect(disk.problems.count == 1)
        guard case .overMetadata(let region, let metadata) = problem.kind else {
            Issue.record("\(problem)")
            return
        }
        #expect(region.name == "iso")
        #expect(metadata.map(\.kind) == [.badBlockLog, .superblock])
        // 468862112 sectors: where the superblock of such a disk was found.
        #expect(metadata.last?.extent.start == 468_862_112 * 512)
        #expect(problem.description.contains("mkfs.ext4 would zero the superblock"))
        #expect(problem.description.split(separator: "\n").count == 4)
        #expect(throws: LayoutErrors.self) {
            try ResolvedLayout(resolving: layout, diskByteCounts: [:])
        }
    }

    @Test(
        "mke2fs zeroes what we say it does",
        .enabled(if: Command("mke2fs").locate() != nil, "needs mke2fs of e2fsprogs"),
        arguments: [0, 12_000, 65_536 * 3 + 4096] as [UInt64])
    func wiping(more: UInt64) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/image"
        let byteCount = (64 << 20) + more
        let tail = 256 << 10
        let file = try File.create(path)
        let filled = [UInt8](repeating: 0xFF, count: tail)
        try filled.withUnsafeBytes { try file.write($0, at: byteCount - UInt64(tail)) }
        let command = Command(
            "mke2fs", ["-q", "-F", "-t", "ext4", "-b", "4096", "-E", "nodiscard", path])
        _ = try command.runChecked()
        let bytes = try File(path, flags: 0).read(tail, at: byteCount - UInt64(tail))
        let wiped = MakeFilesystem.wipedTail(of: Extent(start: 0, byteCount: byteCount))
        let start = Int(wiped.start) - Int(byteCount) + tail
        let end = Int(wiped.end) - Int(byteCount) + tail
        #expect(bytes[..<start].allSatisfy { $0 == 0xFF })
        #expect(bytes[start..<end].allSatisfy { $0 == 0 })
        #expect(bytes[end...].allSatisfy { $0 == 0xFF })
    }

    // MARK: Single problems

    private func disk(
        _ intervals: [Interval], loader: LoaderPlaces? = nil
    ) -> [GeometryProblem.Kind] {
        DiskGeometry(name: "d", byteCount: 1 << 30, intervals: intervals, loader: loader)
            .problems.map(\.kind)
    }

    private func partition(_ name: String, _ start: UInt64, _ size: UInt64) -> Interval {
        Interval(.partition, name, Extent(start: start << 20, byteCount: size << 20))
    }

    @Test("two partitions that share a byte")
    func overlap() {
        let (a, b) = (partition("a", 1, 10), partition("b", 10, 10))
        #expect(disk([b, a]) == [.overlap(a, b)])
        #expect(disk([partition("a", 1, 9), b]).isEmpty)
        // A long one hides none of those behind it.
        let c = partition("c", 1, 100)
        #expect(disk([c, b, partition("e", 50, 1)]).count == 2)
    }

    @Test("a partition over the backup table, and one that leaves the disk")
    func ends() {
        let extent = Extent(start: 0, byteCount: 1 << 30)
        let table = [Interval].table(of: extent, sectorByteCount: 512, in: "")
        let long = partition("long", 1, 1023)
        #expect(disk(table + [long]) == [.overlap(long, table[1])])
        let longer = partition("longer", 1, 1024)
        #expect(
            disk([longer]) == [.outside(longer, of: Interval(.partition, "the disk", extent))])
    }

    @Test("a region that leaves md less than it may need")
    func gap() {
        let extent = Extent(start: 0, byteCount: 1 << 30)
        let member = [Interval].member(
            of: "m", version: .v1_0, leg: extent,
            data: Extent(start: 0, byteCount: 512 << 20), bitmapChunkByteCount: nil, contents: [])
        let region = Interval(
            .region, "r", Extent(from: 512 << 20, to: (1 << 30) - (256 << 10)))
        let kinds = disk(member + [region])
        guard case .gapTooSmall(region, _, let byteCount, let wanted)? = kinds.first else {
            Issue.record("\(kinds)")
            return
        }
        #expect((byteCount, wanted) == (256 << 10, 1 << 20))
    }

    @Test("a member that is smaller than its array", arguments: MetadataVersion.allCases)
    func memberTooSmall(version: MetadataVersion) {
        let extent = Extent(start: 1 << 20, byteCount: 100 << 20)
        var leg = Interval(.partition, "leg", extent)
        leg.contents = .member(
            of: "m", version: version.format, leg: extent,
            data: Extent(
                start: extent.start + version.standardDataOffset, byteCount: 100 << 20),
            bitmapChunkByteCount: nil, contents: [])
        let kinds = disk([leg])
        guard case .memberTooSmall(leg, _, let room)? = kinds.first, kinds.count == 1 else {
            Issue.record("\(kinds)")
            return
        }
        #expect(room < 100 << 20)
        #expect(room >= 99 << 20 || version == .v0_90)
    }

    /// A boot leg whose loader would not be found, and the part that is wrong.
    struct Loader: Sendable {
        let places: LoaderPlaces
        let parts: [GeometryProblem.LoaderPart]
    }

    static let loaders = [
        Loader(places: loader(), parts: []),
        Loader(places: loader(start: 34 * 512), parts: [.biosBoot]),
        Loader(places: loader(byteCount: 64 << 10), parts: [.biosBoot]),
        Loader(places: loader(system: 1), parts: [.systemPartition]),
        Loader(places: loader(system: nil), parts: [.systemPartition]),
        Loader(places: loader(sector: 4096), parts: [.sector]),
        Loader(
            places: LoaderPlaces(
                biosBoot: nil, needsBiosBoot: true, systemPartitionNumber: 1),
            parts: [.biosBoot, .systemPartition]),
        // UEFI finds the ESP by its type.
        Loader(
            places: LoaderPlaces(
                biosBoot: nil, needsBiosBoot: false, systemPartitionNumber: 7), parts: []),
        Loader(
            places: LoaderPlaces(
                biosBoot: nil, needsBiosBoot: false, systemPartitionNumber: nil),
            parts: [.systemPartition]),
    ]

    private static func loader(
        start: UInt64 = 1 << 20, byteCount: UInt64 = 1 << 20, system: Int? = 2,
        sector: UInt32 = 512
    ) -> LoaderPlaces {
        LoaderPlaces(
            biosBoot: Extent(start: start, byteCount: byteCount), needsBiosBoot: true,
            systemPartitionNumber: system, sectorByteCount: sector)
    }

    @Test("the loader's parts lie where its code looks", arguments: loaders)
    func loaderPlaces(loader: Loader) {
        let parts = disk([], loader: loader.places).map { kind -> GeometryProblem.LoaderPart? in
            guard case .loaderElsewhere(let part, _, _) = kind else { return nil }
            return part
        }
        #expect(parts == loader.parts)
    }

    @Test("a disk with less than the layout needs")
    func diskTooSmall() {
        let geometry = DiskGeometry(
            name: "d", byteCount: 10, leastByteCount: 11, intervals: [])
        #expect(geometry.problems.map(\.kind) == [.diskTooSmall(needed: 11, available: 10)])
    }
}

import Testing
import YAML

@testable import Storage

/// What only shows when a sound layout meets disks, and what no file can say but a value can.
@Suite struct LayoutErrorTests {
    private static let mebibyte = LayoutSamples.mebibyte

    /// The errors of resolving a layout.
    private func errors(
        _ layout: Layout, _ sizes: [String: UInt64] = [:], existing: [String: UInt64] = [:]
    ) -> [LayoutError] {
        do throws(LayoutErrors) {
            _ = try ResolvedLayout(
                resolving: layout, diskByteCounts: sizes, existingArrayByteCounts: existing)
            return []
        } catch {
            return error.errors
        }
    }

    /// A layout without a boot volume: disks with some slices, arrays that these name.
    private func layout(
        _ disks: [[Slice]], _ arrays: [String], match: (Int) -> DiskMatch = { size($0) }
    ) -> Layout {
        Layout(
            name: "l",
            disks: disks.enumerated().map { index, slices in
                DiskRole(
                    name: "d\(index)", match: match(index), division: .partitions(slices))
            },
            arrays: arrays.map {
                ArraySpec(name: $0, metadata: .v1_0, bitmapChunkByteCount: nil)
            }, volumes: [])
    }

    private static func size(_ index: Int) -> DiskMatch {
        DiskMatch(size: .range(1 << 30...2 << 30), model: "m\(index)")
    }

    private func leg(_ array: String, _ size: SliceSize, start: UInt64? = nil) -> Slice {
        Slice(name: array, content: .leg(array: array), start: start, size: size)
    }

    @Test("sizes of arrays that wait for each other")
    func circle() {
        let layout = layout(
            [[leg("a", .rest), leg("b", .array)], [leg("b", .rest), leg("a", .array)]],
            ["a", "b"])
        let problem = LayoutError.Problem.circularSizes(["a", "b"])
        #expect(
            errors(layout) == [
                LayoutError("arrays.a.size", problem), LayoutError("arrays.b.size", problem),
            ])
        // One that exists breaks the circle.
        #expect(errors(layout, existing: ["a": 512 << 20]).isEmpty)
    }

    @Test("disks of unknown size")
    func unknownSize() {
        let match: (Int) -> DiskMatch = { DiskMatch(model: "m\($0)") }
        let both = layout([[leg("a", .rest)], [leg("a", .rest)]], ["a"], match: match)
        #expect(errors(both) == [LayoutError("disks.d0", .diskSizeUnknown("d0"))])
        // The disk that is there says how large the other must be.
        #expect(errors(both, ["d1": 1 << 30]).isEmpty)
        let one = layout([[leg("a", .rest)], [leg("a", .array)]], ["a"], match: match)
        #expect(
            errors(one, ["d1": 1 << 30]) == [LayoutError("disks.d0", .diskSizeUnknown("d0"))])
        var volume = layout(
            [[Slice(name: "v", content: .volume("v"), size: .rest)]], [], match: match)
        volume.volumes = [VolumeSpec(name: "v", array: nil, filesystem: .foreign, label: "")]
        #expect(errors(volume).isEmpty)
    }

    @Test("partitions that begin before the one before them ends")
    func overlap() {
        let first = leg("a", .bytes(100 << 20))
        let second = leg("b", .bytes(100 << 20), start: 100 << 20)
        #expect(
            errors(layout([[first, second]], ["a", "b"])) == [
                LayoutError(
                    "disks.d0.partitions[1]",
                    .overlap(with: "a", end: 101 << 20, start: 100 << 20))
            ])
    }

    @Test("nothing left for the rest")
    func noRoom() {
        let full = leg("a", .bytes((1 << 30) - (2 << 20)))
        var layout = layout(
            [[full, Slice(name: "v", content: .volume("v"), size: .rest)]], ["a"])
        layout.volumes = [VolumeSpec(name: "v", array: nil, filesystem: .foreign, label: "")]
        let end = (1 << 30) - Self.mebibyte
        #expect(
            errors(layout) == [
                LayoutError("disks.d0.partitions[1]", .noRoom(start: end, end: end))
            ])
    }

    @Test("a leg that is smaller than its array")
    func legTooSmall() {
        var layout = layout([[leg("a", .bytes(100 << 20))], [leg("a", .bytes(90 << 20))]], ["a"])
        layout.arrays[0].size = .bytes(95 << 20)
        let problem = LayoutError.Problem.legTooSmall(
            room: 89 << 20, array: "a", needed: 95 << 20)
        #expect(errors(layout) == [LayoutError("disks.d1.partitions[0]", problem)])
    }

    @Test("an array of one leg with no room for data")
    func noData() {
        let problems = errors(layout([[leg("a", .bytes(1 << 20))]], ["a"])).map(\.path)
        #expect(problems.first == "arrays.a")
    }

    @Test("boot legs in different places")
    func otherPlace() {
        var layout = LayoutSamples.tvs663
        guard case .partitions(var slices) = layout.disks[1].division else { return }
        slices[1].size = .bytes(2 * LayoutSamples.gibibyte)
        layout.disks[1].division = .partitions(slices)
        let found = errors(layout)
        #expect(
            found.map(\.path) == ["disks.nvme240.partitions[1]", "disks.nvme240.partitions[2]"])
        guard case .otherPlace(let place, "card", let first)? = found.first?.problem else {
            Issue.record("\(found)")
            return
        }
        #expect(place?.byteCount == 2 << 30 && first?.byteCount == 1 << 30)
    }

    @Test(
        "a bitmap too fine for its room says what fits",
        arguments: [
            (chunk: UInt64(4096), fitting: "64 KiB"), (chunk: 8192, fitting: "64 KiB"),
        ])
    func bitmap(chunk: UInt64, fitting: String) {
        var layout = layout([[leg("a", .rest)]], ["a"])
        layout.arrays[0].bitmapChunkByteCount = chunk
        let found = errors(layout)
        #expect(found.map(\.path) == ["arrays.a.bitmap"])
        #expect(found.first?.description.contains("allowed is \(fitting) or more") ?? false)
    }

    @Test("too many legs, none, and too many partitions")
    func counts() {
        let five = layout(Array(repeating: [leg("a", .rest)], count: 5), ["a"])
        #expect(errors(five) == [LayoutError("arrays.a", .legCount(5, of: "a"))])
        let none = layout([[leg("a", .rest)]], ["a", "b"])
        #expect(errors(none) == [LayoutError("arrays.b", .legCount(0, of: "b"))])
        let slices = (0..<129).map { leg("a\($0)", .bytes(2 << 20)) }
        let many = LayoutError.Problem.tooMany("partitions", 129, limit: 128)
        #expect(errors(layout([slices], [])) == [LayoutError("disks.d0.partitions", many)])
        let disks = layout(Array(repeating: [leg("a", .rest)], count: 65), ["a"])
        #expect(errors(disks) == [LayoutError("disks", .tooMany("disks", 65, limit: 64))])
        #expect(
            errors(Layout(name: "l", disks: [], arrays: [], volumes: []))
                == [LayoutError("disks", .empty("disk"))])
    }

    @Test("sizes from outside that no disk has")
    func absurd() {
        let layout = layout([[leg("a", .rest)]], ["a"])
        #expect(errors(layout, ["d0": .max]).map(\.path) == ["disks.d0"])
        #expect(errors(layout, ["d0": 1 << 30], existing: ["a": .max]).map(\.path) == ["arrays.a"])
        #expect(errors(layout, ["d0": 0]).isEmpty == false)
    }

    @Test("two roles with one identity")
    func identities() {
        var layout = layout([[leg("a", .rest)], [leg("a", .rest)]], ["a"])
        let identity = DiskIdentity(serial: "reader", byteCount: 1 << 30)
        for index in 0..<2 { layout.disks[index].identity = identity }
        #expect(errors(layout).map(\.path) == ["disks.d1.identity"])
        layout.disks[1].identity?.lun = 1
        #expect(errors(layout).isEmpty)
    }

    @Test("models tell disks apart by what stands before a wildcard")
    func models() {
        func excludes(_ first: String, _ second: String) -> Bool {
            DiskMatch(model: first).excludes(DiskMatch(model: second))
        }
        #expect(excludes("Patriot P300*", "Patriot P310*"))
        #expect(excludes("A", "B"))
        #expect(excludes("A", "AB"))
        #expect(!excludes("A*", "AB*"))
        #expect(!excludes("*A", "*B"))
        #expect(!excludes("A", "A"))
        #expect(excludes("AB", "AC*"))
    }

    @Test("sizes are read and written the same way")
    func sizes() {
        for (text, byteCount) in [
            ("64 GB", 64_000_000_000), ("1 MiB", 1 << 20), ("0 B", 0), ("512 B", 512),
            ("1025 KiB", 1025 << 10), ("8 TiB", 8 << 40), ("7 kB", 7000),
        ] as [(String, UInt64)] {
            #expect(ByteSize.parse(text) == byteCount)
            #expect(ByteSize.text(byteCount) == text)
        }
        #expect(ByteSize.parse("64GB") == 64_000_000_000)
        for text in [
            "", "GB", "64", "64  GB", "64 gb", "-1 GB", "1.5 GB", "64 GB ", " 64 GB", "1 GBx",
            "99999999999999999999 B", "9000000000 TiB", "٣ GB",
        ] {
            #expect(ByteSize.parse(text) == nil, "\(text)")
        }
        #expect(ByteSize.shortText(63_864_569_856) == "63.9 GB")
        #expect(ByteSize.shortText(999) == "999 B")
    }
}

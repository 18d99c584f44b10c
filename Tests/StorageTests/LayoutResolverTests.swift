import Testing

@testable import Storage

@Suite struct LayoutResolverTests {
    static let mebibyte = LayoutSamples.mebibyte

    @Test("places the target's disks, the boot legs in the same places")
    func target() throws {
        let resolved = try ResolvedLayout(
            resolving: LayoutSamples.tvs663, diskByteCounts: LayoutSamples.tvs663ByteCounts)
        func extent(_ disk: String, _ slice: String) -> Extent? {
            resolved.extents[.slice(disk: disk, slice: slice)]
        }
        for disk in ["card", "nvme240"] {
            #expect(extent(disk, "bios") == Extent(start: 1 << 20, byteCount: 1 << 20))
            #expect(extent(disk, "esp") == Extent(start: 2 << 20, byteCount: 1 << 30))
        }
        // 95 % of 64 GB in whole MiB, without the table's two ends, loader and ESP.
        let end = ByteSize.roundDown(60_800_000_000) - (1 << 20)
        let leg = Extent(start: 1026 << 20, byteCount: end - (1026 << 20))
        #expect(extent("card", "boot") == leg)
        #expect(extent("nvme240", "boot") == leg)
        #expect(resolved.arrayByteCounts["boot"] == leg.byteCount - (1 << 20))
        let vms = try #require(extent("nvme240", "vms"))
        #expect(vms.start == leg.end)
        #expect(vms.byteCount == extent("nvme128", "vms")?.byteCount)
        #expect(extent("nvme240", "iso")?.start == vms.end)
        #expect(
            extent("nvme240", "iso")?.end
                == ByteSize.roundDown(228_000_000_000) - (1 << 20))
        #expect(resolved.leastByteCounts["card"] == ByteSize.roundDown(60_800_000_000))
    }

    @Test("an array that exists keeps its size, and what is behind it moves")
    func existing() throws {
        let existing: UInt64 = 50 << 30
        let resolved = try ResolvedLayout(
            resolving: LayoutSamples.tvs663, diskByteCounts: LayoutSamples.tvs663ByteCounts,
            existingArrayByteCounts: ["boot": existing])
        #expect(resolved.arrayByteCounts["boot"] == existing)
        let card = resolved.extents[.slice(disk: "card", slice: "boot")]
        #expect(card?.byteCount == existing + Self.mebibyte)
        let vms = resolved.extents[.slice(disk: "nvme240", slice: "vms")]
        #expect(vms?.start == card?.end)
    }

    @Test("a disk that is not there is taken for the smallest of its kind")
    func missing() throws {
        let all = try ResolvedLayout(
            resolving: LayoutSamples.tvs663, diskByteCounts: LayoutSamples.tvs663ByteCounts)
        let none = try ResolvedLayout(resolving: LayoutSamples.tvs663, diskByteCounts: [:])
        #expect(all == none)
    }

    @Test("a card of a range of sizes leaves room for a smaller one, a fixed disk does not")
    func nextCard() throws {
        func end(_ match: DiskMatch) throws -> UInt64? {
            let disk = DiskRole(
                name: "disk", match: match, firmware: [],
                division: .partitions([
                    Slice(name: "boot", content: .leg(array: "boot"), size: .rest)
                ]))
            let layout = Layout(
                name: "one", disks: [disk],
                arrays: [
                    ArraySpec(name: "boot", metadata: .v1_0, bitmapChunkByteCount: 1 << 20)
                ], volumes: [])
            let resolved = try ResolvedLayout(
                resolving: layout, diskByteCounts: ["disk": 64_000_000_000])
            return resolved.leastByteCounts["disk"]
        }
        let whole = ByteSize.roundDown(64_000_000_000)
        let wide = SizeMatch.range(15_000_000_000...128_000_000_000)
        #expect(
            try end(DiskMatch(removable: true, size: wide))
                == ByteSize.roundDown(60_800_000_000))
        // None that matches is smaller.
        let narrow = SizeMatch.range(64_000_000_000...64_000_000_000)
        #expect(try end(DiskMatch(removable: true, size: narrow)) == whole)
        #expect(try end(DiskMatch(size: wide)) == whole)
    }

    @Test("a disk that is too small is refused with both sizes")
    func tooSmall() {
        var sizes = LayoutSamples.tvs663ByteCounts
        sizes["card"] = 60_000_000_000
        let needed = SizeMatch.least(soldAs: 64_000_000_000)
        #expect(
            throws: LayoutErrors([
                LayoutError(
                    "disks.card",
                    .diskTooSmall(needed: needed, available: 60_000_000_000))
            ])
        ) {
            try ResolvedLayout(resolving: LayoutSamples.tvs663, diskByteCounts: sizes)
        }
    }
}

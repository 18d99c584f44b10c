import DiskFormats
import JSON
import TestSamples
import Testing

@testable import Storage

@Suite struct LayoutPropertyTests {
    /// Random layouts that can be resolved, with what they resolve to: about half of them.
    private func forEachResolved(
        seed: UInt64, _ body: (RandomLayout, ResolvedLayout) throws -> Void
    ) rethrows {
        var random = SplitMix64(seed: seed)
        var resolvedCount = 0
        for _ in 0..<100 {
            let sample = RandomLayout(&random)
            let resolved: ResolvedLayout
            do throws(LayoutErrors) {
                resolved = try ResolvedLayout(
                    resolving: sample.layout, diskByteCounts: sample.diskByteCounts)
            } catch {
                // Each refusal names a key.
                #expect(error.errors.allSatisfy { !$0.path.isEmpty })
                continue
            }
            resolvedCount += 1
            try body(sample, resolved)
        }
        #expect(resolvedCount >= 40)
    }

    @Test(
        "nothing overlaps, each leg has room for its array, boot legs are alike", arguments: 0..<8)
    func places(seed: UInt64) {
        forEachResolved(seed: seed) { sample, resolved in
            for disk in sample.layout.disks {
                let slices = disk.division.slices.compactMap {
                    resolved.extents[.slice(disk: disk.name, slice: $0.name)]
                }
                #expect(slices.count == disk.division.slices.count)
                for (index, extent) in slices.enumerated() {
                    #expect(extent.byteCount > 0)
                    #expect(extent.start.isMultiple(of: 1 << 20))
                    #expect(slices[..<index].allSatisfy { !$0.overlaps(extent) })
                    let least = resolved.leastByteCounts[disk.name] ?? 0
                    #expect(extent.end <= least)
                    if case .partitions = disk.division { #expect(extent.end + (1 << 20) <= least) }
                }
                if let actual = sample.diskByteCounts[disk.name] {
                    #expect(resolved.leastByteCounts[disk.name].map { $0 <= actual } ?? false)
                }
            }
            for array in sample.layout.arrays { checkLegs(of: array, in: resolved) }
            let bootLegs = Set(
                sample.layout.bootDisks.map { disk in
                    ["bios", "esp", "boot"].map {
                        resolved.extents[.slice(disk: disk.name, slice: $0)]
                    }
                })
            #expect(bootLegs.count == 1)
        }
    }

    private func checkLegs(of array: ArraySpec, in resolved: ResolvedLayout) {
        let byteCount = resolved.arrayByteCounts[array.name] ?? 0
        #expect(byteCount > 0 && byteCount.isMultiple(of: 1 << 20))
        for leg in resolved.layout.legs(of: array.name) {
            guard let extent = resolved.extents[leg] else {
                Issue.record("\(leg) has no place")
                continue
            }
            // mdadm would make it so, with what it keeps for itself.
            #expect(throws: Never.self) {
                try array.planned(
                    legByteCount: extent.byteCount, dataByteCount: byteCount,
                    bitmapChunkByteCount: array.bitmapChunkByteCount)
            }
        }
    }

    @Test("the linter has nothing against it, drawings fit", arguments: 0..<4)
    func drawings(seed: UInt64) {
        forEachResolved(seed: 1000 + seed) { sample, resolved in
            for disk in resolved.geometries(diskByteCounts: sample.diskByteCounts) {
                #expect(disk.problems.isEmpty)
                for line in DiskPicture.draw(disk).split(separator: "\n") {
                    #expect(line.count <= 80, "\(line)")
                }
            }
        }
    }

    @Test("JSON reads back, and narrowed to the machine all stays where it is", arguments: 0..<4)
    func roundTrip(seed: UInt64) throws {
        try forEachResolved(seed: 2000 + seed) { sample, resolved in
            func read(_ layout: Layout) throws -> Layout {
                try Layout(parsing: Array(layout.json.text(.pretty).utf8), file: "m")
            }
            #expect(try read(sample.layout) == sample.layout)
            let identities = sample.diskByteCounts.mapValues {
                DiskIdentity(serial: "same", lun: 1, byteCount: $0, memberUUIDs: ["b", "a"])
            }
            var number = 0
            let narrowed = resolved.narrowed(
                identities: identities.mapValues {
                    number += 1
                    var identity = $0
                    identity.serial = "serial \(number)"
                    return identity
                }, arrayUUIDs: ["boot": "uuid"])
            #expect(try read(narrowed) == narrowed)
            let again = try ResolvedLayout(
                resolving: narrowed, diskByteCounts: sample.diskByteCounts)
            #expect(again.arrayByteCounts == resolved.arrayByteCounts)
            for (device, extent) in resolved.extents {
                if case .disk = device { continue }
                #expect(again.extents[device] == extent)
            }
        }
    }

    @Test("a disk that is up to 5 % smaller than what it is sold as fits in its place")
    func shrinking() throws {
        var random = SplitMix64(seed: 3000)
        try forEachResolved(seed: 3000) { sample, resolved in
            for disk in sample.layout.disks {
                guard case .soldAs(let nominal) = disk.match.size else { continue }
                var sizes = sample.diskByteCounts
                sizes[disk.name] = UInt64.random(
                    in: nominal / 100 * 95...nominal, using: &random)
                let again = try ResolvedLayout(
                    resolving: sample.layout, diskByteCounts: sizes,
                    existingArrayByteCounts: resolved.arrayByteCounts)
                for (device, extent) in resolved.extents {
                    if case .disk = device { continue }
                    #expect(again.extents[device] == extent)
                }
            }
        }
    }

    @Test("whatever the file says, it is read or refused with lines", arguments: 0..<20)
    func nonsense(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let words = [
            "{}", "[]", "~", "x", "rest", "array", "none", "1 MiB", "0 B", "9007199254740993 B",
            "64 GB", "-1", "boot", "iso", "esp", "true", "\"1.0\"", "[x]", "{x: y}", "..",
            "2 B .. 1 B",
        ]
        for _ in 0..<50 {
            // A value in place of another, or a line less.
            var lines = LayoutParseTests.sound.split(separator: "\n").map(String.init)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let line = lines.indices.randomElement(using: &random) ?? 0
                let word = words.randomElement(using: &random) ?? ""
                if let colon = lines[line].lastIndex(of: ":"), !random.isOne(of: 4) {
                    let end = lines[line].last == "}" ? "}" : ""
                    lines[line] = lines[line][...colon] + " " + word + end
                } else {
                    lines.remove(at: line)
                }
            }
            do throws(LayoutErrors) {
                guard
                    let layout = try? Layout(
                        parsing: Array(lines.joined(separator: "\n").utf8), file: "m")
                else { continue }
                _ = try ResolvedLayout(
                    resolving: layout,
                    diskByteCounts: ["card": UInt64.random(in: 0 ... .max, using: &random)],
                    existingArrayByteCounts: [
                        "boot": UInt64.random(in: 0 ... .max, using: &random)
                    ])
            } catch {
                #expect(!error.errors.isEmpty)
            }
        }
    }
}

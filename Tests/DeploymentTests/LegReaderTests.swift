import Digest
import Storage
import Syscalls
import TestSamples
import Testing

@testable import Deployment

@Suite struct LegReaderTests {
    /// A leg made of an image file of random bytes, and what is in it.
    private struct Leg {
        /// Bytes of which no two blocks are the same.
        static let content: [UInt8] = (0..<(3 << 20)).map {
            UInt8(truncatingIfNeeded: $0 &+ ($0 >> 9) &* 31)
        }

        let folder: TemporaryFolder
        let reader: LegReader
        var content: [UInt8] { Leg.content }

        init(start: UInt64 = 0) throws {
            folder = try TemporaryFolder()
            try FileSystem.writeAtomically(Leg.content, to: "\(folder.path)/leg")
            reader = try LegReader(
                VolumeLeg(device: "/leg", slot: 0, state: .whole, start: start),
                in: SystemTree(root: folder.path))
        }
    }

    @Test("a file is put together from its places, holes are zeros, the last block is cut")
    func reading() throws {
        let leg = try Leg(start: 8192)
        let places = try LegReaderPlaces(
            file: "f", byteCount: 20_000,
            [
                FileExtent(logical: 0, physical: 4096, byteCount: 4096),
                FileExtent(logical: 8192, physical: 1 << 20, byteCount: 8192),
                FileExtent(logical: 16384, physical: 0, byteCount: 8192, flags: .last),
            ])
        let all = try leg.reader.read(0..<20_000, of: places)
        #expect(all.count == 20_000)
        #expect(Array(all[..<4096]) == Array(leg.content[12288..<16384]))
        #expect(all[4096..<8192].allSatisfy { $0 == 0 })
        let second = 8192 + (1 << 20)
        #expect(Array(all[8192..<16384]) == Array(leg.content[second..<(second + 8192)]))
        #expect(Array(all[16384...]) == Array(leg.content[8192..<(8192 + 20_000 - 16384)]))
        #expect(try leg.reader.digest(of: places) == Hasher.digest(all))
        #expect(try leg.reader.read(4000..<8200, of: places) == Array(all[4000..<8200]))
    }

    @Test("any range of any list of places reads as that part of the whole file", arguments: 0..<20)
    func ranges(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let leg = try Leg()
        var extents: [FileExtent] = []
        var next: UInt64 = 0
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            next += UInt64.random(in: 0...3, using: &random) * 4096
            let count = UInt64.random(in: 1...8, using: &random) * 4096
            let place = UInt64.random(in: 0...500, using: &random) * 4096
            extents.append(FileExtent(logical: next, physical: place, byteCount: count))
            next += count
        }
        let byteCount = UInt64.random(in: 0...(next + 9000), using: &random)
        let places = try LegReaderPlaces(file: "f", byteCount: byteCount, extents)
        #expect(places.runs.reduce(0) { $0 + $1.byteCount } == byteCount)
        var whole = [UInt8](repeating: 0, count: Int(byteCount))
        for extent in extents where extent.logical < byteCount {
            for index in 0..<min(extent.byteCount, byteCount - extent.logical) {
                whole[Int(extent.logical + index)] = leg.content[Int(extent.physical + index)]
            }
        }
        let from = UInt64.random(in: 0...byteCount, using: &random)
        let to = UInt64.random(in: from...byteCount, using: &random)
        #expect(try leg.reader.read(from..<to, of: places) == Array(whole[Int(from)..<Int(to)]))
        #expect(try leg.reader.digest(of: places) == Hasher.digest(whole))
    }

    @Test(
        "what cannot be read from the disk is refused, with its place",
        arguments: [
            FileExtent.Flags.unwritten, .delayedAllocation, .encoded, .inlineData, .unknown, .tail,
        ])
    func notPlain(flag: FileExtent.Flags) {
        let extents = [
            FileExtent(logical: 0, physical: 4096, byteCount: 4096),
            FileExtent(logical: 4096, physical: 16384, byteCount: 4096, flags: [flag, .last]),
        ]
        #expect(
            throws: LegReaderError.notPlain(
                file: "f", byte: 4096, flags: flag.union(.last).rawValue)
        ) { try LegReaderPlaces(file: "f", byteCount: 5000, extents) }
        // Behind the file's end it counts for nothing.
        #expect(throws: Never.self) {
            try LegReaderPlaces(file: "f", byteCount: 4096, extents)
        }
    }

    @Test("a list without order, or far out, is refused")
    func badPlaces() {
        let far = [FileExtent(logical: 0, physical: .max, byteCount: 4096)]
        let mixed = [
            FileExtent(logical: 4096, physical: 0, byteCount: 8192),
            FileExtent(logical: 8192, physical: 0, byteCount: 4096),
        ]
        #expect(throws: LegReaderError.badPlaces(file: "f", byte: 0)) {
            try LegReaderPlaces(file: "f", byteCount: 9000, far)
        }
        #expect(throws: LegReaderError.badPlaces(file: "f", byte: 8192)) {
            try LegReaderPlaces(file: "f", byteCount: 9000, mixed)
        }
    }

    @Test("a place behind the leg's end is an error with leg, file and byte")
    func outside() throws {
        let leg = try Leg()
        let places = try LegReaderPlaces(
            file: "f", byteCount: 4096,
            [FileExtent(logical: 0, physical: 1 << 40, byteCount: 4096)])
        let error = #expect(throws: LegReaderError.self) { try leg.reader.digest(of: places) }
        #expect(error?.description.hasPrefix("/leg: f: byte 0 cannot be read") == true)
    }

    @Test("the kernel tells where the bytes of a sparse file are")
    func kernelsExtents() throws {
        let folder = try TemporaryFolder()
        let file = try File.create("\(folder.path)/sparse")
        try [UInt8](repeating: 1, count: 5000).withUnsafeBytes { try file.write($0, at: 1 << 20) }
        let extents: [FileExtent]
        do throws(SystemError) {
            extents = try file.extents()
        } catch {
            // A filesystem in memory has no places.
            return
        }
        #expect(extents.allSatisfy { $0.logical >= 1 << 20 || $0.flags.contains(.unwritten) })
        #expect(extents.contains { $0.logical <= 1 << 20 })
    }
}

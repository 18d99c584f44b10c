import DiskFormats
import Syscalls
import TestSamples
import Testing

/// What mdadm 4.2 and Linux 6.1 left on real members, against what we make of it.
@Suite struct MDGoldenTests {
    private func fixture(_ name: String) throws -> [UInt8] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return try FileSystem.read("/\(folder)/Fixtures/\(name)")
    }

    @Test("every array is planned as mdadm makes it")
    func geometry() throws {
        let text = String(decoding: try fixture("mdadm-geometry.txt"), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == 134)
        for line in lines {
            let halves = line.split(separator: "|").map { $0.split(separator: " ") }
            let (asked, made) = (halves[0], halves[1])
            let version = try #require(MDVersion(rawValue: String(asked[0])))
            func plan() throws(FormatFault) -> MDPlannedArray {
                try MDPlannedArray(
                    version: version, deviceSectors: UInt64(asked[1]) ?? 0,
                    componentSectors: UInt64(asked[2]).map { $0 * 2 },
                    bitmap: asked[3] == "none"
                        ? .none : .internal(chunkByteCount: UInt32(asked[3])))
            }
            guard made != ["refused"] else {
                #expect(throws: FormatFault.self, "\(line)") { try plan() }
                continue
            }
            let planned = try plan()
            let geometry = planned.geometry
            let start = Int64(geometry.superblock.lowerBound)
            func relative(_ extent: Range<UInt64>?) -> Int64? {
                extent.map { (Int64($0.lowerBound) - start) / 512 }
            }
            let found: [Int64?] = [
                Int64(planned.componentSectors / 2), Int64(geometry.data.lowerBound / 512),
                start / 512, relative(geometry.bitmap), relative(geometry.badBlockLog),
                planned.bitmapChunkByteCount.map(Int64.init),
            ]
            #expect(found == made.map { Int64($0) }, "\(line)")
        }
    }

    @Test("a survivor and the leg that was failed and removed")
    func split() throws {
        let sector: UInt64 = 204_784
        let survivor = try MDSuperblock(
            decoding: fixture("md-1.0-survivor.superblock"), version: .v1_0, sector: sector)
        let removed = try MDSuperblock(
            decoding: fixture("md-1.0-removed.superblock"), version: .v1_0, sector: sector)
        let uuid = UUID("cea82d8d:52584d45:a85969c9:d034164f")
        for superblock in [survivor, removed] {
            #expect(superblock.setUUID == uuid)
            #expect(superblock.setName == "host:boot")
            #expect((superblock.level, superblock.raidDisks) == (1, 2))
            #expect((superblock.componentSectors, superblock.dataSectors) == (180_000, 204_768))
            #expect((superblock.features, superblock.isClean) == (.bitmap, true))
            #expect((superblock.badBlockSectors, superblock.badBlockOffset) == (8, -8))
            #expect(superblock.bitmapOffset == -16)
        }
        #expect(try survivor.encoded() == fixture("md-1.0-survivor.superblock"))
        #expect(try removed.encoded() == fixture("md-1.0-removed.superblock"))
        #expect((survivor.events, removed.events) == (7, 2))
        #expect((survivor.role, removed.role) == (.active(0), .active(1)))
        #expect((survivor.deviceFlags, removed.deviceFlags) == ([], .writeMostly))
        #expect(survivor.updateTime > removed.updateTime)
        // The survivor knows that the other is gone; the other does not know it.
        #expect(!survivor.deviceRoles.contains(.active(1)))
        #expect(removed.deviceRoles.prefix(2) == [.active(0), .active(1)])
        let geometry = try MDGeometry(survivor, bitmap: nil, deviceSectors: 204_800)
        #expect(geometry.bitmap?.lowerBound == 204_768 * 512)
        #expect(geometry.bitmap?.upperBound == 204_776 * 512)
    }

    @Test("bitmaps: what was written while a leg was away, and one that was never cleared")
    func bitmaps() throws {
        let survivor = try MDBitmap(decoding: fixture("md-1.0-survivor.bitmap"))
        let removed = try MDBitmap(decoding: fixture("md-1.0-removed.bitmap"))
        #expect((survivor.events, survivor.eventsCleared) == (7, 1))
        #expect((removed.events, removed.eventsCleared) == (2, 1))
        #expect((survivor.chunkByteCount, survivor.chunkCount) == (1 << 20, 88))
        #expect((survivor.syncSectors, survivor.daemonSeconds) == (180_000, 5))
        #expect(survivor.setChunks == [20..<23, 87..<88])
        #expect(removed.setChunks == [0..<88])
        #expect(try fixture("md-1.0-survivor.bitmap").starts(with: survivor.encoded()))
    }

    @Test("0.90 as a kernel wrote it")
    func version090() throws {
        let bytes = try fixture("md-0.90.superblock")
        let superblock = try MDSuperblock090(decoding: bytes)
        #expect(superblock.setUUID.mdadmText == "af21f1c6:f0e2be43:3d186b3c:53958f34")
        #expect((superblock.level, superblock.raidDisks, superblock.events) == (1, 2, 1))
        #expect((superblock.componentSectors, superblock.isClean) == (180_000, true))
        #expect(superblock.hasBitmap)
        #expect(superblock.thisDisk.role == .active(0))
        #expect(superblock.disks.prefix(2).map(\.role) == [.active(0), .spare])
        let geometry = try MDGeometry(superblock, deviceSectors: 204_800)
        let plan = try MDPlannedArray(
            version: .v0_90, deviceSectors: 204_800, componentSectors: 180_000,
            bitmap: .internal(chunkByteCount: 1 << 20))
        #expect(geometry == plan.geometry)
        var generator = SplitMix64(seed: 13)
        for _ in 0..<200 {
            var damaged = bytes
            damaged[Int.random(in: 0..<4096, using: &generator)] ^= UInt8.random(
                in: 1...255, using: &generator)
            #expect(throws: FormatFault.self) { try MDSuperblock090(decoding: damaged) }
        }
    }
}

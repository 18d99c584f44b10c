import DiskFormats
import TestSamples
import Testing

@Suite struct MDGeometryTests {
    /// A device and what mdadm makes of it; sizes in sectors.
    struct Case: CustomTestStringConvertible, Sendable {
        let version: MDVersion
        let device: UInt64
        let size: UInt64
        let data: UInt64
        let why: String
        var testDescription: String { "\(version) on \(device) sectors: \(why)" }
    }

    @Test(
        "sizes are those of arrays that mdadm made",
        arguments: [
            Case(
                version: .v1_0, device: 976_762_584 * 2, size: 976_762_432 * 2, data: 0,
                why: "XCP-ng's documentation of its software RAID"),
            Case(
                version: .v1_2, device: 1_953_525_168, size: 1_953_260_928, data: 264_192,
                why: "a disk of 1 TB, 128 MiB in front"),
            Case(
                version: .v1_2, device: 41_943_040, size: 41_908_224, data: 34816,
                why: "20 GiB, a thousandth in front"),
            Case(version: .v1_2, device: 204_800, size: 202_752, data: 2048, why: "100 MiB"),
            Case(version: .v0_90, device: 204_800, size: 204_672, data: 0, why: "64 KiB behind"),
        ])
    func sizes(sample: Case) throws {
        let plan = try MDPlannedArray(
            version: sample.version, deviceSectors: sample.device, bitmap: .none)
        #expect(plan.componentSectors == sample.size)
        #expect(plan.geometry.data.lowerBound == sample.data * 512)
        #expect(plan.geometry.bitmap == nil)
        #expect(plan.bitmapChunkByteCount == nil)
    }

    @Test("1.0: bitmap and bad-block log lie in front of the superblock")
    func atTheEnd() throws {
        let plan = try MDPlannedArray(
            version: .v1_0, deviceSectors: 125_829_120, componentSectors: 120_000_000,
            bitmap: .internal(chunkByteCount: 1 << 20))
        let superblock = (125_829_120 - 16) * 512 as UInt64
        #expect(plan.geometry.superblock == superblock..<(superblock + 4096))
        #expect(plan.geometry.badBlockLog == (superblock - 4096)..<superblock)
        // 58594 bits and 256 bytes: two blocks.
        #expect(plan.geometry.bitmap == (superblock - 12288)..<(superblock - 4096))
        #expect(plan.geometry.data == 0..<(120_000_000 * 512))
        #expect(plan.bitmapChunkByteCount == 1 << 20)
        let byDefault = try MDPlannedArray(
            version: .v1_0, deviceSectors: 125_829_120, bitmap: .internal(chunkByteCount: nil))
        #expect(byDefault.bitmapChunkByteCount == 64 << 20)
        #expect(byDefault.geometry.bitmap == (superblock - 8192)..<(superblock - 4096))
    }

    @Test("1.2: superblock, bitmap, bad-block log, room, data")
    func atTheStart() throws {
        let plan = try MDPlannedArray(
            version: .v1_2, deviceSectors: 204_800, bitmap: .internal(chunkByteCount: nil))
        #expect(
            plan.geometry.metadata == [4096..<8192, 8192..<12288, 12288..<16384])
        #expect(plan.geometry.data.lowerBound == 1 << 20)
        let close = try MDPlannedArray(
            version: .v1_2, deviceSectors: 204_800, dataSector: 24, bitmap: .none)
        #expect(close.geometry.badBlockLog == 8192..<12288)
    }

    @Test("what mdadm would refuse is refused")
    func refused() {
        #expect(throws: FormatFault.self) {
            try MDPlannedArray(version: .v1_0, deviceSectors: 40, bitmap: .none)
        }
        #expect(throws: FormatFault.self) {
            try MDPlannedArray(
                version: .v1_0, deviceSectors: 4096, componentSectors: 4090, bitmap: .none)
        }
        // 64 KiB of bits, less than 4 KiB a bit on 60 GiB.
        #expect(throws: FormatFault.self) {
            try MDPlannedArray(
                version: .v1_0, deviceSectors: 125_829_120,
                bitmap: .internal(chunkByteCount: 4096))
        }
        for sectors: UInt64 in [0, 1, 23, .max] {
            for version in MDVersion.allCases {
                #expect(throws: FormatFault.self) {
                    try MDPlannedArray(version: version, deviceSectors: sectors, bitmap: .none)
                }
            }
        }
    }

    @Test("parts never overlap and are on the device, whatever its size")
    func disjoint() throws {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<2000 {
            let exponent = Int.random(in: 12...40, using: &generator)
            let sectors = UInt64.random(in: 1 << 11...1 << UInt64(exponent), using: &generator)
            for version in MDVersion.allCases {
                for bitmap in [MDPlannedArray.Bitmap.none, .internal(chunkByteCount: nil)] {
                    guard
                        let plan = try? MDPlannedArray(
                            version: version, deviceSectors: sectors, bitmap: bitmap)
                    else {
                        #expect(sectors < 4096, "\(version) does not fit \(sectors) sectors")
                        continue
                    }
                    let parts = (plan.geometry.metadata + [plan.geometry.data])
                        .sorted { $0.lowerBound < $1.lowerBound }
                    for (part, next) in zip(parts, parts.dropFirst()) {
                        #expect(part.upperBound <= next.lowerBound, "\(version) on \(sectors)")
                    }
                    #expect(parts.allSatisfy { $0.upperBound <= sectors * 512 })
                }
            }
        }
    }

    @Test("what is planned is what its superblock then says", arguments: MDSuperblockTests.versions)
    func observed(version: MDVersion) throws {
        for sectors: UInt64 in [1 << 13, 1 << 20, 468_862_128, 1 << 32] {
            let chunk: UInt32 = sectors > 1 << 31 ? 64 << 20 : 4 << 20
            let plan = try MDPlannedArray(
                version: version, deviceSectors: sectors,
                bitmap: .internal(chunkByteCount: chunk))
            let (superblock, bitmap) = try SampleArray.leg(
                version, deviceSectors: sectors, bitmapChunk: chunk)
            let seen = try MDGeometry(superblock, bitmap: bitmap, deviceSectors: sectors)
            #expect(seen == plan.geometry)
            // Without the bitmap's own word, up to where something else begins.
            let blind = try MDGeometry(superblock, bitmap: nil, deviceSectors: sectors)
            #expect(blind.bitmap?.lowerBound == seen.bitmap?.lowerBound)
            #expect((blind.bitmap?.upperBound ?? 0) >= (seen.bitmap?.upperBound ?? 1))
            #expect(throws: FormatFault.self) {
                try MDGeometry(superblock, bitmap: bitmap, deviceSectors: sectors / 2)
            }
        }
    }
}

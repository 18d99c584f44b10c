import BootLoader
import CSyscalls
import DiskFormats
import Storage
import TestSamples
import Testing

/// What a power cut can leave, and that doing the step again cures it.
@Suite struct CutTests {
    @Test("boot code never points to a core image that is half there")
    func bootCodeOrder() throws {
        let loaders = try [0x22, 0x33].map { try LegImage.loader(core: $0) }
        let new = loaders[0]
        let start: UInt64 = 1 << 20
        let (code, core) = (new.bootCode(coreLBA: 2048), new.core(coreLBA: 2048))
        let blank = [UInt8](repeating: 0, count: 440)
        let half = Array(core[..<5000]) + [UInt8](repeating: 0, count: core.count - 5000)
        let otherCode = code.map { $0 ^ 1 }
        for (oldCode, oldCore) in [
            (blank, half), (code, half), (GrubBIOSLoader.passOn, half), (otherCode, half),
            (otherCode, core), (blank, core), (code, loaders[1].core(coreLBA: 2048)), (code, core),
        ] {
            let writes = BootCodeWrites.writes(new, coreStart: start, code: oldCode, core: oldCore)
            #expect(writes.isEmpty == (oldCode == code && oldCore == core))
            var (nowCode, nowCore) = (oldCode, oldCore)
            for write in writes {
                // While the core image is written the code must not lead to it.
                if write.offset == start {
                    #expect(nowCode == blank || nowCode == GrubBIOSLoader.passOn)
                    nowCore = write.bytes
                } else {
                    if write.bytes == code { #expect(nowCore == core) }
                    nowCode = write.bytes
                }
            }
            #expect(nowCode == code && nowCore == core)
        }
    }

    @Test(
        "sectors that did or did not arrive: the step is done again, and the leg is whole",
        .enabled(if: hasTools, "needs mkfs.vfat and mtools"), arguments: 0..<6)
    func tornSystemPartition(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let image = try LegImage()
        let writer = GrubBootLegWriter(try image.content())
        // Half of the cuts come while it is made, half while it is changed.
        if seed % 2 == 1 { try writer.writeSystemPartition(of: image.leg) }
        let before = try image.all()
        let next =
            seed % 2 == 1
            ? GrubBootLegWriter(try image.content(core: 0x33, kernelByteCount: 500_000)) : writer
        try next.writeSystemPartition(of: image.leg)
        let after = try image.all()
        let start = Int(LegImage.systemPartition.start)
        for offset in Self.differences(before, after, from: start)
        where Bool.random(using: &generator) {
            let sector = Array(before[offset..<(offset + 512)])
            try image.apply(ByteWrite(offset: UInt64(offset), bytes: sector))
        }
        try next.writeSystemPartition(of: image.leg)
        try next.writeBootCode(of: image.leg)
        #expect(try next.state(of: image.leg) == .complete)
        #expect(try !image.volume().needsRepair)
    }
}

extension CutTests {
    /// The offsets of sectors that differ.
    private static func differences(_ left: [UInt8], _ right: [UInt8], from start: Int) -> [Int] {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                stride(from: start, to: left.count, by: 512).filter { offset in
                    let (one, two) = (left.baseAddress, right.baseAddress)
                    guard let one, let two else { return false }
                    return memcmp(one + offset, two + offset, 512) != 0
                }
            }
        }
    }
}

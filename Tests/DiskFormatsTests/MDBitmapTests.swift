import DiskFormats
import TestSamples
import Testing

@Suite struct MDBitmapTests {
    private func makeBitmap(syncSectors: UInt64 = 20001) throws -> MDBitmap {
        try MDBitmap(
            setUUID: SampleArray.setUUID, syncSectors: syncSectors, chunkByteCount: 1 << 20)
    }

    @Test("bits are kept, one a chunk, the last chunk may be cut")
    func bits() throws {
        var bitmap = try makeBitmap()
        #expect(bitmap.chunkCount == 10)
        #expect(bitmap.setChunks == [])
        for chunk: UInt64 in [0, 1, 2, 7, 8, 9] { bitmap.set(chunk) }
        bitmap.set(1, to: false)
        #expect(bitmap.setChunks == [0..<1, 2..<3, 7..<10])
        #expect(bitmap.isSet(7) && !bitmap.isSet(6))
        let bytes = bitmap.encoded()
        #expect(bytes.count == 258)
        #expect(bytes[256...] == [0b1000_0101, 0b0000_0011])
        #expect(try MDBitmap(decoding: bytes + [1, 2, 3]) == bitmap)
    }

    @Test("it is read from where the superblock says", arguments: MDSuperblockTests.versions)
    func onDisk(version: MDVersion) throws {
        let (superblock, bitmap) = try SampleArray.leg(version, deviceSectors: 1 << 16)
        var wanted = try #require(bitmap)
        wanted.set(3)
        var disk = MemoryBytes([UInt8](repeating: 0, count: 512 << 16))
        disk.apply(superblock.write)
        let offset = try #require(MDBitmap.offset(of: superblock))
        disk.apply(ByteWrite(offset: offset, bytes: wanted.encoded()))
        #expect(try MDBitmap(reading: disk, of: superblock) == wanted)
        var other = superblock
        other.setUUID = SampleArray.deviceUUID
        #expect(throws: FormatFault.self) { try MDBitmap(reading: disk, of: other) }
        other = superblock
        other.features = []
        #expect(throws: FormatFault.absent(.mdBitmap)) { try MDBitmap(reading: disk, of: other) }
        other = superblock
        other.bitmapOffset = .min
        #expect(throws: FormatFault.absent(.mdBitmap)) { try MDBitmap(reading: disk, of: other) }
    }

    @Test("cuts and insane fields are faults")
    func faults() throws {
        let bytes = try makeBitmap().encoded()
        for length in 0..<bytes.count {
            #expect(throws: FormatFault.self) { try MDBitmap(decoding: Array(bytes[..<length])) }
        }
        for (offset, value) in [(0, UInt8(0)), (4, 9), (52, 1), (47, 255), (46, 255)] {
            var changed = bytes
            changed[offset] = value
            #expect(throws: FormatFault.self) { try MDBitmap(decoding: changed) }
        }
        #expect(throws: FormatFault.self) { try makeBitmap(syncSectors: .max) }
        #expect(throws: FormatFault.self) {
            try MDBitmap(setUUID: SampleArray.setUUID, syncSectors: 1, chunkByteCount: 4097)
        }
        #expect(try makeBitmap(syncSectors: 0).chunkCount == 0)
        var generator = SplitMix64(seed: 3)
        for _ in 0..<500 {
            var changed = bytes
            changed[Int.random(in: 0..<72, using: &generator)] = .random(
                in: 0...255, using: &generator)
            _ = try? MDBitmap(decoding: changed).setChunks
        }
    }
}

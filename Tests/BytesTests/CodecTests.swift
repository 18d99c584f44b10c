import Bytes
import Testing

@Suite struct ByteCodecTests {
    private struct Sample: Equatable {
        var small: UInt8
        var medium: UInt16
        var large: UInt32
        var huge: UInt64
        var tail: [UInt8]

        var encoded: [UInt8] {
            var writer = ByteWriter()
            writer.uint8(small)
            writer.uint16LE(medium)
            writer.uint32LE(large)
            writer.uint64LE(huge)
            writer.raw(tail)
            return writer.bytes
        }

        init() {
            (small, medium, large, huge) = (1, 0x0203, 0x0405_0607, 0x0809_0a0b_0c0d_0e0f)
            tail = [0xaa, 0xbb]
        }

        init(decoding bytes: [UInt8]) throws(DecodeError) {
            let span = bytes.span.bytes
            var cursor = ByteCursor()
            small = try cursor.uint8("small", in: span)
            medium = try cursor.uint16LE("medium", in: span)
            large = try cursor.uint32LE("large", in: span)
            huge = try cursor.uint64LE("huge", in: span)
            tail = try cursor.bytes(2, "tail", in: span)
        }
    }

    @Test("fields are little-endian and come back")
    func roundTrip() throws {
        let encoded = Sample().encoded
        #expect(encoded.starts(with: [1, 3, 2, 7, 6, 5, 4, 0x0f]))
        #expect(try Sample(decoding: encoded) == Sample())
    }

    @Test("every cut gives an error, none a trap")
    func truncation() {
        let encoded = Sample().encoded
        for length in 0..<encoded.count {
            #expect(throws: DecodeError.self) {
                try Sample(decoding: Array(encoded[..<length]))
            }
        }
    }

    @Test("the error names the field and what is missing")
    func message() {
        var cursor = ByteCursor(at: 3)
        let bytes: [UInt8] = [0, 0, 0, 0]
        #expect(
            throws: DecodeError.truncated(field: "size", offset: 3, byteCount: 4, available: 1)
        ) {
            try cursor.uint32LE("size", in: bytes.span.bytes)
        }
        #expect(throws: DecodeError.self) {
            var beyond = ByteCursor(at: 99)
            _ = try beyond.bytes(Int.max, "all", in: bytes.span.bytes)
        }
    }
}

import Compression
import Testing

@Suite struct CompressionTests {
    static let codecs: [Compression.Codec] = [
        .zstd(level: 1), .zstd(), .xz, .gzip(level: 1), .gzip(), .lz4, .lz4HighCompression,
    ]

    /// Text-like bytes, the same every time.
    static func sample(_ count: Int) -> [UInt8] {
        Array("the quick brown fox jumps over \(count) lazy dogs; ".utf8)
            .repeated(to: count)
    }

    /// Bytes without any order, the same every time.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 32)
        }
    }

    static func compress(_ input: [UInt8], _ codec: Compression.Codec, room: Int) throws -> [UInt8]?
    {
        let compressor = try Compression.Compressor(codec, dictionarySize: 1 << 17)
        var output = [UInt8](repeating: 0, count: room)
        let size = try input.withUnsafeBytes { input in
            try output.withUnsafeMutableBytes { try compressor.compress(input, into: $0) }
        }
        return size.map { Array(output[..<$0]) }
    }

    static func decompress(
        _ input: [UInt8], _ algorithm: Compression.Algorithm, room: Int
    ) throws -> [UInt8] {
        let decompressor = try Compression.Decompressor(algorithm)
        var output = [UInt8](repeating: 0, count: room)
        let size = try input.withUnsafeBytes { input in
            try output.withUnsafeMutableBytes { try decompressor.decompress(input, into: $0) }
        }
        return Array(output[..<size])
    }

    @Test("what goes in comes out", arguments: codecs)
    func roundTrip(codec: Compression.Codec) throws {
        let algorithm = try #require(codec.algorithm)
        for count in [1024, 8192, 131_072] {
            let input = Self.sample(count)
            let compressed = try #require(try Self.compress(input, codec, room: count - 1))
            #expect(compressed.count < count / 4)
            #expect(try Self.decompress(compressed, algorithm, room: count) == input)
        }
    }

    @Test("noise does not fit into less room than it has", arguments: codecs)
    func incompressible(codec: Compression.Codec) throws {
        #expect(try Self.compress(Self.noise(4096), codec, room: 4095) == nil)
    }

    @Test("damaged or cut blocks are errors or other bytes, never traps", arguments: codecs)
    func damage(codec: Compression.Codec) throws {
        let algorithm = try #require(codec.algorithm)
        let compressed = try #require(try Self.compress(Self.sample(1024), codec, room: 1023))
        for length in 0..<compressed.count {
            let cut = try? Self.decompress(
                Array(compressed[..<length]), algorithm, room: 1024)
            #expect(cut?.count != 1024)
        }
        for index in compressed.indices {
            var damaged = compressed
            damaged[index] ^= 0x55
            let result = try? Self.decompress(damaged, algorithm, room: 1024)
            #expect((result?.count ?? 0) <= 1024)
        }
    }

    @Test("data longer than its room is an error", arguments: codecs)
    func overflow(codec: Compression.Codec) throws {
        let algorithm = try #require(codec.algorithm)
        let compressed = try #require(try Self.compress(Self.sample(8192), codec, room: 8191))
        #expect(throws: CompressionError.self) {
            try Self.decompress(compressed, algorithm, room: 8191)
        }
    }

    @Test("levels out of range are refused")
    func levels() {
        #expect(throws: CompressionError.invalidLevel(codec: "zstd", level: 23, range: 1...22)) {
            try Compression.Compressor(.zstd(level: 23), dictionarySize: 4096)
        }
        #expect(throws: CompressionError.invalidLevel(codec: "gzip", level: 0, range: 1...9)) {
            try Compression.Compressor(.gzip(level: 0), dictionarySize: 4096)
        }
    }

    @Test("the probe knows noise from text, and repeated noise from noise")
    func probe() throws {
        let probe = try Compression.Compressibility()
        let noise = Self.noise(131_072)
        #expect(try noise.withUnsafeBytes { try probe.isLostTime($0) })
        #expect(try !Self.sample(131_072).withUnsafeBytes { try probe.isLostTime($0) })
        let repeated = Array(noise[..<4096]).repeated(to: 131_072)
        #expect(try !repeated.withUnsafeBytes { try probe.isLostTime($0) })
    }

    @Test("the identity of a codec names its library's version")
    func identity() {
        #expect(Compression.Codec.zstd().identity.contains(Compression.Library.zstd))
        #expect(Set(Self.codecs.map(\.identity)).count == Self.codecs.count)
    }
}

extension [UInt8] {
    /// The bytes over and over until there are `count` of them.
    fileprivate func repeated(to count: Int) -> [UInt8] {
        (0..<count).map { self[$0 % self.count] }
    }
}

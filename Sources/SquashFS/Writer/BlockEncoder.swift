import Compression

extension SquashFS {
    /// A block as it will be stored.
    struct EncodedBlock: Sendable {
        /// Whether the stored bytes are the block's own, because compressing won nothing.
        var isRaw: Bool
        /// How many bytes are stored.
        var byteCount: Int
        /// The SHA-256 of the stored bytes.
        var digest: BlockDigest
        /// Whether the cache had it.
        var isCached: Bool
    }

    /// Compresses blocks for one thread: from the cache, or by skipping noise, or by work.
    final class BlockEncoder {
        private let compressor: Compression.Compressor?
        private let probe: Compression.Compressibility?
        private let cache: BlockCache?
        private let recipe: [UInt8]
        private let slack: Int

        /// How much more room than `input` has `encode` may be given: libdeflate gives up before
        /// its room is full.
        static let outputSlack = 64

        /// Makes an encoder.
        ///
        /// - Throws: `SquashFSError.compression` when a library has no memory.
        init(_ options: WriterOptions, cache: BlockCache?) throws(SquashFSError) {
            let codec = options.compression
            do throws(CompressionError) {
                compressor =
                    codec == .none
                    ? nil : try .init(codec, dictionarySize: options.blockSize)
                // LZ4 is as fast as the probe.
                let isFast = codec.algorithm == .lz4 || codec == .none
                probe = isFast || options.compressesNoise ? nil : try .init()
            } catch {
                throw .compression(error)
            }
            slack = codec.algorithm == .gzip ? Self.outputSlack : -1
            self.cache = codec == .none || codec == .lz4 ? nil : cache
            recipe = Array(
                "\(codec.identity) \(options.blockSize) \(options.compressesNoise)".utf8)
        }

        /// Encodes one block.
        ///
        /// - Parameters:
        ///   - input: The block, not empty.
        ///   - content: The SHA-256 of `input`.
        ///   - output: Room for as many bytes as `input` has, and `outputSlack` more.
        ///   - isMetadata: Metadata is compressed without looking whether it is noise.
        /// - Returns: What is stored: `output`'s first bytes, or `input` when `isRaw`.
        /// - Throws: `SquashFSError.compression`.
        func encode(
            _ input: UnsafeRawBufferPointer, content: BlockDigest,
            into output: UnsafeMutableRawBufferPointer, isMetadata: Bool = false
        ) throws(SquashFSError) -> EncodedBlock {
            let raw = EncodedBlock(
                isRaw: true, byteCount: input.count, digest: content, isCached: false)
            guard let compressor else { return raw }
            let room = UnsafeMutableRawBufferPointer(
                rebasing: output.prefix(input.count + slack))
            let key = cache.map { $0.key(recipe: recipe, content: content, isMetadata) }
            if let cache, let key, let hit = cache.find(key, content: raw, into: room) {
                return hit
            }
            let encoded: EncodedBlock
            do throws(CompressionError) {
                if !isMetadata, let probe, try probe.isLostTime(input) {
                    encoded = raw
                } else if let count = try compressor.compress(input, into: room),
                    count < input.count
                {
                    encoded = EncodedBlock(
                        isRaw: false, byteCount: count,
                        digest: BlockDigest(of: UnsafeRawBufferPointer(rebasing: room[..<count])),
                        isCached: false)
                } else {
                    encoded = raw
                }
            } catch {
                throw .compression(error)
            }
            if let cache, let key {
                cache.insert(
                    key, encoded, UnsafeRawBufferPointer(rebasing: room.prefix(encoded.byteCount)))
            }
            return encoded
        }
    }
}

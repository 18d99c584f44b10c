import Compression
import SquashFS
import Synchronization
import Syscalls

/// The least that packing can take: the codec alone, on the same blocks, on the same processors.
///
/// The bytes are those of an image without compression, cut into blocks; those that do not compress
/// are left out, as in packing.
struct CodecFloor {
    private let codec: Compression.Codec
    private let image: String

    /// Names a codec as `slipway squash pack --compression` does.
    init(name: String, image: String) {
        codec =
            switch name {
            case "xz": .xz
            case "gzip": .gzip()
            case "lz4": .lz4
            default: .zstd()
            }
        self.image = image
    }

    /// Compresses all blocks.
    func run() throws {
        let source = try SquashFS.Image(path: image)
        let blocks = try Self.blocks(of: source)
        let file = try File(image)
        let failure = Mutex<(any Error)?>(nil)
        let codec = codec
        let shared = Shared()
        let work: @Sendable () -> Void = {
            do {
                let compressor = try Compression.Compressor(codec, dictionarySize: 131_072)
                let probe = try Compression.Compressibility()
                var output = [UInt8](repeating: 0, count: 140_000)
                while let index = shared.take(below: blocks.count) {
                    let input = try file.read(blocks[index].count, at: blocks[index].offset)
                    try input.withUnsafeBytes { input in
                        if try probe.isLostTime(input) { return }
                        _ = try output.withUnsafeMutableBytes {
                            try compressor.compress(input, into: $0)
                        }
                    }
                }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        let threads = try (0..<Processors.count).map { _ in try WorkerThread.start(work) }
        for thread in threads { thread.join() }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Hands out indices.
    private final class Shared: Sendable {
        private let next = Mutex(0)

        func take(below count: Int) -> Int? {
            next.withLock { next in
                guard next < count else { return nil }
                next += 1
                return next - 1
            }
        }
    }

    private static func blocks(
        of image: SquashFS.Image
    ) throws -> [(offset: UInt64, count: Int)] {
        // Without compression the data is one run of bytes from the superblock to the inodes.
        var blocks: [(offset: UInt64, count: Int)] = []
        var offset = UInt64(SquashFS.Superblock.encodedSize)
        let end = image.superblock.dataEnd
        while offset < end {
            let count = Int(min(131_072, end - offset))
            blocks.append((offset, count))
            offset += UInt64(count)
        }
        return blocks
    }
}

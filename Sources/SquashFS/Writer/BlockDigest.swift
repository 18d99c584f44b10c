import Digest

extension SquashFS {
    /// The SHA-256 of a block, as a value that needs no memory of its own.
    package struct BlockDigest: Sendable, Hashable {
        private let words: (UInt64, UInt64, UInt64, UInt64)

        /// The digest of bytes in memory.
        init(of bytes: UnsafeRawBufferPointer) {
            self.init(Digest.Hasher.digest(bytes))
        }

        /// A digest that has been made: 32 bytes; others are taken as zeros.
        package init(_ bytes: some RandomAccessCollection<UInt8>) {
            var digest = [UInt8](bytes.prefix(32))
            digest += [UInt8](repeating: 0, count: 32 - digest.count)
            words = digest.withUnsafeBytes { buffer in
                (
                    buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                    buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                    buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
                )
            }
        }

        /// The 32 bytes.
        package var bytes: [UInt8] { withUnsafeBytes(of: words) { [UInt8]($0) } }

        /// A quarter of it, which is a good hash already.
        var firstWord: UInt64 { words.0 }

        package static func == (left: Self, right: Self) -> Bool { left.words == right.words }

        package func hash(into hasher: inout Swift.Hasher) { hasher.combine(firstWord) }
    }
}

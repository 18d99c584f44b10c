/// Compression of blocks in memory, over the C libraries of the system.
package enum Compression {}

extension Compression {
    /// The format of compressed blocks.
    package enum Algorithm: String, Sendable, CaseIterable {
        /// A zlib stream (RFC 1950); squashfs calls it gzip.
        case gzip
        /// LZMA in the old format of `lzma(1)`; read only.
        case lzma
        /// LZO1X; read only.
        case lzo
        /// LZMA2 in an `.xz` stream.
        case xz
        /// A bare LZ4 block.
        case lz4
        /// A Zstandard frame (RFC 8878).
        case zstd
    }

    /// How blocks are compressed: a format with its level.
    package enum Codec: Sendable, Hashable {
        /// Zstandard, level 1 to 22.
        case zstd(level: Int = 15)
        /// LZMA2, preset 6 with a dictionary as large as a block and CRC32, as mksquashfs does.
        case xz
        /// A zlib stream, level 1 to 9.
        case gzip(level: Int = 9)
        /// LZ4, the fast compressor.
        case lz4
        /// LZ4, the slow compressor at its highest level, 12.
        case lz4HighCompression
        /// Blocks stay as they are.
        case none

        /// The format of the blocks; nil when they stay as they are.
        package var algorithm: Algorithm? {
            switch self {
            case .zstd: .zstd
            case .xz: .xz
            case .gzip: .gzip
            case .lz4, .lz4HighCompression: .lz4
            case .none: nil
            }
        }

        /// Text that differs whenever the compressed bytes may: format, level, library version.
        package var identity: String {
            switch self {
            case .zstd(let level): "zstd-\(level) libzstd \(Library.zstd)"
            case .xz: "xz-6 liblzma \(Library.xz)"
            case .gzip(let level): "gzip-\(level) libdeflate \(Library.gzip)"
            case .lz4: "lz4 liblz4 \(Library.lz4)"
            case .lz4HighCompression: "lz4hc-12 liblz4 \(Library.lz4)"
            case .none: "none"
            }
        }
    }
}

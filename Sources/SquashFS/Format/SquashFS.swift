import Compression

/// SquashFS 4.0: a writer that gives the same bytes every time and a reader that trusts nothing.
///
/// The format is that of the kernel's `fs/squashfs/squashfs_fs.h`; all numbers are little-endian.
/// An image is: superblock, options of the compressor, data blocks and fragment blocks, and the
/// tables of inodes, directories, fragments, inode references ("export"), ids and xattrs.
package enum SquashFS {
    /// How many bytes a block of metadata holds before compression.
    static let metadataBlockSize = 8192
    /// The bit of a metadata block's header that says that the block is not compressed.
    static let metadataIsRaw: UInt16 = 0x8000
    /// The bit of a data block's size that says that the block is not compressed.
    static let blockIsRaw: UInt32 = 1 << 24
    /// A 32-bit index that stands for "none": of fragments, of xattr sets.
    static let none: UInt32 = 0xffff_ffff
    /// A table's offset that stands for "there is no such table".
    static let noTable: UInt64 = 0xffff_ffff_ffff_ffff
    /// Block sizes are powers of two in this range, in bytes.
    package static let blockSizeRange = 4096...(1 << 20)
    /// What an image's length is padded to, so that a loop device can hold it.
    static let padding = 4096

    /// The compressor's number in the superblock.
    static func identifier(of algorithm: Compression.Algorithm?) -> UInt16 {
        switch algorithm {
        // An image without compressed blocks still names one; every kernel has zlib.
        case .gzip, nil: 1
        case .lzma: 2
        case .lzo: 3
        case .xz: 4
        case .lz4: 5
        case .zstd: 6
        }
    }

    /// The format that a number in the superblock stands for.
    static func algorithm(_ identifier: UInt16) -> Compression.Algorithm? {
        switch identifier {
        case 1: .gzip
        case 2: .lzma
        case 3: .lzo
        case 4: .xz
        case 5: .lz4
        case 6: .zstd
        default: nil
        }
    }

    /// The options that follow the superblock when they differ from the format's defaults.
    ///
    /// They are squashfs-tools' structures `gzip_comp_opts`, `zstd_comp_opts`, `lz4_comp_opts`.
    static func compressorOptions(of codec: Compression.Codec) -> [UInt8]? {
        func words(_ values: UInt32...) -> [UInt8] {
            values.flatMap { value in (0..<4).map { UInt8(value >> (8 * $0) & 0xff) } }
        }
        switch codec {
        case .zstd(let level) where level != 15: return words(UInt32(level))
        // Level, then window size (16 bits) and strategies (16 bits).
        case .gzip(let level) where level != 9: return words(UInt32(level), 15)
        // Version 1, and a flag for the slow compressor.
        case .lz4: return words(1, 0)
        case .lz4HighCompression: return words(1, 1)
        default: return nil
        }
    }

    /// Path bytes as text for messages: what is not printable becomes `\xNN`.
    package static func text(_ path: some Sequence<UInt8>) -> String {
        let bytes = Array(path)
        if let text = String(validating: bytes, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        {
            return text
        }
        let digits = Array("0123456789abcdef")
        return bytes.map { byte in
            (0x20..<0x7f).contains(byte) && byte != UInt8(ascii: "\\")
                ? String(UnicodeScalar(byte))
                : "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
    }
}

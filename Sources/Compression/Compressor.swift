import CDeflate
import CLZ4
import CLZMA
import CZstd

extension Compression {
    /// Compresses blocks with one codec, keeping the library's working memory between them.
    ///
    /// Not for use from two threads at once; make one per thread.
    package final class Compressor {
        private enum Engine {
            case zstd(OpaquePointer, level: CInt)
            case xz(lzma_options_lzma)
            case gzip(OpaquePointer)
            case lz4
            case lz4HighCompression(UnsafeMutableRawPointer)
        }

        private let engine: Engine

        /// Makes a compressor.
        ///
        /// - Parameters:
        ///   - codec: Format and level; `.none` has no compressor.
        ///   - dictionarySize: The dictionary of xz in bytes: the image's block size.
        /// - Throws: `CompressionError` for a level out of range, or when there is no memory.
        package init(_ codec: Codec, dictionarySize: Int) throws(CompressionError) {
            try codec.validate()
            switch codec {
            case .zstd(let level):
                guard let context = ZSTD_createCCtx() else {
                    throw .failed(library: "libzstd", message: "out of memory")
                }
                engine = .zstd(context, level: CInt(level))
            case .gzip(let level):
                guard let compressor = libdeflate_alloc_compressor(CInt(level)) else {
                    throw .failed(library: "libdeflate", message: "out of memory")
                }
                engine = .gzip(compressor)
            case .xz:
                var options = lzma_options_lzma()
                guard lzma_lzma_preset(&options, UInt32(LZMA_PRESET_DEFAULT_VALUE)) == 0 else {
                    throw .failed(library: "liblzma", message: "preset 6 is missing")
                }
                options.dict_size = UInt32(clamping: max(dictionarySize, 8192))
                engine = .xz(options)
            case .lz4: engine = .lz4
            case .lz4HighCompression:
                engine = .lz4HighCompression(
                    .allocate(byteCount: Int(LZ4_sizeofStateHC()), alignment: 16))
            case .none:
                throw .failed(library: "none", message: "there is nothing to compress with")
            }
        }

        deinit {
            switch engine {
            case .zstd(let context, _): ZSTD_freeCCtx(context)
            case .gzip(let compressor): libdeflate_free_compressor(compressor)
            case .lz4HighCompression(let state): state.deallocate()
            case .xz, .lz4: break
            }
        }

        /// Compresses one block.
        ///
        /// - Parameters:
        ///   - input: The block, at most 2 GiB.
        ///   - output: Room for the result.
        /// - Returns: The count of bytes written; nil when the result does not fit into `output`.
        /// - Throws: `CompressionError.failed` with the library's own words.
        package func compress(
            _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) throws(CompressionError) -> Int? {
            guard !output.isEmpty else { return nil }
            switch engine {
            case .zstd(let context, let level):
                let size = ZSTD_compressCCtx(
                    context, output.baseAddress, output.count, input.baseAddress, input.count,
                    level)
                guard ZSTD_isError(size) != 0 else { return size }
                if ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall { return nil }
                throw .failed(
                    library: "libzstd", message: String(cString: ZSTD_getErrorName(size)))
            case .xz(let options):
                return try Self.compressXZ(input, into: output, options)
            case .gzip(let compressor):
                let size = libdeflate_zlib_compress(
                    compressor, input.baseAddress, input.count, output.baseAddress, output.count)
                return size == 0 ? nil : size
            case .lz4:
                let size = LZ4_compress_default(
                    input.baseAddress, output.baseAddress, CInt(clamping: input.count),
                    CInt(clamping: output.count))
                return size <= 0 ? nil : Int(size)
            case .lz4HighCompression(let state):
                let size = LZ4_compress_HC_extStateHC(
                    state, input.baseAddress, output.baseAddress, CInt(clamping: input.count),
                    CInt(clamping: output.count), CInt(LZ4HC_CLEVEL_MAX))
                return size <= 0 ? nil : Int(size)
            }
        }

        private static func compressXZ(
            _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
            _ options: lzma_options_lzma
        ) throws(CompressionError) -> Int? {
            var options = options
            var position = 0
            let code = withUnsafeMutablePointer(to: &options) { options in
                var filters = [
                    lzma_filter(
                        id: LZMA_FILTER_LZMA2_ID, options: UnsafeMutableRawPointer(options)),
                    lzma_filter(id: LZMA_VLI_END, options: nil),
                ]
                return lzma_stream_buffer_encode(
                    &filters, LZMA_CHECK_CRC32, nil,
                    input.assumingMemoryBound(to: UInt8.self)
                        .baseAddress, input.count,
                    output.assumingMemoryBound(to: UInt8.self).baseAddress, &position,
                    output.count)
            }
            switch code {
            case LZMA_OK: return position
            case LZMA_BUF_ERROR: return nil
            default: throw .failed(library: "liblzma", message: "code \(code.rawValue)")
            }
        }
    }
}

extension Compression.Codec {
    /// Says whether the level is one that the codec has.
    ///
    /// - Throws: `CompressionError.invalidLevel`.
    package func validate() throws(CompressionError) {
        switch self {
        case .zstd(let level) where !(1...22).contains(level):
            throw .invalidLevel(codec: "zstd", level: level, range: 1...22)
        case .gzip(let level) where !(1...9).contains(level):
            throw .invalidLevel(codec: "gzip", level: level, range: 1...9)
        default: break
        }
    }
}

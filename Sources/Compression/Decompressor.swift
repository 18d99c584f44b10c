import CDeflate
import CLZ4
import CLZMA
import CZstd

extension Compression {
    /// Decompresses blocks of one format into room of a fixed size.
    ///
    /// No input makes it write outside that room or take more memory than `memoryLimit`.
    /// Not for use from two threads at once; make one per thread.
    package final class Decompressor {
        /// What a library may allocate for one block, in bytes; the dictionary of an xz block is
        /// at most 1 MiB in an image that the kernel can mount.
        package static let memoryLimit: UInt64 = 16 << 20

        private enum Engine {
            case zstd(OpaquePointer)
            case gzip(OpaquePointer)
            case xz, lzma, lz4, lzo
        }

        private let engine: Engine

        /// Makes a decompressor.
        ///
        /// - Throws: `CompressionError` when there is no memory.
        package init(_ algorithm: Algorithm) throws(CompressionError) {
            switch algorithm {
            case .zstd:
                guard let context = ZSTD_createDCtx() else {
                    throw .failed(library: "libzstd", message: "out of memory")
                }
                engine = .zstd(context)
            case .gzip:
                guard let decompressor = libdeflate_alloc_decompressor() else {
                    throw .failed(library: "libdeflate", message: "out of memory")
                }
                engine = .gzip(decompressor)
            case .xz: engine = .xz
            case .lzma: engine = .lzma
            case .lz4: engine = .lz4
            case .lzo: engine = .lzo
            }
        }

        deinit {
            switch engine {
            case .zstd(let context): ZSTD_freeDCtx(context)
            case .gzip(let decompressor): libdeflate_free_decompressor(decompressor)
            case .xz, .lzma, .lz4, .lzo: break
            }
        }

        /// Decompresses one block.
        ///
        /// - Parameters:
        ///   - input: The whole compressed block.
        ///   - output: Room for the result.
        /// - Returns: The count of bytes written.
        /// - Throws: `CompressionError.corrupt` for damaged data, and for data that needs more
        ///   room.
        package func decompress(
            _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) throws(CompressionError) -> Int {
            guard let source = input.baseAddress, let target = output.baseAddress else {
                throw .corrupt(algorithm: algorithm, message: "no bytes")
            }
            switch engine {
            case .zstd(let context):
                let size = ZSTD_decompressDCtx(
                    context, target, output.count, source, input.count)
                if ZSTD_isError(size) != 0 {
                    throw .corrupt(
                        algorithm: .zstd, message: String(cString: ZSTD_getErrorName(size)))
                }
                return size
            case .gzip(let decompressor):
                var size = 0
                let result = libdeflate_zlib_decompress(
                    decompressor, source, input.count, target, output.count, &size)
                switch result {
                case LIBDEFLATE_SUCCESS: return size
                case LIBDEFLATE_INSUFFICIENT_SPACE:
                    throw .corrupt(algorithm: .gzip, message: "longer than \(output.count) bytes")
                default: throw .corrupt(algorithm: .gzip, message: "not a zlib stream")
                }
            case .xz:
                return try decompressXZ(input, into: output)
            case .lzma:
                return try decompressLZMA(input, into: output)
            case .lz4:
                let size = LZ4_decompress_safe(
                    source.assumingMemoryBound(to: CChar.self),
                    target.assumingMemoryBound(to: CChar.self), CInt(clamping: input.count),
                    CInt(clamping: output.count))
                if size < 0 { throw .corrupt(algorithm: .lz4, message: "not an LZ4 block") }
                return Int(size)
            case .lzo:
                return try LZO1X.decompress(input, into: output)
            }
        }

        private var algorithm: Algorithm {
            switch engine {
            case .zstd: .zstd
            case .gzip: .gzip
            case .xz: .xz
            case .lzma: .lzma
            case .lz4: .lz4
            case .lzo: .lzo
            }
        }

        private func decompressXZ(
            _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) throws(CompressionError) -> Int {
            var limit = Self.memoryLimit
            var consumed = 0
            var produced = 0
            let code = lzma_stream_buffer_decode(
                &limit, 0, nil, input.assumingMemoryBound(to: UInt8.self).baseAddress, &consumed,
                input.count, output.assumingMemoryBound(to: UInt8.self).baseAddress, &produced,
                output.count)
            guard code == LZMA_OK, consumed == input.count else {
                throw .corrupt(algorithm: .xz, message: Self.message(code))
            }
            return produced
        }

        /// The format of `lzma(1)`: squashfs writes the uncompressed size into its header.
        private func decompressLZMA(
            _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) throws(CompressionError) -> Int {
            var stream = lzma_stream()
            guard lzma_alone_decoder(&stream, Self.memoryLimit) == LZMA_OK else {
                throw .failed(library: "liblzma", message: "out of memory")
            }
            defer { lzma_end(&stream) }
            stream.next_in = input.assumingMemoryBound(to: UInt8.self).baseAddress
            stream.avail_in = input.count
            stream.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
            stream.avail_out = output.count
            let code = lzma_code(&stream, LZMA_FINISH)
            guard code == LZMA_STREAM_END else {
                throw .corrupt(algorithm: .lzma, message: Self.message(code))
            }
            return output.count - stream.avail_out
        }

        private static func message(_ code: lzma_ret) -> String {
            switch code {
            case LZMA_MEMLIMIT_ERROR: "needs more than \(memoryLimit) bytes of memory"
            case LZMA_BUF_ERROR: "cut short, or longer than its room"
            case LZMA_FORMAT_ERROR: "not in this format"
            case LZMA_OK: "bytes after its end"
            default: "liblzma code \(code.rawValue)"
            }
        }
    }
}

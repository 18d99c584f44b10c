import CZstd

extension Compression {
    /// Finds blocks that no codec makes smaller, for a hundredth of what trying would cost.
    ///
    /// Such blocks come from files that are compressed already: kernel modules, initramfs
    /// images, packages, pictures. The answer depends on the bytes and on libzstd's version only.
    package final class Compressibility {
        private let context: OpaquePointer
        private var histogram = [UInt32](repeating: 0, count: 256)
        private var room: UnsafeMutableRawBufferPointer

        /// Makes a probe.
        ///
        /// - Throws: `CompressionError.failed` when there is no memory.
        package init() throws(CompressionError) {
            guard let context = ZSTD_createCCtx() else {
                throw .failed(library: "libzstd", message: "out of memory")
            }
            self.context = context
            room = .allocate(byteCount: 1 << 17, alignment: 16)
        }

        deinit {
            ZSTD_freeCCtx(context)
            room.deallocate()
        }

        /// Says whether compressing a block would be lost time.
        ///
        /// Two steps: a histogram of a sample tells text and programs apart from noise at once;
        /// what looks like noise is compressed at zstd's level 1, which also finds repetitions.
        package func isLostTime(_ block: UnsafeRawBufferPointer) throws(CompressionError) -> Bool {
            // Below a page there is little to win by asking.
            guard block.count >= 1024 else { return false }
            guard looksLikeNoise(block) else { return false }
            // At least 1/128 must be won, or the block stays as it is.
            let needed = block.count - block.count / 128
            if room.count < needed {
                room.deallocate()
                room = .allocate(byteCount: needed, alignment: 16)
            }
            let size = ZSTD_compressCCtx(
                context, room.baseAddress, needed, block.baseAddress, block.count, 1)
            guard ZSTD_isError(size) != 0 else { return false }
            if ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall { return true }
            throw .failed(library: "libzstd", message: String(cString: ZSTD_getErrorName(size)))
        }

        /// Compares the spread of byte values in a sample with that of random bytes.
        ///
        /// The sum of squared counts of n random bytes is about n + n²/256; of English text or
        /// machine code it is several times as much.
        private func looksLikeNoise(_ block: UnsafeRawBufferPointer) -> Bool {
            histogram.withUnsafeMutableBufferPointer { counts in
                counts.update(repeating: 0)
                let window = 256
                let step = max(window, block.count / 16)
                var sampled: UInt64 = 0
                var start = 0
                while start + window <= block.count {
                    for index in start..<(start + window) { counts[Int(block[index])] += 1 }
                    sampled += UInt64(window)
                    start += step
                }
                let squares = counts.reduce(UInt64(0)) { $0 + UInt64($1) * UInt64($1) }
                return squares * 2 < (sampled + sampled * sampled / 256) * 3
            }
        }
    }
}

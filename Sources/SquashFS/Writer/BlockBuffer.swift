import CSyscalls

extension SquashFS {
    /// Memory for one block, freed with its last reference.
    final class BlockBuffer: @unchecked Sendable {
        // Not guarded by itself: whoever has the block that it belongs to uses it alone; blocks
        // go from thread to thread through the pipeline's lock.
        let bytes: UnsafeMutableRawBufferPointer

        init(byteCount: Int) {
            bytes = .allocate(byteCount: byteCount, alignment: 64)
        }

        deinit { bytes.deallocate() }

        /// The first bytes.
        func prefix(_ count: Int) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: bytes[..<count])
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether all bytes are zero.
    var isAllZeros: Bool {
        guard let start = baseAddress, let first else { return true }
        // Every byte equals the one before it, and the first is zero.
        return first == 0 && memcmp(start, start + 1, count - 1) == 0
    }
}

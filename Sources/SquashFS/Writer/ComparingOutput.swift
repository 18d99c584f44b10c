import CSyscalls

extension SquashFS {
    /// Finds the first byte in which an image differs from what packing sources would give.
    ///
    /// Nothing is written and no image is held in memory. With sources that are the image's own
    /// files this tells whether an image is what this writer makes of its content: the one way to
    /// notice a changed bit that no checksum covers.
    ///
    /// - Parameters:
    ///   - image: The image, as it was opened: to the end of its file.
    ///   - sources: What would be packed.
    ///   - options: How it would be packed.
    ///   - progress: Called on the calling thread, often; it must not take long.
    /// - Returns: The offset of the first byte that differs, or of the end of the shorter one; nil
    ///   when there is no difference.
    /// - Throws: `SquashFSError` when the sources or the image cannot be read.
    package static func firstDifference(
        of image: Image, from sources: [Source], options: WriterOptions,
        progress: @escaping (Progress) -> Void = { _ in }
    ) throws(SquashFSError) -> UInt64? {
        try firstDifference(of: image.source, from: sources, options: options, progress: progress)
    }

    /// The same for a file that need not be an image at all.
    ///
    /// - Throws: `SquashFSError` when the sources or the file cannot be read.
    package static func firstDifference(
        of path: String, from sources: [Source], options: WriterOptions
    ) throws(SquashFSError) -> UInt64? {
        try firstDifference(
            of: FileSource(path: path, offset: 0), from: sources, options: options,
            progress: { _ in })
    }

    private static func firstDifference(
        of source: any ByteSource, from sources: [Source], options: WriterOptions,
        progress: @escaping (Progress) -> Void
    ) throws(SquashFSError) -> UInt64? {
        let output = ComparingOutput(source)
        do throws(SquashFSError) {
            _ = try ImageWriter(options: options, cache: nil, progress: progress).write(
                sources, spoolFolder: "/tmp",
                makeOutput: { () throws(SquashFSError) in output })
        } catch {
            // The writer is stopped by an error; whether it was ours is known here.
            if output.difference == nil { throw error }
        }
        return output.difference
    }

    /// Compares what is written with bytes that are there.
    final class ComparingOutput: ImageOutput {
        private(set) var position: UInt64 = 0
        /// The first byte that differs.
        private(set) var difference: UInt64?
        private let source: any ByteSource

        init(_ source: any ByteSource) { self.source = source }

        func append(_ bytes: UnsafeRawBufferPointer) throws(SquashFSError) {
            // What is left for the superblock comes first, as zeros, and is compared at the end.
            let skipped = position == 0 ? min(Superblock.encodedSize, bytes.count) : 0
            try compare(
                UnsafeRawBufferPointer(rebasing: bytes[skipped...]),
                at: position + UInt64(skipped))
            position += UInt64(bytes.count)
        }

        func read(
            into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
        ) throws(SquashFSError) {
            // All that was written so far was found to be there, and equal.
            try source.read(into: buffer, at: offset)
        }

        func finish(superblock: [UInt8]) throws(SquashFSError) {
            let result: Result<Void, SquashFSError> = superblock.withUnsafeBytes { bytes in
                Result { () throws(SquashFSError) in try compare(bytes, at: 0) }
            }
            try result.get()
            if source.byteCount > position { try stop(at: position) }
        }

        private func compare(_ bytes: UnsafeRawBufferPointer, at offset: UInt64)
            throws(SquashFSError)
        {
            guard let wanted = bytes.baseAddress else { return }
            let available = source.byteCount - min(offset, source.byteCount)
            let count = Int(min(UInt64(bytes.count), available))
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
            defer { buffer.deallocate() }
            try source.read(into: buffer, at: offset)
            // The quick way first; which byte it is matters only once.
            if let found = buffer.baseAddress, memcmp(found, wanted, count) != 0 {
                for index in 0..<count where buffer[index] != bytes[index] {
                    try stop(at: offset + UInt64(index))
                }
            }
            if count < bytes.count { try stop(at: offset + UInt64(count)) }
        }

        private func stop(at offset: UInt64) throws(SquashFSError) {
            difference = offset
            throw .malformed(
                structure: "image", field: "byte", offset: offset,
                problem: "it is not as the same content is written anew")
        }
    }
}

extension SquashFS {
    /// Entries that can be read once, in their own order: the writer keeps their content until it is
    /// packed.
    package protocol EntryStream: Sendable {
        /// Hands out each entry. A regular file's content in the entry stands for nothing: the pieces
        /// are it.
        ///
        /// - Throws: `SquashFSError`, what `body` throws, or an error of the stream's own, whose
        ///   description names the place.
        func forEachEntry(_ body: (Entry, StreamedContent?) throws -> Void) throws
    }

    /// The content of a regular file of a stream, as long as its entry is handed out.
    package struct StreamedContent {
        /// The length in bytes; what no piece covers is a hole of zeros.
        package let byteCount: UInt64
        /// Hands out the pieces, each with its offset.
        package let forEachPiece: PieceReader

        /// Reads pieces for somebody.
        package typealias PieceReader = (
            _ body: (UnsafeRawBufferPointer, UInt64) throws -> Void
        ) throws -> Void

        /// Makes a content.
        package init(byteCount: UInt64, forEachPiece: @escaping PieceReader) {
            self.byteCount = byteCount
            self.forEachPiece = forEachPiece
        }
    }
}

extension SquashFS {
    /// Where the bytes of an image go, in order but for the superblock.
    protocol ImageOutput: AnyObject {
        /// How many bytes have been written.
        var position: UInt64 { get }
        /// Writes at the end.
        func append(_ bytes: UnsafeRawBufferPointer) throws(SquashFSError)
        /// Reads what has been written.
        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64)
            throws(SquashFSError)
        /// Writes the superblock over the room that was left for it, and ends the image.
        func finish(superblock: [UInt8]) throws(SquashFSError)
    }
}

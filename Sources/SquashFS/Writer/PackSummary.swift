extension SquashFS {
    /// What a range of an image holds.
    package enum ChunkKind: String, Sendable {
        /// The superblock, with the options of the compressor.
        case superblock
        /// A block of a file.
        case data
        /// A block of short files.
        case fragment
        /// A block of a table.
        case metadata
        /// Where a table's blocks are, uncompressed.
        case index
    }

    /// A range of an image with the digest of its bytes as stored.
    ///
    /// The chunks of an image cover it from the first byte to the last before its padding.
    package struct Chunk: Sendable, Equatable {
        /// What it holds.
        package var kind: ChunkKind
        /// Its place, in bytes from the image's start.
        package var offset: UInt64
        /// Its length in bytes.
        package var byteCount: Int
        /// The SHA-256 of its bytes.
        package var digest: BlockDigest
    }

    /// How far packing has come.
    package struct Progress: Sendable, Equatable {
        /// Regular files done.
        package var files = 0
        /// Regular files that were found.
        package var fileCount = 0
        /// Bytes of files read.
        package var bytesRead: UInt64 = 0
        /// Bytes of files that were found; hard links and duplicates count as often as they are.
        package var byteCount: UInt64 = 0
        /// Bytes of blocks written.
        package var bytesWritten: UInt64 = 0
        /// Blocks written.
        package var storedBlocks = 0
        /// Blocks of these that the cache had.
        package var cachedBlocks = 0
    }

    /// What packing came to.
    package struct PackSummary: Sendable {
        /// The image's length in bytes, padding included.
        package var byteCount: UInt64
        /// How many inodes it has.
        package var inodeCount: Int
        /// The last progress.
        package var progress: Progress
        /// The image range by range.
        package var chunks: [Chunk]
        /// Paths whose POSIX ACLs or other xattrs the format has no place for; they were left out.
        package var pathsWithDroppedXattrs: [String]
        /// Why the cache could not keep a block, if so; the image is sound.
        package var cacheFailure: String?
    }
}

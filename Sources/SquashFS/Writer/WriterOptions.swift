package import Compression
import Syscalls

extension SquashFS {
    /// How an image is packed.
    ///
    /// The same entries and options give the same bytes; `threads` and the cache change nothing
    /// of them.
    package struct WriterOptions: Sendable {
        /// Format and level of all compressed blocks.
        package var compression: Compression.Codec
        /// The length of a data block in bytes: a power of two from 4096 to 1 MiB.
        package var blockSize: Int
        /// Later times become this one, in seconds since 1970; nil leaves all times.
        package var clampTime: UInt32?
        /// The image's own time; nil: `clampTime`, or else the latest time of any entry.
        package var creationTime: UInt32?
        /// How many threads compress, 1 or more.
        package var threads: Int
        /// What is left out, with all that is below it.
        package var excludes: [PathPattern]
        /// Other owners than those found.
        package var ownerMap: OwnerMap?
        /// Whether xattrs are packed.
        package var includesXattrs: Bool
        /// Whether files shorter than a block share blocks, called fragments.
        package var usesFragments: Bool
        /// Whether the tails of longer files are in fragments too.
        package var packsTails: Bool
        /// Whether equal files are stored once.
        package var deduplicates: Bool
        /// Whether there is an export table, which NFS needs.
        package var isExportable: Bool
        /// Whether blocks that look like noise are compressed all the same.
        package var compressesNoise: Bool
        /// Sees each entry before it is packed and may change all of it but its path.
        ///
        /// False leaves the entry out, a folder with all that is in it. Runs on the calling thread.
        /// Further names of a hard-linked file are not shown.
        package var filter: (@Sendable (inout Entry) -> Bool)?

        /// The defaults: zstd level 15, 128 KiB, all processors.
        package init(
            compression: Compression.Codec = .zstd(), blockSize: Int = 131_072,
            clampTime: UInt32? = nil, threads: Int = Processors.count
        ) {
            self.compression = compression
            self.blockSize = blockSize
            self.clampTime = clampTime
            self.threads = threads
            excludes = []
            includesXattrs = true
            usesFragments = true
            packsTails = false
            deduplicates = true
            isExportable = true
            compressesNoise = false
        }

        /// Checks values that could be out of range.
        func validate() throws(SquashFSError) {
            guard blockSizeRange.contains(blockSize), blockSize.nonzeroBitCount == 1 else {
                throw .invalidOption(
                    "block size \(blockSize): not a power of two from 4096 to 1048576")
            }
            guard (1...1024).contains(threads) else {
                throw .invalidOption("\(threads) threads: 1 to 1024 are possible")
            }
            do throws(CompressionError) {
                try compression.validate()
            } catch {
                throw .compression(error)
            }
        }
    }

    /// Replaces owners and groups.
    package struct OwnerMap: Sendable, Equatable {
        /// New user numbers by old ones.
        package var users: [UInt32: UInt32] = [:]
        /// New group numbers by old ones.
        package var groups: [UInt32: UInt32] = [:]
        /// The user of all that `users` does not name; nil keeps it.
        package var defaultUser: UInt32?
        /// The group of all that `groups` does not name; nil keeps it.
        package var defaultGroup: UInt32?

        /// A map that changes nothing yet.
        package init() {}

        /// Everything belongs to one user and one group.
        package static func all(user: UInt32, group: UInt32) -> OwnerMap {
            var map = OwnerMap()
            map.defaultUser = user
            map.defaultGroup = group
            return map
        }

        func owner(uid: UInt32, gid: UInt32) -> (UInt32, UInt32) {
            (users[uid] ?? defaultUser ?? uid, groups[gid] ?? defaultGroup ?? gid)
        }
    }
}

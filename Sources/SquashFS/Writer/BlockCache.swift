import Bytes
import CSyscalls
import Digest
import Synchronization
package import Syscalls

extension SquashFS {
    /// Compressed blocks of earlier images, found by what they hold.
    ///
    /// One file for each block, named after the SHA-256 of the codec with its level, the versions
    /// of its library, and the content. Each appears under its name whole, so that concurrent
    /// builds and a kill at any time do no harm; each is checked when read, so that a torn or
    /// rotten one is compressed again and never used. A block that no codec makes smaller is kept
    /// as that fact alone.
    package final class BlockCache: Sendable {
        /// How much use a cache was.
        package struct Statistics: Sendable, Equatable {
            /// Blocks that were found.
            package var hits = 0
            /// Blocks that were not there, or not sound.
            package var misses = 0
            /// Blocks that were there but damaged.
            package var damaged = 0
            /// Why the first block that could not be kept was not; the image does not suffer.
            package var firstFailure: String?
        }

        /// The folder.
        package let path: String
        private let byteLimit: UInt64
        private let state = Mutex((statistics: Statistics(), serial: 0))

        private static let magic: [UInt8] = Array("slipblk1".utf8)
        /// Magic 8, flags 4, count 4, SHA-256 of the stored bytes 32, check 32.
        private static let headerSize = 80

        /// Opens a cache, making its folders when they are missing.
        ///
        /// - Parameters:
        ///   - path: The folder.
        ///   - byteLimit: What `trim` cuts the cache down to, in bytes.
        /// - Throws: `SystemError` when the folders cannot be made.
        package init(path: String, byteLimit: UInt64 = 4 << 30) throws(SystemError) {
            self.path = path
            self.byteLimit = byteLimit
            try FileSystem.makeDirectory(path)
            for index in 0..<256 { try FileSystem.makeDirectory("\(path)/\(Self.folder(index))") }
        }

        /// What has been found and missed so far.
        package var statistics: Statistics { state.withLock { $0.statistics } }

        // MARK: Blocks

        /// The name of a block.
        func key(recipe: [UInt8], content: BlockDigest, _ isMetadata: Bool) -> BlockDigest {
            var hasher = Digest.Hasher()
            hasher.update(recipe + [isMetadata ? 1 : 0])
            hasher.update(content.bytes)
            return BlockDigest(hasher.finalize())
        }

        /// Reads a block.
        ///
        /// - Parameters:
        ///   - key: Its name.
        ///   - raw: What to return when the cache knows that compressing wins nothing.
        ///   - output: Room for the stored bytes.
        /// - Returns: The block; nil when it is missing or damaged.
        func find(
            _ key: BlockDigest, content raw: EncodedBlock,
            into output: UnsafeMutableRawBufferPointer
        ) -> EncodedBlock? {
            let name = name(of: key)
            // Not there, or not readable: either way the block is compressed again.
            guard let file = try? File(name) else {
                state.withLock { $0.statistics.misses += 1 }
                return nil
            }
            guard let block = read(file, key, raw, into: output) else {
                state.withLock { state in
                    state.statistics.misses += 1
                    state.statistics.damaged += 1
                }
                return nil
            }
            // The time of last use; without it the block only goes earlier.
            _ = futimens(file.descriptor, nil)
            state.withLock { $0.statistics.hits += 1 }
            return block
        }

        private func read(
            _ file: File, _ key: BlockDigest, _ raw: EncodedBlock,
            into output: UnsafeMutableRawBufferPointer
        ) -> EncodedBlock? {
            guard let header = try? file.read(Self.headerSize, at: 0),
                header.count == Self.headerSize
            else { return nil }
            let span = header.span.bytes
            var cursor = ByteCursor()
            guard let magic = try? cursor.bytes(8, "magic", in: span), magic == Self.magic,
                let flags = try? cursor.uint32LE("flags", in: span),
                let count = try? cursor.uint32LE("count", in: span),
                let digest = try? cursor.bytes(32, "digest", in: span),
                let check = try? cursor.bytes(32, "check", in: span),
                check == Self.check(key, flags, count, digest)
            else { return nil }
            if flags & 1 != 0 {
                var block = raw
                block.isCached = true
                return block
            }
            guard Int(count) <= output.count else { return nil }
            let room = UnsafeMutableRawBufferPointer(rebasing: output[..<Int(count)])
            guard let got = try? file.read(into: room, at: UInt64(Self.headerSize)),
                got == Int(count)
            else { return nil }
            let found = BlockDigest(of: UnsafeRawBufferPointer(room))
            guard found == BlockDigest(digest) else { return nil }
            return EncodedBlock(
                isRaw: false, byteCount: Int(count), digest: found, isCached: true)
        }

        /// Keeps a block; a failure is noted in the statistics, and no further block is kept.
        func insert(_ key: BlockDigest, _ block: EncodedBlock, _ stored: UnsafeRawBufferPointer) {
            let serial = state.withLock { state -> Int? in
                if state.statistics.firstFailure != nil { return nil }
                state.serial += 1
                return state.serial
            }
            guard let serial else { return }
            let count = block.isRaw ? 0 : UInt32(block.byteCount)
            let flags: UInt32 = block.isRaw ? 1 : 0
            var writer = ByteWriter(capacity: Self.headerSize + Int(count))
            writer.raw(Self.magic)
            writer.uint32LE(flags)
            writer.uint32LE(count)
            writer.raw(block.digest.bytes)
            writer.raw(Self.check(key, flags, count, block.digest.bytes))
            if !block.isRaw { writer.raw(stored) }
            let name = name(of: key)
            let temporary = "\(name).\(getpid())-\(serial)"
            do throws(SystemError) {
                let file = try File(temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
                try file.write(writer.bytes)
                try FileSystem.rename(temporary, to: name)
            } catch {
                unlink(temporary)
                state.withLock { state in
                    if state.statistics.firstFailure == nil {
                        state.statistics.firstFailure = error.description
                    }
                }
            }
        }

        private static func check(
            _ key: BlockDigest, _ flags: UInt32, _ count: UInt32, _ digest: [UInt8]
        ) -> [UInt8] {
            var writer = ByteWriter(capacity: 72)
            writer.raw(key.bytes)
            writer.uint32LE(flags)
            writer.uint32LE(count)
            writer.raw(digest)
            return Digest.Hasher.digest(writer.bytes)
        }

        // MARK: Names and size

        private static func folder(_ index: Int) -> String {
            Hex.encode([UInt8(truncatingIfNeeded: index)])
        }

        private func name(of key: BlockDigest) -> String {
            let text = Hex.encode(key.bytes)
            return "\(path)/\(text.prefix(2))/\(text.dropFirst(2))"
        }

        /// Removes the blocks that were not used for longest until the rest is within the limit.
        ///
        /// What a killed build left half-written goes too, an hour after. Only one process
        /// trims at a time; the others leave it to that one.
        ///
        /// - Returns: How many bytes the blocks that stay have.
        /// - Throws: `SystemError`.
        @discardableResult
        package func trim() throws(SystemError) -> UInt64 {
            let lock = try File("\(path)/lock", flags: O_RDWR | O_CREAT)
            guard try lock.lock(wait: false) else { return 0 }
            var blocks: [(name: String, used: Int, byteCount: UInt64)] = []
            var total: UInt64 = 0
            let stale = time(nil) - 3600
            for index in 0..<256 {
                let folder = "\(path)/\(Self.folder(index))"
                for (bytes, status) in try DirectoryReader.read(Array(folder.utf8)) {
                    let name = "\(folder)/\(PathBytes.describe(bytes))"
                    if bytes.contains(UInt8(ascii: ".")) {
                        if status.st_mtim.tv_sec < stale { try FileSystem.removeFile(name) }
                        continue
                    }
                    let size = UInt64(max(0, status.st_blocks)) * 512
                    blocks.append((name, status.st_mtim.tv_sec, size))
                    total += size
                }
            }
            guard total > byteLimit else { return total }
            blocks.sort { ($0.used, $0.name) < ($1.used, $1.name) }
            for block in blocks {
                try FileSystem.removeFile(block.name)
                total -= block.byteCount
                if total <= byteLimit { break }
            }
            return total
        }
    }
}

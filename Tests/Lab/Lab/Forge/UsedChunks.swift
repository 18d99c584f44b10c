import Command
import DiskFormats

/// The chunks of a bitmap that an ext4 filesystem uses.
package enum UsedChunks {
    /// Asks dumpe2fs(8), which has no output but that for people.
    ///
    /// - Parameters:
    ///   - device: The filesystem.
    ///   - chunkByteCount: The bytes of a chunk.
    /// - Returns: Ranges of chunks, in order; the device's last chunk is one of them.
    /// - Throws: `CommandError`, or `Complaint` for what cannot be read.
    package static func read(_ device: String, chunkByteCount: UInt64) throws
        -> [ClosedRange<UInt64>]
    {
        let text = try Command("dumpe2fs", [device]).runChecked().text
        guard let blockSize = value("Block size:", in: text),
            let blockCount = value("Block count:", in: text), blockSize > 0
        else { throw Complaint(reason: "\(device): dumpe2fs tells no block size") }
        let free = text.split(separator: "\n").filter { $0.hasPrefix("  Free blocks: ") }
            .flatMap { $0.dropFirst("  Free blocks: ".count).split(separator: ",") }
            .compactMap(range)
        let last = (try DiskRegion(image: device).byteCount - 1) / chunkByteCount
        return chunks(
            usedBetween: free, blockCount: blockCount, blocksPerChunk: chunkByteCount / blockSize)
            + [last...last]
    }

    /// The bytes of all blocks that are not free, those of the filesystem itself included; while
    /// it is mounted, as of the last time that it was written down.
    package static func byteCount(_ device: String) throws -> UInt64 {
        let superblock = try Ext4Superblock(reading: DiskRegion(image: device))
        guard superblock.freeBlockCount <= superblock.blockCount else {
            throw Complaint(reason: "\(device): more blocks are free than there are")
        }
        return (superblock.blockCount - superblock.freeBlockCount) * superblock.blockByteCount
    }

    /// The chunks that free ranges of blocks leave.
    static func chunks(
        usedBetween free: [ClosedRange<UInt64>], blockCount: UInt64, blocksPerChunk: UInt64
    ) -> [ClosedRange<UInt64>] {
        var ranges: [ClosedRange<UInt64>] = []
        var next: UInt64 = 0
        let end = blockCount...blockCount
        for range in free.sorted(by: { $0.lowerBound < $1.lowerBound }) + [end] {
            if next < range.lowerBound {
                let first = next / blocksPerChunk
                let last = (range.lowerBound - 1) / blocksPerChunk
                if let previous = ranges.last, first <= previous.upperBound + 1 {
                    ranges[ranges.count - 1] = previous.lowerBound...last
                } else {
                    ranges.append(first...last)
                }
            }
            next = range.upperBound + 1
        }
        return ranges
    }

    private static func value(_ name: String, in text: String) -> UInt64? {
        text.split(separator: "\n").first { $0.hasPrefix(name) }
            .flatMap { UInt64($0.dropFirst(name.count).filter { $0 != " " }) }
    }

    private static func range(_ text: Substring) -> ClosedRange<UInt64>? {
        let ends = text.split(separator: "-").compactMap { UInt64($0.filter { $0 != " " }) }
        guard let first = ends.first, let last = ends.last, first <= last else { return nil }
        return first...last
    }
}

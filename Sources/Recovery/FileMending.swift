import CSyscalls
import Digest
import Events
import Syscalls

/// Writes the bytes of a good leg over those of a rotten one, through the file, so that md writes
/// them to all legs and the page cache has them too.
///
/// Only pieces that differ are written, and each only after the good leg gave the same bytes twice:
/// a reader that errs for a moment must not spoil the good leg. Cut anywhere, what was written is
/// what the good leg had already.
struct FileMending {
    let path: String
    let digest: [UInt8]
    let good: any LegFiles

    /// How much is compared and written at a time, in bytes.
    private static let pieceByteCount: UInt64 = 256 << 10

    /// A part of the file that some leg has wrong.
    private struct Piece {
        let range: Range<UInt64>
        /// The digest of the right bytes.
        let digest: [UInt8]
    }

    /// Mends a file.
    ///
    /// - Parameters:
    ///   - rotten: The legs that have it wrong.
    ///   - progress: Told how far it is.
    /// - Returns: How many bytes were written.
    /// - Throws: `RecoveryError`, or what the disks gave.
    func run(rotten: [any LegFiles], _ progress: StepProgress) throws -> UInt64 {
        let pieces = try pieces(rotten, progress)
        let file = try File(path, flags: O_WRONLY)
        var written: UInt64 = 0
        for piece in pieces {
            let bytes = try good.read(piece.range, ofFile: path)
            guard Hasher.digest(bytes) == piece.digest else { throw unsteady(piece.range) }
            try bytes.withUnsafeBytes { try file.write($0, at: piece.range.lowerBound) }
            written += UInt64(bytes.count)
        }
        try file.synchronize()
        for leg in rotten + [good] {
            guard try leg.fileDigest(path, onRead: { _ in }) == digest else {
                throw RecoveryError.notMended(leg: leg.name, file: path)
            }
        }
        return written
    }

    /// The parts that differ, once the whole file was right on the good leg.
    private func pieces(_ rotten: [any LegFiles], _ progress: StepProgress) throws -> [Piece] {
        let byteCount = try good.byteCount(ofFile: path)
        progress.setTotal(byteCount)
        var hasher = Hasher()
        var pieces: [Piece] = []
        var offset: UInt64 = 0
        while offset < byteCount {
            let range = offset..<min(offset + FileMending.pieceByteCount, byteCount)
            let right = try good.read(range, ofFile: path)
            hasher.update(right)
            let differs = rotten.contains { leg in
                // What cannot be read is written anew, too.
                (try? leg.read(range, ofFile: path)) != right
            }
            if differs { pieces.append(Piece(range: range, digest: Hasher.digest(right))) }
            offset = range.upperBound
            progress.setDone(offset)
        }
        guard hasher.finalize() == digest else { throw unsteady(0..<byteCount) }
        return pieces
    }

    private func unsteady(_ range: Range<UInt64>) -> RecoveryError {
        .unsteady(leg: good.name, file: path, byte: range.lowerBound)
    }
}

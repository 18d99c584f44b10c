import Syscalls

/// Where the bytes of a file lie on its volume: one list for all legs.
package struct LegReaderPlaces: Sendable, Equatable {
    /// A part of the file.
    struct Run: Sendable, Equatable {
        /// The first byte in the file.
        let start: UInt64
        /// The first byte on the volume; nil for a hole, which reads as zeros.
        let place: UInt64?
        let byteCount: UInt64
    }

    /// The file, for messages.
    package let file: String
    /// The file's length in bytes.
    package let byteCount: UInt64
    /// The parts, in order, without a gap.
    let runs: [Run]

    /// Asks the kernel, after what was written to the file is on the disks.
    ///
    /// - Throws: `LegReaderError.noPlaces`, `.notPlain` or `.badPlaces`.
    package init(ofFile path: String) throws(LegReaderError) {
        let extents: [FileExtent]
        let byteCount: UInt64
        do throws(SystemError) {
            let file = try File(path)
            extents = try file.extents()
            byteCount = try file.byteCount()
        } catch {
            throw .noPlaces(error)
        }
        try self.init(file: path, byteCount: byteCount, extents)
    }

    /// Makes the list of the kernel's.
    ///
    /// - Parameters:
    ///   - file: The file, for messages.
    ///   - byteCount: Its length.
    ///   - extents: What the kernel said; what lies behind the length counts for nothing.
    /// - Throws: `LegReaderError.notPlain` or `.badPlaces`.
    init(file: String, byteCount: UInt64, _ extents: [FileExtent]) throws(LegReaderError) {
        self.file = file
        self.byteCount = byteCount
        var runs: [Run] = []
        var next: UInt64 = 0
        for extent in extents where extent.logical < byteCount {
            guard extent.flags.isPlain else {
                throw .notPlain(file: file, byte: extent.logical, flags: extent.flags.rawValue)
            }
            let count = min(extent.byteCount, byteCount - extent.logical)
            // So that no sum of places and lengths is beyond 64 bits.
            guard extent.logical >= next, count > 0, extent.physical < 1 << 62 else {
                throw .badPlaces(file: file, byte: extent.logical)
            }
            if extent.logical > next {
                runs.append(Run(start: next, place: nil, byteCount: extent.logical - next))
            }
            runs.append(Run(start: extent.logical, place: extent.physical, byteCount: count))
            next = extent.logical + count
        }
        if next < byteCount {
            runs.append(Run(start: next, place: nil, byteCount: byteCount - next))
        }
        self.runs = runs
    }

    /// The parts of a range of the file.
    ///
    /// - Parameter range: Within the file's length.
    /// - Returns: Them, in order, without a gap.
    func runs(in range: Range<UInt64>) -> [Run] {
        runs.compactMap { run in
            let part = (run.start..<(run.start + run.byteCount)).clamped(to: range)
            guard !part.isEmpty else { return nil }
            return Run(
                start: part.lowerBound, place: run.place.map { $0 + part.lowerBound - run.start },
                byteCount: part.upperBound - part.lowerBound)
        }
    }
}

import Digest
import Storage
package import Syscalls

/// Reads files of a mounted volume from one leg alone.
///
/// md and the page cache give a file's bytes from any leg, and never say from which; this asks the
/// filesystem where a file lies, and reads that place of one leg's disk past every cache.
/// Superblocks 1.0 are at a leg's end, so that it reads as the filesystem itself; for others sysfs
/// tells where data start.
package struct LegReader: Sendable {
    /// How much is read at a time, in bytes.
    package static let pieceByteCount: UInt64 = 1 << 20

    /// The leg.
    package let leg: VolumeLeg
    /// The role of its disk; its device where that is not known.
    package let role: String
    private let bytes: DeviceBytes

    /// Opens a leg.
    ///
    /// - Parameters:
    ///   - leg: One that has all data.
    ///   - role: The role of its disk, where that is known.
    ///   - system: Where its device is.
    /// - Throws: `LegReaderError.noLeg`.
    package init(
        _ leg: VolumeLeg, role: String? = nil, in system: SystemTree = .live
    ) throws(LegReaderError) {
        self.leg = leg
        self.role = role ?? leg.device
        do throws(SystemError) {
            bytes = try DeviceBytes(system.path(leg.device))
        } catch {
            throw .noLeg(leg: leg.device, cause: error)
        }
    }

    /// Readers of all legs of a volume that have all its data.
    ///
    /// - Parameters:
    ///   - folder: Where it is mounted.
    ///   - system: The kernel's files.
    /// - Returns: The readers, in the order of the legs' slots.
    /// - Throws: `LegReaderError`.
    package static func all(
        ofVolumeAt folder: String, in system: SystemTree = .live
    ) throws(LegReaderError) -> [LegReader] {
        var readers: [LegReader] = []
        for leg in try VolumeLeg.all(ofVolumeAt: folder, in: system) where leg.state == .whole {
            readers.append(try LegReader(leg, in: system))
        }
        return readers
    }

    /// The digest of a file.
    ///
    /// - Parameters:
    ///   - path: The file, as it is mounted.
    ///   - onRead: Told the count of bytes of each piece.
    /// - Returns: The digest of what the leg has.
    /// - Throws: `LegReaderError`, naming leg, file and byte.
    package func digest(
        ofFile path: String, onRead: (_ byteCount: Int) -> Void = { _ in }
    ) throws(LegReaderError) -> [UInt8] {
        try digest(of: LegReaderPlaces(ofFile: path), onRead: onRead)
    }

    /// The digest of a file whose places are known.
    package func digest(
        of places: LegReaderPlaces, onRead: (_ byteCount: Int) -> Void = { _ in }
    ) throws(LegReaderError) -> [UInt8] {
        var hasher = Hasher()
        var offset: UInt64 = 0
        while offset < places.byteCount {
            let end = min(offset + LegReader.pieceByteCount, places.byteCount)
            let piece = try read(offset..<end, of: places)
            hasher.update(piece)
            onRead(piece.count)
            offset = end
        }
        return hasher.finalize()
    }

    /// A whole file.
    ///
    /// - Throws: `LegReaderError`; `.tooLong` when it is longer than `limit` bytes.
    package func read(_ path: String, limit: UInt64) throws(LegReaderError) -> [UInt8] {
        let places = try LegReaderPlaces(ofFile: path)
        guard places.byteCount <= limit else {
            throw .tooLong(
                leg: leg.device, file: path, byteCount: places.byteCount, limit: limit)
        }
        return try read(0..<places.byteCount, of: places)
    }

    /// A part of a file.
    ///
    /// - Parameters:
    ///   - range: Bytes of the file, not beyond its end.
    ///   - places: Where it lies.
    /// - Returns: So many bytes.
    /// - Throws: `LegReaderError.unreadable`.
    package func read(
        _ range: Range<UInt64>, of places: LegReaderPlaces
    ) throws(LegReaderError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        for run in places.runs(in: range) {
            guard let place = run.place else {
                result += [UInt8](repeating: 0, count: Int(run.byteCount))
                continue
            }
            do {
                result += try bytes.bytes(Int(run.byteCount), at: leg.start + place)
            } catch {
                throw .unreadable(
                    leg: leg.device, file: places.file, byte: run.start,
                    cause: String(describing: error))
            }
        }
        return result
    }
}

/// md's write-intent bitmap: which chunks may differ between the legs.
///
/// `bitmap_super_t` of drivers/md/md-bitmap.h, 256 bytes, then one bit a chunk, the least
/// significant bit of a byte first (version 4; version 3 is the same on little-endian machines). Like
/// `MDSuperblock` it is its bytes, and what is not known comes back as it was.
package struct MDBitmap: Sendable, Equatable {
    /// Bits of `state`.
    package struct State: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// It is out of date: `BITMAP_STALE`.
        package static let stale = State(rawValue: 1 << 1)
        /// It could not be written: `BITMAP_WRITE_ERROR`.
        package static let writeError = State(rawValue: 1 << 2)
    }

    /// The magic number, the letters "bitm": `BITMAP_MAGIC`.
    static let magic: UInt32 = 0x6d74_6962
    /// The length of the superblock in bytes.
    package static let headerByteCount = 256
    /// The most bytes that are read: far beyond the 128 KiB that mdadm makes.
    private static let limit: UInt64 = 16 << 20

    /// Superblock and bits.
    private var raw: [UInt8]

    /// Makes a bitmap of which no bit is set.
    ///
    /// - Parameters:
    ///   - setUUID: The array's identity.
    ///   - syncSectors: The sectors that it is about: those of a leg that the array uses.
    ///   - chunkByteCount: The bytes of a bit: a power of two, 4096 or more.
    ///   - daemonSeconds: How long md waits before it clears bits.
    /// - Throws: `FormatFault.badField`.
    package init(
        setUUID: UUID, syncSectors: UInt64, chunkByteCount: UInt32, daemonSeconds: UInt32 = 5
    ) throws(FormatFault) {
        var header = [UInt8](repeating: 0, count: MDBitmap.headerByteCount)
        header.store(MDBitmap.magic, at: 0)
        header.store(UInt32(4), at: 4)
        header.replaceSubrange(8..<24, with: setUUID.bytes)
        header.store(syncSectors, at: 40)
        header.store(chunkByteCount, at: 52)
        header.store(daemonSeconds, at: 56)
        let byteCount = try MDBitmap.byteCount(ofHeader: header)
        raw = header + [UInt8](repeating: 0, count: byteCount - header.count)
    }

    /// Reads the bitmap of a member.
    ///
    /// - Parameters:
    ///   - source: The whole member device.
    ///   - superblock: One with the feature `.bitmap`.
    /// - Throws: `FormatFault`; `.absent` when the superblock says that there is none.
    package init(
        reading source: some ByteSource, of superblock: MDSuperblock
    ) throws(FormatFault) {
        guard let offset = MDBitmap.offset(of: superblock) else { throw .absent(.mdBitmap) }
        let header = try source.bytes(MDBitmap.headerByteCount, at: offset, of: .mdBitmap)
        let byteCount = try MDBitmap.byteCount(ofHeader: header)
        try self.init(decoding: try source.bytes(byteCount, at: offset, of: .mdBitmap))
        guard setUUID == superblock.setUUID else {
            throw .badField(
                .mdBitmap, field: "uuid", value: 0,
                problem: "\(setUUID), the array's is \(superblock.setUUID)")
        }
    }

    /// Reads superblock and bits.
    ///
    /// - Parameter bytes: From the start; what follows the bits does no harm.
    /// - Throws: `FormatFault`.
    package init(decoding bytes: [UInt8]) throws(FormatFault) {
        guard bytes.count >= MDBitmap.headerByteCount else {
            throw .truncated(
                .mdBitmap, byteCount: UInt64(bytes.count),
                wanted: UInt64(MDBitmap.headerByteCount))
        }
        let byteCount = try MDBitmap.byteCount(ofHeader: bytes)
        guard bytes.count >= byteCount else {
            throw .truncated(
                .mdBitmap, byteCount: UInt64(bytes.count), wanted: UInt64(byteCount))
        }
        raw = Array(bytes.prefix(byteCount))
    }

    /// Where a member's bitmap starts on the device, in bytes; nil when it has none.
    package static func offset(of superblock: MDSuperblock) -> UInt64? {
        guard superblock.features.contains(.bitmap),
            !superblock.features.contains(.partialParityLog),
            let sector = superblock.superSector.adding(superblock.bitmapOffset),
            sector <= UInt64.max >> 9
        else { return nil }
        return sector << 9
    }

    /// Superblock and bits.
    package func encoded() -> [UInt8] { raw }

    /// The length of superblock and bits in bytes, with a sanity check of what says so.
    private static func byteCount(ofHeader header: [UInt8]) throws(FormatFault) -> Int {
        guard header.integer(at: 0) == magic else { throw .absent(.mdBitmap) }
        let version: UInt32 = header.integer(at: 4)
        guard (3...5).contains(version) else {
            throw .badField(
                .mdBitmap, field: "version", value: UInt64(version),
                problem: "3, 4 and 5 are known")
        }
        let chunk: UInt32 = header.integer(at: 52)
        guard chunk >= 512, chunk.nonzeroBitCount == 1 else {
            throw .badField(
                .mdBitmap, field: "chunksize", value: UInt64(chunk),
                problem: "no power of two from 512 on")
        }
        let syncSectors: UInt64 = header.integer(at: 40)
        let bits = chunkCount(syncSectors: syncSectors, chunkByteCount: chunk)
        guard bits / 8 < limit else {
            throw .badField(
                .mdBitmap, field: "sync_size", value: syncSectors,
                problem: "more than \(limit) bytes of bits")
        }
        return headerByteCount + Int(bits + 7) / 8
    }

    /// How many chunks some sectors have, the last one may be cut.
    static func chunkCount(syncSectors: UInt64, chunkByteCount: UInt32) -> UInt64 {
        let chunkSectors = UInt64(chunkByteCount / 512)
        return syncSectors / chunkSectors + (syncSectors % chunkSectors == 0 ? 0 : 1)
    }
}

/// The fields, by their offsets in `bitmap_super_t`; kernel names in the comments.
extension MDBitmap {
    /// The array's identity: `uuid`.
    package var setUUID: UUID {
        get { UUID(unchecked: Array(raw[8..<24])) }
        set { raw.replaceSubrange(8..<24, with: newValue.bytes) }
    }

    /// The array's event count when the bitmap was written: `events`.
    package var events: UInt64 {
        get { raw.integer(at: 24) }
        set { raw.store(newValue, at: 24) }
    }

    /// The event count when a bit was last cleared, so while no leg was missing: `events_cleared`.
    package var eventsCleared: UInt64 {
        get { raw.integer(at: 32) }
        set { raw.store(newValue, at: 32) }
    }

    /// The sectors that it is about: `sync_size`.
    package var syncSectors: UInt64 { raw.integer(at: 40) }

    /// What is known of it: `state`.
    package var state: State {
        get { State(rawValue: raw.integer(at: 48)) }
        set { raw.store(newValue.rawValue, at: 48) }
    }

    /// The bytes of a bit: `chunksize`.
    package var chunkByteCount: UInt32 { raw.integer(at: 52) }

    /// How long md waits before it clears bits: `daemon_sleep`.
    package var daemonSeconds: UInt32 { raw.integer(at: 56) }

    /// How many writes a write-mostly leg may be behind; 0 for none: `write_behind`.
    package var writeBehind: UInt32 { raw.integer(at: 60) }

    /// The sectors that are kept for it; 0 when not said: `sectors_reserved`.
    package var reservedSectors: UInt32 { raw.integer(at: 64) }

    /// How many bits are meant.
    package var chunkCount: UInt64 {
        MDBitmap.chunkCount(syncSectors: syncSectors, chunkByteCount: chunkByteCount)
    }

    /// Whether a chunk may differ.
    package func isSet(_ chunk: UInt64) -> Bool {
        precondition(chunk < chunkCount)
        return raw[MDBitmap.headerByteCount + Int(chunk / 8)] & 1 << (chunk % 8) != 0
    }

    /// Marks a chunk, or takes the mark away.
    package mutating func set(_ chunk: UInt64, to isSet: Bool = true) {
        precondition(chunk < chunkCount)
        let index = MDBitmap.headerByteCount + Int(chunk / 8)
        let bit = UInt8(1) << (chunk % 8)
        raw[index] = isSet ? raw[index] | bit : raw[index] & ~bit
    }

    /// The chunks that may differ, as runs in order.
    package var setChunks: [Range<UInt64>] {
        var runs: [Range<UInt64>] = []
        var start: UInt64?
        for chunk in 0..<chunkCount {
            switch (isSet(chunk), start) {
            case (true, nil): start = chunk
            case (false, let first?):
                runs.append(first..<chunk)
                start = nil
            default: break
            }
        }
        if let start { runs.append(start..<chunkCount) }
        return runs
    }
}

extension UInt64 {
    /// The sum with a signed number, or nil when it is no UInt64.
    func adding(_ other: Int32) -> UInt64? {
        let (sum, overflows) =
            other < 0
            ? subtractingReportingOverflow(UInt64(other.magnitude))
            : addingReportingOverflow(UInt64(other))
        return overflows ? nil : sum
    }
}

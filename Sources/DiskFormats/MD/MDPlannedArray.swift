/// The RAID1 that `mdadm --create` of 4.2 to 4.4 would make on a device, before it is made.
///
/// The rules are those of mdadm's super1.c and super0.c: `validate_geometry1` (room and data
/// offset), Create.c (rounding of the size), `add_internal_bitmap1` (bitmap) and
/// `write_init_super1` (bad-block log).
package struct MDPlannedArray: Sendable, Equatable {
    /// Whether the array gets a bitmap.
    package enum Bitmap: Sendable, Equatable {
        /// `--bitmap=none`.
        case none
        /// `--bitmap=internal`, with `--bitmap-chunk` in bytes or mdadm's own choice.
        case `internal`(chunkByteCount: UInt32?)
    }

    /// How many sectors of each device the array uses.
    package let componentSectors: UInt64
    /// The bytes of a bitmap's bit, if there is a bitmap.
    package let bitmapChunkByteCount: UInt32?
    /// Which bytes are used for what.
    package let geometry: MDGeometry

    /// Plans an array.
    ///
    /// - Parameters:
    ///   - version: Where the superblock is to lie.
    ///   - deviceSectors: The length of this member in sectors of 512 bytes.
    ///   - componentSectors: What `--size` says, an even number; nil for all there is.
    ///   - dataSector: What `--data-offset` says, for 1.1 and 1.2; nil for mdadm's own choice. With
    ///     legs of unequal sizes mdadm takes the first leg's choice for all of them.
    ///   - bitmap: Whether there is to be one.
    /// - Throws: `FormatFault.badField` when mdadm would refuse.
    package init(
        version: MDVersion, deviceSectors: UInt64, componentSectors: UInt64? = nil,
        dataSector: UInt64? = nil, bitmap: Bitmap
    ) throws(FormatFault) {
        guard deviceSectors <= UInt64.max >> 10,
            let superSector = version.superblockSector(deviceSectors: deviceSectors)
        else {
            throw MDPlannedArray.tooSmall(deviceSectors)
        }
        let dataStart: UInt64 =
            switch version {
            case .v0_90, .v1_0: 0
            case .v1_1, .v1_2: dataSector ?? MDPlannedArray.dataSector(deviceSectors)
            }
        let free = MDPlannedArray.freeSectors(
            version, deviceSectors: deviceSectors, dataSector: dataStart)
        // Create.c rounds to 64 KiB, should the array ever become a RAID 5.
        let size = componentSectors ?? (free & ~127)
        guard size > 0, size <= free else {
            throw .badField(
                .mdSuperblock, field: "size", value: size,
                problem: "a device of \(deviceSectors) sectors has room for \(free)")
        }
        self.componentSectors = size
        guard version != .v0_90 else {
            let start = superSector << 9
            bitmapChunkByteCount = try MDPlannedArray.chunkByteCount(
                bitmap, size: size, roomByteCount: 60 << 10)
            geometry = MDGeometry(
                version: version, superblock: start..<(start + 4096), badBlockLog: nil,
                bitmap: bitmapChunkByteCount.map { _ in (start + 4096)..<(start + 65536) },
                data: 0..<(size << 9))
            return
        }
        let chunk = try MDPlannedArray.chunkByteCount(
            bitmap, size: size, roomByteCount: MDPlannedArray.bitmapSpace(size) << 9)
        bitmapChunkByteCount = chunk
        geometry = MDPlannedArray.geometry(
            version, superSector: superSector, dataSector: dataStart, size: size, chunk: chunk)
    }

    private static func tooSmall(_ deviceSectors: UInt64) -> FormatFault {
        .badField(
            .mdSuperblock, field: "sectors of the device", value: deviceSectors,
            problem: "no room for md's metadata")
    }

    /// Sectors that are kept for a bitmap: `choose_bm_space`.
    private static func bitmapSpace(_ sectors: UInt64) -> UInt64 {
        if sectors < 128 { return 0 }
        if sectors - 128 >= 200 << 21 { return 256 }
        if sectors - 8 > 8 << 21 { return 128 }
        return 8
    }

    /// The data's first sector for 1.1 and 1.2: `validate_geometry1` for a level without chunks.
    ///
    /// Room for a bitmap and superblocks, and about a thousandth (128 MiB at most) for a reshape.
    private static func dataSector(_ deviceSectors: UInt64) -> UInt64 {
        var headroom: UInt64 = 128 << 11
        while headroom << 10 > deviceSectors { headroom >>= 1 }
        return (24 + bitmapSpace(deviceSectors) + headroom + 2047) & ~2047
    }

    /// How many sectors are left for data: `validate_geometry1` and `validate_geometry0`.
    private static func freeSectors(
        _ version: MDVersion, deviceSectors: UInt64, dataSector: UInt64
    ) -> UInt64 {
        let (end, overhead): (UInt64, UInt64) =
            switch version {
            // `MD_NEW_SIZE_SECTORS`.
            case .v0_90: (deviceSectors & ~127, 128)
            // Superblock and what is behind it, bad-block log, bitmap.
            case .v1_0: (deviceSectors & ~7, 16 + 8 + bitmapSpace(deviceSectors))
            case .v1_1, .v1_2: (deviceSectors, dataSector)
            }
        return end < overhead ? 0 : end - overhead
    }

    /// The bytes of a bit: `add_internal_bitmap1` and `add_internal_bitmap0`.
    private static func chunkByteCount(
        _ bitmap: Bitmap, size: UInt64, roomByteCount: UInt64
    ) throws(FormatFault) -> UInt32? {
        guard case .internal(let wanted) = bitmap else { return nil }
        guard roomByteCount > UInt64(MDBitmap.headerByteCount) else {
            throw .badField(
                .mdBitmap, field: "room", value: roomByteCount, problem: "too small for a bitmap")
        }
        let mostBits = (roomByteCount - UInt64(MDBitmap.headerByteCount)) * 8
        var smallest: UInt64 = 4096
        var bits = size / 8 + 1
        while bits > mostBits {
            smallest *= 2
            bits = (bits + 1) / 2
        }
        let chunk = wanted.map(UInt64.init) ?? max(smallest, 64 << 20)
        guard chunk >= smallest, chunk.nonzeroBitCount == 1, let result = UInt32(exactly: chunk)
        else {
            throw .badField(
                .mdBitmap, field: "chunksize", value: chunk,
                problem: "no power of two from \(smallest) on, so that the bits have room")
        }
        return result
    }

    /// Where things are put: `add_internal_bitmap1` and `write_init_super1`.
    private static func geometry(
        _ version: MDVersion, superSector: UInt64, dataSector: UInt64, size: UInt64,
        chunk: UInt32?
    ) -> MDGeometry {
        func extent(_ sector: UInt64, _ sectors: UInt64) -> Range<UInt64> {
            (sector << 9)..<((sector + sectors) << 9)
        }
        func sectors(ofBits bits: UInt64) -> UInt64 {
            ((bits + 7) / 8 + UInt64(MDBitmap.headerByteCount) + 4095) / 4096 * 8
        }
        let bitmapSectors = chunk.map { chunk in
            sectors(ofBits: MDBitmap.chunkCount(syncSectors: size, chunkByteCount: chunk))
        }
        let bitmap: Range<UInt64>?
        let badBlockLog: Range<UInt64>?
        if version == .v1_0 {
            badBlockLog = extent(superSector - 8, 8)
            // The room is that of one bit more than there are, the bitmap may be a block shorter.
            bitmap = chunk.map { chunk in
                let room = sectors(ofBits: size / UInt64(chunk / 512) + 1)
                return extent(superSector - 8 - room, bitmapSectors ?? room)
            }
        } else {
            let space = bitmapSectors ?? bitmapSpace(size)
            let after = superSector + 8 + space
            badBlockLog =
                dataSector >= after + 8
                ? extent(after, 8)
                : dataSector >= superSector + 16 ? extent(dataSector - 8, 8) : nil
            bitmap = bitmapSectors.map { extent(superSector + 8, $0) }
        }
        return MDGeometry(
            version: version, superblock: extent(superSector, 8), badBlockLog: badBlockLog,
            bitmap: bitmap, data: extent(dataSector, size))
    }
}

/// Which bytes of a member device md uses for what.
package struct MDGeometry: Sendable, Equatable {
    /// Where the superblock lies.
    package let version: MDVersion
    /// The superblock.
    package let superblock: Range<UInt64>
    /// The log of bad blocks, if there is room kept for one.
    package let badBlockLog: Range<UInt64>?
    /// The write-intent bitmap, if there is one.
    package let bitmap: Range<UInt64>?
    /// The data that the array uses.
    package let data: Range<UInt64>

    /// Everything but the data, in the order of the device.
    package var metadata: [Range<UInt64>] {
        [superblock, badBlockLog, bitmap].compactMap(\.self)
            .sorted { $0.lowerBound < $1.lowerBound }
    }

    /// What a superblock says about its device.
    ///
    /// - Parameters:
    ///   - superblock: The superblock.
    ///   - bitmap: Its bitmap, if it could be read. Without it a bitmap reaches as far as nothing
    ///     else begins.
    ///   - deviceSectors: The device's length in sectors of 512 bytes.
    /// - Throws: `FormatFault.badField` for a part that is not on the device.
    package init(
        _ superblock: MDSuperblock, bitmap: MDBitmap?, deviceSectors: UInt64
    ) throws(FormatFault) {
        func extent(
            _ field: String, _ sector: UInt64?, _ sectors: UInt64
        ) throws(FormatFault) -> Range<UInt64> {
            guard let sector, sector <= deviceSectors, sectors <= deviceSectors - sector,
                deviceSectors <= UInt64.max >> 9
            else {
                throw .badField(
                    .mdSuperblock, field: field, value: sector ?? 0,
                    problem: "\(sectors) sectors from there are not on a device of "
                        + "\(deviceSectors) sectors")
            }
            return (sector << 9)..<((sector + sectors) << 9)
        }
        version = superblock.version
        let start = superblock.superSector
        data = try extent("data_offset", superblock.dataSector, superblock.componentSectors)
        badBlockLog =
            superblock.badBlockSectors == 0 || superblock.badBlockOffset == 0
            ? nil
            : try extent(
                "bblog_offset", start.adding(superblock.badBlockOffset),
                UInt64(superblock.badBlockSectors))
        // A bitmap that was added later to an array without room may lie 1 KiB behind the start.
        let hasBitmap = MDBitmap.offset(of: superblock) != nil
        let bitmapSector = start.adding(superblock.bitmapOffset)
        let sectors: UInt64 =
            hasBitmap && (1..<8).contains(superblock.bitmapOffset)
            ? UInt64(superblock.bitmapOffset) : 8
        self.superblock = try extent("super_offset", start, sectors)
        guard hasBitmap else {
            self.bitmap = nil
            return
        }
        if let bitmap {
            // mdadm's `calc_bitmap_size`, rounded as `write_bitmap1` does.
            let unit: UInt64 = superblock.bitmapOffset % 8 == 0 ? 4096 : 512
            let length = (UInt64(bitmap.encoded().count) + unit - 1) / unit * unit
            self.bitmap = try extent("bitmap_offset", bitmapSector, length >> 9)
        } else {
            let from = try extent("bitmap_offset", bitmapSector, 1).lowerBound
            let ends = [self.superblock, badBlockLog, data].compactMap { $0?.lowerBound }
            self.bitmap = from..<(ends.filter { $0 > from }.min() ?? deviceSectors << 9)
        }
    }

    /// What a superblock of version 0.90 says about its device.
    ///
    /// - Throws: `FormatFault.badField` when the data is not on the device.
    package init(
        _ superblock: MDSuperblock090, deviceSectors: UInt64
    ) throws(FormatFault) {
        guard let sector = MDVersion.v0_90.superblockSector(deviceSectors: deviceSectors),
            superblock.componentSectors <= sector, deviceSectors <= UInt64.max >> 9
        else {
            throw .badField(
                .mdSuperblock, field: "size", value: superblock.componentSectors,
                problem: "not on a device of \(deviceSectors) sectors")
        }
        self.init(
            version: .v0_90, superblock: (sector << 9)..<(sector << 9 + 4096), badBlockLog: nil,
            bitmap: superblock.hasBitmap ? (sector << 9 + 4096)..<(sector << 9 + 65536) : nil,
            data: 0..<(superblock.componentSectors << 9))
    }

    init(
        version: MDVersion, superblock: Range<UInt64>, badBlockLog: Range<UInt64>?,
        bitmap: Range<UInt64>?, data: Range<UInt64>
    ) {
        self.version = version
        self.superblock = superblock
        self.badBlockLog = badBlockLog
        self.bitmap = bitmap
        self.data = data
    }
}

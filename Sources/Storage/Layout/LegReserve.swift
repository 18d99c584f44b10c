import DiskFormats

/// What a leg keeps for md beside the array's data.
///
/// The numbers are ours and more than any mdadm needs, so that sizes never depend on its version:
/// a leg that was made years ago and one that is made today are equally large. The superblock is
/// 4 KiB, the bad-block log 4 KiB, the bitmap at most 128 KiB (super1.c, `choose_bm_space`).
/// mdadm is told the data's size with `--size` and where they start with `--data-offset`.
extension MetadataVersion {
    /// Where data start in a leg unless a layout says otherwise; `--data-offset`.
    package var standardDataOffset: UInt64 {
        switch self {
        case .v0_90, .v1_0: 0
        case .v1_1, .v1_2: ByteSize.mebibyte
        }
    }

    /// Bytes at the end of a leg that its data leave free: superblock, log and bitmap of the
    /// versions that keep them there.
    package var tailByteCount: UInt64 {
        switch self {
        case .v0_90, .v1_0: ByteSize.mebibyte
        case .v1_1, .v1_2: 0
        }
    }

    /// Bytes at the end of a leg that an array made by other rules leaves free at the least: the
    /// superblock begins 8 to 12 KiB before the end, with 0.90 64 to 128 KiB (md_p.h, super1.c).
    var leastTailByteCount: UInt64 {
        switch self {
        case .v0_90: 128 << 10
        case .v1_0: 12 << 10
        case .v1_1, .v1_2: 0
        }
    }

    /// The same version, as the disk formats name it.
    var format: MDVersion {
        switch self {
        case .v0_90: .v0_90
        case .v1_0: .v1_0
        case .v1_1: .v1_1
        case .v1_2: .v1_2
        }
    }
}

extension ArraySpec {
    /// How large a leg must be to hold so much data, in whole MiB.
    package func legByteCount(dataByteCount: UInt64) -> UInt64 {
        ByteSize.roundUp(dataOffset + dataByteCount + metadata.tailByteCount)
    }

    /// How much data a leg of a size can hold.
    ///
    /// - Parameters:
    ///   - legByteCount: The leg's size.
    ///   - exists: Whether the array is there already, perhaps made by other rules than ours.
    /// - Returns: A size; 0 when there is not even room for md's own.
    package func roomByteCount(legByteCount: UInt64, exists: Bool = false) -> UInt64 {
        let tail = exists ? metadata.leastTailByteCount : metadata.tailByteCount
        let (rest, isTooSmall) = legByteCount.subtractingReportingOverflow(dataOffset + tail)
        return isTooSmall ? 0 : rest
    }

    /// Where mdadm puts its own in a leg of this array.
    ///
    /// - Throws: `FormatFault.badField` when it would refuse to.
    func planned(
        legByteCount: UInt64, dataByteCount: UInt64, bitmapChunkByteCount: UInt64?
    ) throws(FormatFault) -> MDPlannedArray {
        try MDPlannedArray(
            version: metadata.format, deviceSectors: legByteCount / 512,
            componentSectors: dataByteCount / 512, dataSector: dataOffset / 512,
            bitmap: bitmapChunkByteCount.map {
                .internal(chunkByteCount: UInt32(clamping: $0))
            } ?? .none)
    }
}

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

    /// The most bits that an internal bitmap has room for.
    ///
    /// 1.x keeps 128 KiB for it from 200 GiB on, 64 KiB from 8 GiB on, 4 KiB below (super1.c,
    /// `choose_bm_space`); 0.90 the 60 KiB behind its superblock (super0.c). 256 bytes of it are
    /// the bitmap's own superblock (md-bitmap.h).
    package func bitmapBitCount(dataByteCount: UInt64) -> UInt64 {
        let roomByteCount: UInt64
        switch self {
        case .v0_90: roomByteCount = 60 << 10
        case .v1_0, .v1_1, .v1_2:
            if dataByteCount >= (200 << 30) + (64 << 10) {
                roomByteCount = 128 << 10
            } else if dataByteCount > (8 << 30) + (2 << 10) {
                roomByteCount = 64 << 10
            } else {
                roomByteCount = 4 << 10
            }
        }
        return (roomByteCount - 256) * 8
    }
}

extension ArraySpec {
    /// How large a leg must be to hold so much data, in whole MiB.
    package func legByteCount(dataByteCount: UInt64) -> UInt64 {
        ByteSize.roundUp(dataOffset + dataByteCount + metadata.tailByteCount)
    }

    /// How much data a leg of a size can hold; 0 when there is not even room for md's own.
    package func roomByteCount(legByteCount: UInt64) -> UInt64 {
        let (rest, isTooSmall) = legByteCount.subtractingReportingOverflow(
            dataOffset + metadata.tailByteCount)
        return isTooSmall ? 0 : rest
    }
}

package import CSyscalls
import Glibc

/// What the kernel knows and does about block devices.
package enum BlockDevice {
    /// Whether attributes are those of a block device.
    package static func isBlockDevice(_ status: stat) -> Bool {
        status.st_mode & S_IFMT == S_IFBLK
    }

    /// The length of a block device or an image file in bytes.
    package static func byteCount(of file: File) throws(SystemError) -> UInt64 {
        guard isBlockDevice(try file.status()) else { return try file.byteCount() }
        var count: UInt64 = 0
        try checked("BLKGETSIZE64", file.path) {
            slipway_block_byte_count(file.descriptor, &count)
        }
        return count
    }

    /// The length of a logical sector in bytes; of an image file 512.
    package static func sectorByteCount(of file: File) throws(SystemError) -> UInt32 {
        guard isBlockDevice(try file.status()) else { return 512 }
        var size: CInt = 0
        try checked("BLKSSZGET", file.path) { slipway_block_sector_size(file.descriptor, &size) }
        return UInt32(size)
    }

    /// Forgets what the page cache has of a device, after writing it out.
    package static func dropCache(of file: File) throws(SystemError) {
        try checked("BLKFLSBUF", file.path) { slipway_block_drop_cache(file.descriptor) }
    }

    /// Reads the partition table anew.
    ///
    /// - Throws: `SystemError` with `EBUSY` while a partition is in use, or udev has one open.
    package static func rereadPartitions(of file: File) throws(SystemError) {
        try checked("BLKRRPART", file.path) { slipway_block_reread_partitions(file.descriptor) }
    }

    /// Adds a partition to the kernel's list of a disk's partitions.
    ///
    /// - Throws: `SystemError` with `EBUSY` when it overlaps with one that is on the list.
    package static func addPartition(_ number: Int, start: UInt64, byteCount: UInt64, of file: File)
        throws(SystemError)
    {
        try checked("BLKPG_ADD_PARTITION", "\(file.path), partition \(number)") {
            slipway_block_add_partition(
                file.descriptor, CInt(clamping: number), Int64(clamping: start),
                Int64(clamping: byteCount))
        }
    }

    /// Takes a partition off the kernel's list.
    ///
    /// - Throws: `SystemError` with `EBUSY` while it is in use, `ENXIO` when it is not on the list.
    package static func removePartition(_ number: Int, of file: File) throws(SystemError) {
        try checked("BLKPG_DEL_PARTITION", "\(file.path), partition \(number)") {
            slipway_block_remove_partition(file.descriptor, CInt(clamping: number))
        }
    }
}

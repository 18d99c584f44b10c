import CSyscalls
package import DiskFormats
package import Syscalls

/// The bytes of a disk, a partition or an image file, as they are on the medium.
///
/// md writes superblocks past the page cache, which would go on showing the old ones: so block
/// devices are read with `O_DIRECT`, in whole blocks. Nothing is written through this type.
package struct DeviceBytes: Sendable {
    /// What all reads of a block device are made of; a multiple of every sector size.
    private static let blockByteCount: UInt64 = 4096

    /// The length in bytes.
    package let byteCount: UInt64
    /// The length of a logical sector in bytes.
    package let sectorByteCount: UInt32
    /// Whether it is a block device, and no image file.
    package let isBlockDevice: Bool
    private let file: File

    /// Opens a device or a file for reading.
    package init(_ path: String) throws(SystemError) {
        var file = try File(path)
        byteCount = try BlockDevice.byteCount(of: file)
        sectorByteCount = try BlockDevice.sectorByteCount(of: file)
        isBlockDevice = BlockDevice.isBlockDevice(try file.status())
        if isBlockDevice { file = try File(path, flags: O_RDONLY | O_DIRECT) }
        self.file = file
    }
}

extension DeviceBytes: ByteSource {
    package func bytes(_ count: Int, at offset: UInt64) throws -> [UInt8] {
        let (end, overflows) = offset.addingReportingOverflow(UInt64(count))
        guard !overflows, end <= byteCount else {
            throw SystemError("read", "\(file.path) at \(offset)", code: ENXIO)
        }
        let unit = DeviceBytes.blockByteCount
        let first = offset / unit * unit
        // The last block of a device need not be a whole one.
        let last = min((end + unit - 1) / unit * unit, byteCount)
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Int(last - first), alignment: Int(unit))
        defer { buffer.deallocate() }
        guard try file.read(into: buffer, at: first) == buffer.count else {
            throw SystemError("read", "\(file.path) at \(offset)", code: EIO)
        }
        let start = Int(offset - first)
        return Array(buffer[start..<(start + count)])
    }
}

/// A part of a disk, seen as if it were a device of its own.
package struct AreaBytes<Source: ByteSource>: ByteSource {
    /// The whole disk.
    package let disk: Source
    /// The part.
    package let extent: Extent

    /// Looks at a part of a disk, which must lie on it.
    package init(_ extent: Extent, of disk: Source) {
        precondition(extent.end <= disk.byteCount)
        self.disk = disk
        self.extent = extent
    }

    package var byteCount: UInt64 { extent.byteCount }

    package func bytes(_ count: Int, at offset: UInt64) throws -> [UInt8] {
        let (end, overflows) = offset.addingReportingOverflow(UInt64(count))
        guard !overflows, end <= extent.byteCount else {
            throw SystemError("read", "an area of \(extent.byteCount) bytes", code: ENXIO)
        }
        return try disk.bytes(count, at: extent.start + offset)
    }
}

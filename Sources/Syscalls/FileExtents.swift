import CSyscalls
import Glibc

/// A run of a file's bytes on the device of its filesystem.
///
/// `struct fiemap_extent` of linux/fiemap.h; Documentation/filesystems/fiemap.rst.
package struct FileExtent: Sendable, Equatable {
    /// What the kernel says of a run: `FIEMAP_EXTENT_…`.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// No run follows.
        package static let last = Flags(rawValue: 0x1)
        /// Nobody knows where the bytes are.
        package static let unknown = Flags(rawValue: 0x2)
        /// The bytes have no place yet.
        package static let delayedAllocation = Flags(rawValue: 0x4)
        /// The bytes on the disk are not those of the file.
        package static let encoded = Flags(rawValue: 0x8)
        /// The bytes on the disk are encrypted.
        package static let encrypted = Flags(rawValue: 0x80)
        /// The run is not made of whole blocks.
        package static let unaligned = Flags(rawValue: 0x100)
        /// The bytes lie among the filesystem's own.
        package static let inlineData = Flags(rawValue: 0x200)
        /// The bytes share a block with those of other files.
        package static let tail = Flags(rawValue: 0x400)
        /// The place was never written: the file has zeros there, the disk anything.
        package static let unwritten = Flags(rawValue: 0x800)

        /// Whether the file's bytes are just those at that place.
        package var isPlain: Bool {
            isDisjoint(with: [
                .unknown, .delayedAllocation, .encoded, .encrypted, .unaligned, .inlineData,
                .tail, .unwritten,
            ])
        }
    }

    /// The first byte in the file.
    package let logical: UInt64
    /// The first byte on the device.
    package let physical: UInt64
    /// The length in bytes: whole blocks, which may reach behind the file's end.
    package let byteCount: UInt64
    /// What the kernel says of it.
    package let flags: Flags

    /// Makes a run.
    package init(logical: UInt64, physical: UInt64, byteCount: UInt64, flags: Flags = []) {
        self.logical = logical
        self.physical = physical
        self.byteCount = byteCount
        self.flags = flags
    }
}

extension File {
    /// Where the file's bytes lie, in their order; the ioctl is `FS_IOC_FIEMAP`.
    ///
    /// What was written to the file is on the disk when it returns.
    ///
    /// - Throws: `SystemError`; `EOPNOTSUPP` where a filesystem does not tell.
    package func extents() throws(SystemError) -> [FileExtent] {
        let limit = 64
        var extents: [FileExtent] = []
        var start: UInt64 = 0
        while true {
            var found = [slipway_extent](repeating: slipway_extent(), count: limit)
            let count = try checked("FS_IOC_FIEMAP", path) {
                slipway_file_extents(descriptor, start, &found, CInt(limit))
            }
            extents += found.prefix(Int(count)).map {
                FileExtent(
                    logical: $0.logical, physical: $0.physical, byteCount: $0.length,
                    flags: FileExtent.Flags(rawValue: $0.flags))
            }
            guard count > 0, let last = extents.last, !last.flags.contains(.last) else {
                return extents
            }
            let (next, overflows) = last.logical.addingReportingOverflow(last.byteCount)
            // A run without a length would be told for ever.
            guard !overflows, next > start else {
                throw SystemError("FS_IOC_FIEMAP", path, code: EIO)
            }
            start = next
        }
    }
}

package import DiskFormats
package import Storage

/// Reads what a boot leg says, whatever it should say.
package enum BootLegReader {
    /// GRUB's variables on a leg.
    ///
    /// - Returns: nil when the leg has no filesystem, or no grubenv that could be read.
    /// - Throws: When the disk gives errors.
    package static func environment(of leg: BootLeg) throws -> GrubEnvironment? {
        guard let bytes = try file(SystemFile.environmentPath, of: leg) else { return nil }
        return try? GrubEnvironment(parsing: bytes)
    }

    /// The longest file that is read, in bytes.
    private static let byteLimit: UInt64 = 16 << 20

    /// A small file of a leg's EFI system partition.
    ///
    /// - Returns: nil when the leg has no filesystem, or no such file.
    /// - Throws: When the disk gives errors.
    package static func file(_ path: String, of leg: BootLeg) throws -> [UInt8]? {
        let disk = try DeviceBytes(leg.disk)
        // A reader may have another card by now.
        guard leg.systemPartition.end <= disk.byteCount else { return nil }
        let partition = AreaBytes(leg.systemPartition, of: disk)
        let volume: FAT32
        do throws(FormatFault) {
            volume = try FAT32(reading: partition)
        } catch {
            if case .unreadable = error { throw error }
            return nil
        }
        guard let file = volume.file(path), file.byteCount <= byteLimit else { return nil }
        var bytes: [UInt8] = []
        for extent in file.extents {
            bytes += try partition.bytes(extent.count, at: extent.lowerBound)
        }
        return bytes
    }
}

/// GRUB's loader for BIOS: boot.img for the first sector of a disk, core.img for the BIOS boot
/// partition.
///
/// grub-core/boot/i386/pc/boot.S and diskboot.S, include/grub/i386/pc/boot.h. A payload has both as
/// GRUB made them; where they lie on a disk is put in when they are written, so that no
/// grub-install is needed.
package struct GrubBIOSLoader: Sendable, Equatable {
    /// The partition that GRUB's prefix names, `(,gpt2)`: the ESP must be this one.
    package static let systemPartitionNumber = 2
    /// Where the BIOS boot partition of every leg starts, so that all legs have the same bytes.
    package static let biosBootLBA: UInt64 = 2048

    /// `GRUB_BOOT_MACHINE_KERNEL_SECTOR`: where core.img starts, 8 bytes.
    private static let kernelSectorOffset = 0x5C
    /// `GRUB_BOOT_MACHINE_BOOT_DRIVE`: 0xFF for the drive that the BIOS started from.
    private static let bootDriveOffset = 0x64
    /// `GRUB_BOOT_MACHINE_DRIVE_CHECK`: a jump over what mends the drive number of odd BIOSes.
    private static let driveCheckOffset = 0x66
    /// The list of what diskboot.S reads: first sector (8 bytes), count (2), segment (2).
    private static let blockListOffset = 500

    private let bootImage: [UInt8]
    private let coreImage: [UInt8]

    /// Takes the images of a payload.
    ///
    /// - Parameters:
    ///   - bootImage: boot.img: one sector with the signature of a boot sector.
    ///   - coreImage: core.img as grub-mkimage makes it: to be read from sector 2 on.
    /// - Throws: `FormatFault` when they are not what GRUB makes.
    package init(bootImage: [UInt8], coreImage: [UInt8]) throws(FormatFault) {
        guard bootImage.count == 512 else {
            throw .badField(
                .grubBootImage, field: "length", value: UInt64(bootImage.count),
                problem: "a boot sector has 512 bytes")
        }
        guard bootImage.suffix(2) == [0x55, 0xAA] else { throw .absent(.grubBootImage) }
        if let fault = GrubBIOSLoader.fault(ofCoreImage: coreImage) { throw fault }
        self.bootImage = bootImage
        self.coreImage = coreImage
    }

    /// What keeps a file from being a whole core.img that was never patched; nil when it is one.
    package static func fault(ofCoreImage image: [UInt8]) -> FormatFault? {
        guard image.count > 1024 else {
            return .badField(
                .grubCoreImage, field: "length", value: UInt64(image.count), problem: "too short")
        }
        let first: UInt64 = image.integer(at: blockListOffset)
        guard first == 2 else {
            return .misplaced(.grubCoreImage, field: "first sector", stored: first, wanted: 2)
        }
        // All but the first sector, which does the reading.
        let wanted = (image.count - 1) / 512
        let count: UInt16 = image.integer(at: blockListOffset + 8)
        return Int(count) == wanted
            ? nil
            : .badField(
                .grubCoreImage, field: "sectors", value: UInt64(count),
                problem: "the file has \(wanted) after the first")
    }

    /// The bytes for the first sector: those in front of disk signature and partition table.
    ///
    /// - Parameter coreLBA: Where core.img lies, in sectors of 512 bytes.
    /// - Returns: 440 bytes.
    package func bootCode(coreLBA: UInt64) -> [UInt8] {
        var bytes = Array(bootImage[MasterBootRecord.bootCode])
        bytes.store(coreLBA, at: GrubBIOSLoader.kernelSectorOffset)
        bytes[GrubBIOSLoader.bootDriveOffset] = 0xFF
        bytes.replaceSubrange(
            GrubBIOSLoader.driveCheckOffset..<(GrubBIOSLoader.driveCheckOffset + 2),
            with: [0x90, 0x90])
        return bytes
    }

    /// The bytes for the BIOS boot partition.
    ///
    /// - Parameter coreLBA: Where they will lie, in sectors of 512 bytes.
    /// - Returns: Whole sectors.
    package func core(coreLBA: UInt64) -> [UInt8] {
        var bytes = coreImage
        bytes += [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
        bytes.store(coreLBA + 1, at: GrubBIOSLoader.blockListOffset)
        return bytes
    }

    /// Boot code for a disk that must not be started from for now: the BIOS goes on to the next.
    ///
    /// INT 18h, and a loop for a BIOS that comes back from it.
    package static let passOn: [UInt8] =
        [0xCD, 0x18, 0xEB, 0xFE] + [UInt8](repeating: 0, count: MasterBootRecord.bootCode.count - 4)
}

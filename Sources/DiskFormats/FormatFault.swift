/// What is wrong with a structure on a disk.
///
/// Absence is one of the faults: whoever looks for a table wants to know why there is none.
package enum FormatFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The structures that are told apart in faults.
    package enum Structure: String, Sendable, CustomStringConvertible {
        /// The MBR, or the protective MBR of a GPT disk.
        case masterBootRecord = "MBR"
        /// The GPT header at LBA 1.
        case primaryHeader = "primary GPT header"
        /// The entries that belong to it.
        case primaryEntries = "primary GPT entries"
        /// The GPT header at the end of the disk.
        case backupHeader = "backup GPT header"
        /// The entries that belong to it.
        case backupEntries = "backup GPT entries"
        /// A superblock of md, of any version.
        case mdSuperblock = "md superblock"
        /// The superblock of md's write-intent bitmap.
        case mdBitmap = "md bitmap"
        /// A superblock of ext2, ext3 or ext4.
        case ext4Superblock = "ext4 superblock"
        /// The first sector of a FAT32.
        case fatBootSector = "FAT32 boot sector"
        /// An allocation table of a FAT32.
        case fatTable = "FAT32 table"
        /// A folder of a FAT32.
        case fatFolder = "FAT32 folder"
        /// GRUB's boot.img, which goes into the first sector of a disk.
        case grubBootImage = "boot.img"
        /// GRUB's core.img for BIOS.
        case grubCoreImage = "core.img"
        /// GRUB's environment block.
        case grubEnvironment = "grubenv"

        package var description: String { rawValue }
    }

    /// There is none: the signature or magic is another one.
    case absent(Structure)
    /// The disk ends before the structure does.
    case truncated(Structure, byteCount: UInt64, wanted: UInt64)
    /// The disk gives an error where the structure is.
    case unreadable(Structure, cause: String)
    /// The stored checksum is not that of the bytes.
    case badChecksum(Structure, stored: UInt32, computed: UInt32)
    /// The structure says that it lies elsewhere, in sectors.
    case misplaced(Structure, field: String, stored: UInt64, wanted: UInt64)
    /// A field has a value that cannot be.
    case badField(Structure, field: String, value: UInt64, problem: String)
    /// Two partitions, by number, share a sector.
    case overlap(Structure, first: Int, second: Int)

    /// Whether there is nothing, rather than something damaged.
    package var isAbsence: Bool {
        switch self {
        case .absent, .truncated: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .absent(let structure): "\(structure): none"
        case .truncated(let structure, let byteCount, let wanted):
            "\(structure): needs \(wanted) bytes, \(byteCount) are there"
        case .unreadable(let structure, let cause): "\(structure): cannot be read: \(cause)"
        case .badChecksum(let structure, let stored, let computed):
            "\(structure): checksum is 0x\(String(stored, radix: 16)), "
                + "of the bytes it is 0x\(String(computed, radix: 16))"
        case .misplaced(let structure, let field, let stored, let wanted):
            "\(structure): \(field) is \(stored), it lies at \(wanted)"
        case .badField(let structure, let field, let value, let problem):
            "\(structure): \(field) \(value): \(problem)"
        case .overlap(let structure, let first, let second):
            "\(structure): partitions \(first) and \(second) overlap"
        }
    }
}

extension ByteSource {
    /// Reads a structure's bytes; what the source throws becomes a fault of the structure.
    func bytes(
        _ count: Int, at offset: UInt64, of structure: FormatFault.Structure
    ) throws(FormatFault) -> [UInt8] {
        let (end, overflows) = offset.addingReportingOverflow(UInt64(count))
        guard !overflows, end <= byteCount else {
            throw .truncated(structure, byteCount: byteCount, wanted: overflows ? .max : end)
        }
        do {
            return try bytes(count, at: offset)
        } catch {
            throw .unreadable(structure, cause: String(describing: error))
        }
    }
}

/// Turns a throwing read into its outcome, so that one bad copy does not hide another.
func outcome<Value>(
    _ body: () throws(FormatFault) -> Value
) -> Result<Value, FormatFault> {
    Result { () throws(FormatFault) in try body() }
}

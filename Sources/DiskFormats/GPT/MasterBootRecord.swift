/// The first 512 bytes of a disk: boot code, a disk signature, four partitions.
///
/// UEFI 2.10, sections 5.2.1 (legacy) and 5.2.3 (protective).
package struct MasterBootRecord: Sendable, Equatable {
    /// One of the four partitions.
    package struct Partition: Sendable, Equatable {
        /// Its number, from 1.
        package let number: Int
        /// Whether the firmware is told to start from it: `BootIndicator` 0x80.
        package let isActive: Bool
        /// Its `OSType`.
        package let type: UInt8
        /// Its first sector: `StartingLBA`.
        package let firstLBA: UInt32
        /// Its length in sectors: `SizeInLBA`.
        package let sectorCount: UInt32
    }

    /// The length of the structure, whatever the disk's sectors are.
    package static let byteCount = 512
    /// The bytes that a boot loader may have; the disk signature and the table follow.
    package static let bootCode = 0..<440
    /// The type of a partition that says "this disk has a GPT".
    static let protectiveType: UInt8 = 0xEE

    /// The partitions that are in use.
    package let partitions: [Partition]
    /// A number that systems which know no GPT tell disks apart by: `UniqueMBRDiskSignature`.
    package let diskSignature: UInt32
    /// Whether no boot loader was ever written, or it was wiped.
    package let bootCodeIsZero: Bool

    /// Whether the disk claims to have a GPT.
    package var isProtective: Bool {
        partitions.contains { $0.type == MasterBootRecord.protectiveType }
    }

    /// Reads a sector.
    ///
    /// A boot sector of a FAT ends as an MBR does; what it has in the table's place is no table, and
    /// that is a fault of a `BootIndicator`.
    ///
    /// - Throws: `FormatFault.truncated`, `.absent` without the bytes 55 AA, or `.badField`.
    package init(decoding bytes: [UInt8]) throws(FormatFault) {
        guard bytes.count >= MasterBootRecord.byteCount else {
            throw .truncated(
                .masterBootRecord, byteCount: UInt64(bytes.count),
                wanted: UInt64(MasterBootRecord.byteCount))
        }
        let bytes = Array(bytes.prefix(MasterBootRecord.byteCount))
        guard bytes[510] == 0x55, bytes[511] == 0xAA else { throw .absent(.masterBootRecord) }
        var partitions: [Partition] = []
        for number in 1...4 {
            let offset = 446 + 16 * (number - 1)
            guard bytes[offset] == 0 || bytes[offset] == 0x80 else {
                throw .badField(
                    .masterBootRecord, field: "BootIndicator of partition \(number)",
                    value: UInt64(bytes[offset]), problem: "neither 0 nor 128")
            }
            guard bytes[offset + 4] != 0 else { continue }
            partitions.append(
                Partition(
                    number: number, isActive: bytes[offset] == 0x80, type: bytes[offset + 4],
                    firstLBA: bytes.integer(at: offset + 8),
                    sectorCount: bytes.integer(at: offset + 12)))
        }
        self.partitions = partitions
        diskSignature = bytes.integer(at: 440)
        bootCodeIsZero = bytes[MasterBootRecord.bootCode].allSatisfy { $0 == 0 }
    }

    /// A sector with a protective table; boot code and disk signature stay as they are.
    ///
    /// - Parameters:
    ///   - sector: The first 512 bytes of the disk.
    ///   - sectorCount: The disk's length in its own sectors.
    /// - Returns: 512 bytes.
    package static func protective(_ sector: [UInt8], sectorCount: UInt64) -> [UInt8] {
        precondition(sector.count == byteCount)
        var bytes = sector
        bytes.replaceSubrange(446..<510, with: repeatElement(0, count: 64))
        // From cylinder 0, head 0, sector 2; the end is beyond what the old fields can say.
        bytes.replaceSubrange(446..<454, with: [0, 0, 2, 0, protectiveType, 0xFF, 0xFF, 0xFF])
        bytes.store(UInt32(1), at: 454)
        bytes.store(UInt32(clamping: sectorCount - 1), at: 458)
        bytes.replaceSubrange(510..<512, with: [0x55, 0xAA])
        return bytes
    }
}

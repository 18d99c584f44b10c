import DiskFormats
import Glibc
import Syscalls

/// What is written to a blank disk so that md takes it for a leg that was away, and copies to it
/// only what the survivor's bitmap has marked.
///
/// It can be made wrong on purpose, to pin down what each part of it is for.
package struct ForgedLeg {
    /// What can be left out, or put in too early.
    package enum Mistake: String, Sendable, CaseIterable {
        /// Without the flags that say that nothing on it is in sync yet.
        case noFlags = "no-flags"
        /// With the survivor's own event count.
        case equalEvents = "equal-events"
    }

    /// What is to be written, in this order.
    let writes: [ByteWrite]

    /// Forges a leg.
    ///
    /// - Parameters:
    ///   - survivor: The whole device of a leg that is in sync.
    ///   - sectorCount: The length of the new one, in sectors.
    ///   - slot: The slot that is missing.
    ///   - mistakes: What is to be wrong.
    ///   - generator: What its identity is made from.
    /// - Throws: `FormatFault` for a survivor that cannot be read, `Complaint` for one that will not
    ///   do.
    init(
        survivor: some ByteSource, sectorCount: UInt64, slot: UInt16, mistakes: Set<Mistake>,
        generator: inout some RandomNumberGenerator
    ) throws {
        let original = try MDSuperblock(reading: survivor, version: .v1_0)
        let bitmap = try MDBitmap(reading: survivor, of: original)
        guard let sector = MDVersion.v1_0.superblockSector(deviceSectors: sectorCount),
            let number = original.deviceRoles.enumerated().first(where: { number, role in
                number != Int(original.deviceNumber) && !role.isActive
            })?.offset
        else { throw Complaint(reason: "there is no room for another leg") }
        // md wants a leg that was away to be at least one event behind, and as far back as the
        // bitmap remembers at most.
        guard original.events >= bitmap.eventsCleared + 2 else {
            throw Complaint(
                reason: "the survivor has \(original.events) events, and its bitmap was cleared"
                    + " at \(bitmap.eventsCleared): fewer than two later")
        }
        var leg = original
        leg.superSector = sector
        // The kernel refuses a leg whose room for data reaches into what lies behind it.
        let behind = max(0, -original.bitmapOffset, -original.badBlockOffset)
        let (end, isTooSmall) = sector.subtractingReportingOverflow(UInt64(behind))
        guard !isTooSmall, end >= original.componentSectors else {
            throw Complaint(reason: "\(sectorCount) sectors are too few for this array")
        }
        leg.dataSectors = end
        leg.deviceNumber = UInt32(number)
        leg.setRole(.active(slot), ofDevice: UInt32(number))
        leg.deviceUUID = UUID(randomFrom: &generator)
        leg.deviceFlags = []
        if !mistakes.contains(.equalEvents) { leg.events = bitmap.eventsCleared }
        if !mistakes.contains(.noFlags) {
            leg.features.formUnion([.recoveryOffset, .recoveryBitmap])
            leg.recoveryOffset = 0
        }
        guard let bitmapOffset = MDBitmap.offset(of: leg) else {
            throw Complaint(reason: "the survivor has no bitmap")
        }
        writes = [ByteWrite(offset: bitmapOffset, bytes: bitmap.encoded()), leg.write]
    }
}

extension ForgedLeg {
    /// Forges a leg on a device, each write through to the disk before the next.
    package static func make(
        from survivor: String, on device: String, slot: UInt16, mistakes: Set<Mistake>
    ) throws {
        let target = try File(device, flags: O_RDWR)
        var generator = SystemRandomNumberGenerator()
        let forged = try ForgedLeg(
            survivor: try DiskRegion(image: survivor),
            sectorCount: try DiskRegion(image: device).byteCount / 512, slot: slot,
            mistakes: mistakes, generator: &generator)
        for write in forged.writes {
            try write.bytes.withUnsafeBytes { try target.write($0, at: write.offset) }
            try target.synchronize()
        }
    }
}

extension MDRole {
    /// Whether the device holds a slot's data.
    fileprivate var isActive: Bool {
        if case .active = self { true } else { false }
    }
}

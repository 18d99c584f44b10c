import Command
import DiskFormats
import Glibc
import Syscalls

/// Adds a fresh leg to a degraded array so that md copies only what its ext4 uses.
///
/// md copies a whole array to a fresh leg. To a leg that was away it copies what its bitmap marks.
/// So the used blocks are marked, and the fresh leg is given a superblock that says: I was away, and
/// nothing on me is in sync. The order below is the only safe one; cut anywhere, the rerun starts
/// from its beginning:
///
/// - A leg with the survivor's event count and no flags would be taken as in sync: alone it would
///   start *as garbage*, and `--assemble` would throw the good survivor out.
/// - Fewer events without the flags: alone it would still start.
/// - The flags with equal events: `--assemble` would refuse both.
/// - The flags *and* fewer events: alone it is refused, and the survivor always starts, whichever is
///   seen first.
struct UsedBlocksCopy {
    /// Why md has to copy all; nothing has been written then.
    enum Obstacle: Error, Equatable, CustomStringConvertible {
        case notDegraded(slot: Int)
        case noSurvivor(String)
        case noBitmap(String)
        case wrongMetadata(MetadataVersion)
        case busy(action: String)
        case eventsTooClose(events: UInt64, cleared: UInt64)
        case tooSmall(byteCount: UInt64, wanted: UInt64)
        case noNumber
        case badBlocks
        case noExt4(String)
        case notClean(String)
        case unreadable(String)

        var description: String {
            switch self {
            case .notDegraded(let slot): "the survivors still count slot \(slot) as working"
            case .noSurvivor(let cause): "no superblock of a working leg: \(cause)"
            case .noBitmap(let cause): "no bitmap on the working leg: \(cause)"
            case .wrongMetadata(let version):
                "superblocks of version \(version.rawValue), not 1.0"
            case .busy(let action): "the array is busy with \(action)"
            case .eventsTooClose(let events, let cleared):
                "the working leg has \(events) events, and its bitmap was cleared at \(cleared)"
            case .tooSmall(let byteCount, let wanted):
                "the leg has \(byteCount) bytes, \(wanted) are needed"
            case .noNumber: "the superblocks have no number left for another leg"
            case .badBlocks: "the working leg has a list of bad blocks"
            case .noExt4(let cause): "the array holds no ext4: \(cause)"
            case .notClean(let cause): "the filesystem needs a check: \(cause)"
            case .unreadable(let cause): "dumpe2fs does not tell which blocks are used: \(cause)"
            }
        }
    }

    let array: ObservedArray
    /// The leg's device.
    let leg: String
    let slot: Int
    let isWriteMostly: Bool
    let system: SystemTree

    /// Adds the leg; md goes on copying when this returns.
    ///
    /// - Throws: `Obstacle` when nothing was written and md has to copy all; any other error after
    ///   that.
    func run() throws {
        let attributes = MDAttributes(of: array.path, in: system)
        let survivor = try workingMember()
        // Bits that are set while the array takes no writes would stay in memory.
        try attributes.makeWritable()
        try settleFilesystem()
        try age(survivor)
        try check(survivor)

        // From here on every write of the filesystem marks its own chunk, and as the array is
        // degraded no mark is taken away. What is on the disks now, and not free, is marked by us.
        sync()
        let chunks = try usedChunks()
        for text in UsedBlocksCopy.texts(of: chunks) {
            try attributes.write(text, to: "bitmap_set_bits")
        }
        sync()

        // The leg's copy of the bitmap, and the count of events that it is away from, are the
        // survivor's as they are on its disk now.
        let source = try DeviceBytes(system.path(survivor))
        let superblock = try MDSuperblock(reading: source, version: .v1_0)
        let bitmap = try MDBitmap(reading: source, of: superblock)
        for chunk in chunks.joined() where !bitmap.isSet(chunk) {
            throw ApplyError.refused(
                attribute: "bitmap_set_bits", value: String(chunk),
                reason: "the bitmap of \(survivor) has no mark for it")
        }
        let target = try DeviceBytes(system.path(leg))
        let writer = try DeviceWriter(system.path(leg))
        var random = SystemRandomNumberGenerator()
        let writes = try UsedBlocksCopy.leg(
            from: superblock, bitmap, byteCount: target.byteCount, slot: slot,
            isWriteMostly: isWriteMostly, deviceUUID: UUID(randomFrom: &random))
        // The bitmap first: a superblock without it would be refused, one with garbage believed.
        for write in writes { try writer.write(write) }

        do {
            try MdadmCommands.reAdd(leg, to: array.path).runChecked()
        } catch {
            // udev looks at what was written, and may have had mdadm add it first.
            guard isMember else { throw error }
        }
        try attributes.makeWritable()
    }

    private var isMember: Bool {
        let name = "dev-\(SystemTree.kernelName(of: leg))/state"
        let state = MDAttributes(of: array.path, in: system).text(name)
        return state.map { !$0.split(separator: ",").contains("faulty") } ?? false
    }

    // MARK: Before anything is written

    /// The device of a working leg of an array that lacks one and is doing nothing else.
    private func workingMember() throws(Obstacle) -> String {
        guard array.metadata == .v1_0 else { throw .wrongMetadata(array.metadata) }
        guard array.syncAction == "idle", array.members.isQuiet else {
            throw .busy(action: array.syncAction)
        }
        guard !array.members.contains(where: { $0.slot == slot }) else {
            throw .notDegraded(slot: slot)
        }
        guard let survivor = array.members.first(where: { $0.flags.contains("in_sync") }) else {
            throw .noSurvivor("no member is in sync")
        }
        return survivor.device
    }

    /// Sees to it that the survivor's superblock says that it is alone, and has gone on by two events
    /// since its bitmap was last cleared.
    ///
    /// It says so from the first write on; an array that was only assembled has not had one. A write,
    /// of what is there already, makes it dirty and soon clean again, and while it is degraded each
    /// of these counts. A mounted filesystem has written enough itself.
    private func age(_ survivor: String) throws {
        guard array.mountPoints.isEmpty else { return }
        for _ in 0..<4 {
            let (superblock, bitmap) = try UsedBlocksCopy.metadata(of: system.path(survivor))
            if isAlone(superblock), UsedBlocksCopy.isAhead(superblock, of: bitmap) { return }
            let place = system.path(array.path)
            try DeviceWriter(place).write(
                ByteWrite(offset: 0, bytes: DeviceBytes(place).bytes(512, at: 0)))
            // md calls it clean when nobody has written for `safe_mode_delay`, 0.2 s.
            Pause.milliseconds(500)
        }
    }

    /// Checks the survivor's superblock, and whether a leg can be made from it.
    private func check(_ survivor: String) throws {
        let (superblock, bitmap) = try UsedBlocksCopy.metadata(of: system.path(survivor))
        guard isAlone(superblock) else { throw Obstacle.notDegraded(slot: slot) }
        _ = try UsedBlocksCopy.leg(
            from: superblock, bitmap, byteCount: DeviceBytes(system.path(leg)).byteCount,
            slot: slot, isWriteMostly: isWriteMostly, deviceUUID: superblock.deviceUUID)
    }

    private func isAlone(_ superblock: MDSuperblock) -> Bool {
        UInt16(exactly: slot).map { !superblock.deviceRoles.contains(.active($0)) } ?? false
    }

    /// A leg that was away must be at least one event behind, and md counts one more when it takes
    /// it back.
    private static func isAhead(_ superblock: MDSuperblock, of bitmap: MDBitmap) -> Bool {
        let (wanted, overflows) = bitmap.eventsCleared.addingReportingOverflow(2)
        return !overflows && superblock.events >= wanted
    }

    private static func metadata(of path: String) throws -> (MDSuperblock, MDBitmap) {
        let bytes = try DeviceBytes(path)
        let superblock: MDSuperblock
        do throws(FormatFault) {
            superblock = try MDSuperblock(reading: bytes, version: .v1_0)
        } catch {
            throw Obstacle.noSurvivor(error.description)
        }
        do throws(FormatFault) {
            return (superblock, try MDBitmap(reading: bytes, of: superblock))
        } catch {
            throw Obstacle.noBitmap(error.description)
        }
    }

    /// Brings the filesystem's own bitmaps up to date.
    ///
    /// Blocks whose allocation is still in the journal count as free in them: of a filesystem that
    /// nobody has mounted the journal is replayed. A mounted one has them right in memory, from
    /// where dumpe2fs gets them, unless it was mounted without replaying.
    private func settleFilesystem() throws {
        if array.mountPoints.isEmpty {
            let result = try FilesystemCommands.mend(system.path(array.path)).run()
            // e2fsck(8): 1 for errors that have been corrected.
            guard [.status(0), .status(1)].contains(result.ending) else {
                throw Obstacle.notClean("e2fsck: \(result.ending)")
            }
        }
        let bytes = try DeviceBytes(system.path(array.path))
        let superblock: Ext4Superblock
        do throws(FormatFault) {
            superblock = try Ext4Superblock(reading: bytes)
        } catch {
            throw Obstacle.noExt4(error.description)
        }
        if superblock.state.contains(.errors) { throw Obstacle.notClean("it has met errors") }
        let isReadOnly = MountTable.isReadOnly(
            array.mountPoints, in: system.text("/proc/self/mountinfo") ?? "")
        if superblock.needsRecovery, array.mountPoints.isEmpty || isReadOnly {
            throw Obstacle.notClean("its journal is not replayed")
        }
    }

    private func usedChunks() throws -> [ClosedRange<UInt64>] {
        let result = try Command("dumpe2fs", [system.path(array.path)]).run()
        guard result.isSuccess else { throw Obstacle.unreadable(result.errorText) }
        let ranges = try UsedRanges(dumpe2fs: result.text, isStill: array.mountPoints.isEmpty)
        guard let chunkByteCount = array.bitmapChunkByteCount else {
            throw Obstacle.noBitmap("the array has none")
        }
        guard
            let chunks = ranges.chunks(
                chunkByteCount: chunkByteCount, dataByteCount: array.dataByteCount)
        else { throw Obstacle.unreadable("the filesystem is larger than the array") }
        return chunks
    }

    // MARK: What is written

    /// Runs of chunks as `bitmap_set_bits` takes them, in texts of less than a page.
    static func texts(of chunks: [ClosedRange<UInt64>]) -> [String] {
        var texts: [String] = []
        for run in chunks {
            let text = "\(run.lowerBound)-\(run.upperBound)"
            if let last = texts.last, last.utf8.count + text.utf8.count < 4000 {
                texts[texts.count - 1] = "\(last) \(text)"
            } else {
                texts.append(text)
            }
        }
        return texts
    }

    /// Bitmap and superblock of a leg that was away, and has nothing in sync.
    ///
    /// - Parameters:
    ///   - survivor: The superblock of a working leg.
    ///   - bitmap: Its bitmap.
    ///   - byteCount: The size of the new leg, which need not be that of the survivor.
    ///   - slot: The slot that is missing.
    ///   - isWriteMostly: Whether md is to spare it when it reads.
    ///   - deviceUUID: What the leg is to be known by.
    /// - Returns: The writes, in the order that they are to be made in.
    /// - Throws: `Obstacle`.
    static func leg(
        from survivor: MDSuperblock, _ bitmap: MDBitmap, byteCount: UInt64, slot: Int,
        isWriteMostly: Bool, deviceUUID: UUID
    ) throws(Obstacle) -> [ByteWrite] {
        guard isAhead(survivor, of: bitmap) else {
            throw .eventsTooClose(events: survivor.events, cleared: bitmap.eventsCleared)
        }
        guard !survivor.features.contains(.badBlocks) else { throw .badBlocks }
        guard let role = UInt16(exactly: slot) else { throw .noNumber }
        let number = survivor.deviceRoles.enumerated().first { number, role in
            number != Int(survivor.deviceNumber) && role == .spare
        }?.offset
        guard let number = number.flatMap(UInt32.init(exactly:)) else { throw .noNumber }
        // The kernel refuses a leg whose room for data reaches into what lies behind it.
        let behind = UInt64(max(0, -survivor.bitmapOffset, -survivor.badBlockOffset))
        let wantedSectors = survivor.componentSectors.addingReportingOverflow(behind).partialValue
        let sector = MDVersion.v1_0.superblockSector(deviceSectors: byteCount / 512) ?? 0
        guard sector >= wantedSectors else {
            // Superblock, and up to a block that rounding may cost.
            let all = wantedSectors.addingReportingOverflow(24).partialValue.bytesOfSectors
            throw .tooSmall(byteCount: byteCount, wanted: all)
        }
        var leg = survivor
        leg.superSector = sector
        leg.dataSectors = sector - behind
        leg.deviceNumber = number
        leg.setRole(.active(role), ofDevice: number)
        leg.deviceUUID = deviceUUID
        leg.deviceFlags = isWriteMostly ? .writeMostly : []
        leg.features.formUnion([.recoveryOffset, .recoveryBitmap])
        leg.features.remove(.replacement)
        leg.recoveryOffset = 0
        leg.events = bitmap.eventsCleared
        guard let offset = MDBitmap.offset(of: leg) else {
            throw .noBitmap("its superblock says that there is none")
        }
        return [ByteWrite(offset: offset, bytes: bitmap.encoded()), leg.write]
    }
}

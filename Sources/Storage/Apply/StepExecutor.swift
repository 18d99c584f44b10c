import Command
import DiskFormats
import Events
import Syscalls

/// Does one step.
///
/// Each says what a cut in its middle leaves, and why a rerun finishes it.
struct StepExecutor {
    let plan: Plan
    let system: SystemTree
    let bootLegs: (any BootLegWriting)?
    let events: EventStream
    let stallSeconds: Int

    /// Does what an action says.
    ///
    /// - Parameters:
    ///   - action: The action.
    ///   - observation: The world just before it.
    ///   - progress: Told how far it is.
    /// - Throws: Whatever went wrong.
    func execute(
        _ action: Action, in observation: Observation, _ progress: StepProgress
    ) throws {
        switch action {
        case .stopArray(let path, _): try stop(path)
        case .startArray(let name, let uuid, let legs):
            try start(name, uuid, legs, in: observation)
        case .wipe(let role, let extent):
            try wipe(extent, of: disk(role, in: observation))
        case .writeTable(let role, let guid, let partitions):
            try TableWriter(in: system).write(
                disk(role, in: observation), guid: guid, partitions)
        case .makeRegion(let region, let extent):
            try makeRegion(region, extent, in: observation)
        case .createArray(let array): try create(array, in: observation)
        case .removeLeg(_, let uuid, _, let device):
            try remove(device, from: running(uuid, in: observation), in: observation)
        case .addLegUsedOnly(_, let uuid, let slot, let leg, let isWriteMostly):
            try addUsedOnly(
                leg, to: running(uuid, in: observation), slot: slot, isWriteMostly, observation)
        case .addLeg(_, let uuid, let leg, let isWriteMostly):
            try add(
                path(leg, in: observation), to: running(uuid, in: observation), isWriteMostly)
        case .reAddLeg(_, let uuid, let leg):
            try reAdd(path(leg, in: observation), to: running(uuid, in: observation))
        case .replaceLeg(_, let uuid, let old, let leg, let isWriteMostly):
            try replace(
                old, by: path(leg, in: observation), in: running(uuid, in: observation),
                isWriteMostly, progress)
        case .growArray(_, let uuid, let byteCount):
            try grow(running(uuid, in: observation), to: byteCount)
        case .makeFilesystem(_, let device, let label, let uuid):
            try makeFilesystem(on: device, label: label, uuid: uuid, in: observation)
        case .writeSystemPartition(let leg):
            try writer().writeSystemPartition(of: bootLeg(leg, in: observation))
        case .writeBootCode(let leg):
            try writer().writeBootCode(of: bootLeg(leg, in: observation))
        case .waitForSync(_, let uuid):
            try SyncWait(in: system, stallSeconds: stallSeconds).wait(
                for: running(uuid, in: observation).path, progress)
        case .recordIdentities(let layout): try record(layout, observation)
        }
    }

    // MARK: Places

    /// The disk of a role.
    func disk(_ role: String, in observation: Observation) throws(ApplyError)
        -> ObservedDisk
    {
        guard let disk = plan.disk(role, in: observation) else { throw .noDevice(role) }
        return disk
    }

    /// The device that reaches a place.
    func path(_ device: DeviceReference, in observation: Observation) throws(ApplyError)
        -> String
    {
        guard let path = plan.path(of: device, in: observation) else {
            throw .noDevice(device.description)
        }
        return path
    }

    /// An array that runs.
    func running(_ uuid: String, in observation: Observation) throws(ApplyError)
        -> ObservedArray
    {
        guard let array = observation.runningArray(uuid) else { throw .noArray(uuid: uuid) }
        return array
    }

    private func writer() throws(ApplyError) -> any BootLegWriting {
        guard let bootLegs else { throw .noBootLegWriter }
        return bootLegs
    }

    private func bootLeg(_ leg: BootLegToMake, in observation: Observation) throws(ApplyError)
        -> BootLeg
    {
        BootLeg(
            role: leg.disk, disk: try disk(leg.disk, in: observation).path,
            biosBoot: leg.biosBoot, systemPartition: leg.systemPartition, firmware: leg.firmware)
    }

    // MARK: Disks

    /// Erases signatures: md superblocks by ourselves, damaged ones too, all others by wipefs.
    ///
    /// Cut in between, some are left, and the rerun erases those. A place that no device reaches
    /// gets a loop device for as long; one that a cut leaves behind is used by nobody.
    private func wipe(_ extent: Extent, of disk: ObservedDisk) throws {
        if let device = disk.device(at: extent) {
            return try wipe(system.path(device))
        }
        let place = system.path(disk.path)
        if extent == Extent(start: 0, byteCount: disk.byteCount) { return try wipe(place) }
        let loop = try attach(extent, of: place)
        let result = Result { try wipe(loop) }
        try FilesystemCommands.detach(loop).runChecked()
        try result.get()
    }

    private func wipe(_ path: String) throws {
        let bytes = try DeviceBytes(path)
        let writer = try DeviceWriter(path)
        for finding in MDMember.findings(in: bytes) {
            let sectors = bytes.byteCount / 512
            guard let sector = finding.version.superblockSector(deviceSectors: sectors) else {
                continue
            }
            try writer.write(
                ByteWrite(offset: sector * 512, bytes: [UInt8](repeating: 0, count: 4096)))
        }
        try FilesystemCommands.wipe(path).runChecked()
        try writer.synchronize()
    }

    /// Makes a loop device.
    ///
    /// It is gone after a reboot; while it is there, it is not made again.
    private func makeRegion(
        _ region: DeviceReference, _ extent: Extent, in observation: Observation
    ) throws {
        guard let role = region.disk else { throw ApplyError.noDevice(region.description) }
        _ = try attach(extent, of: system.path(disk(role, in: observation).path))
    }

    private func attach(_ extent: Extent, of place: String) throws -> String {
        let output = try FilesystemCommands.attach(extent, of: place).runChecked().text
        let path = String(output.prefix { !$0.isNewline })
        guard path.hasPrefix("/dev/") else {
            throw ApplyError.unexpectedOutput(program: "losetup", output: output)
        }
        return path
    }

    /// Makes a filesystem on what holds nothing.
    ///
    /// Cut, it has no superblock yet, and is made again. What has signatures is never overwritten,
    /// whatever the plan was made from.
    private func makeFilesystem(
        on device: DeviceReference, label: String, uuid: String, in observation: Observation
    ) throws {
        let path = try path(device, in: observation)
        let found = plan.signatures(of: device, in: observation) ?? []
        guard found.isEmpty else {
            throw ApplyError.holdsData(
                device: path, content: found.map(\.text).joined(separator: ", "))
        }
        let place = system.path(path)
        try FilesystemCommands.makeExt4(
            on: place, byteCount: DeviceBytes(place).byteCount, label: label, uuid: uuid
        ).runChecked()
        try DeviceWriter(place).synchronize()
    }
}

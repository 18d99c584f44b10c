import Command
import DiskFormats
import Events
import Syscalls

/// Does one step. Each says what a cut in its middle leaves, and why a rerun finishes it.
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

    private func disk(_ role: String, in observation: Observation) throws(ApplyError)
        -> ObservedDisk
    {
        guard let disk = plan.disk(role, in: observation) else { throw .noDevice(role) }
        return disk
    }

    private func path(_ device: DeviceReference, in observation: Observation) throws(ApplyError)
        -> String
    {
        guard let path = plan.path(of: device, in: observation) else {
            throw .noDevice(device.description)
        }
        return path
    }

    private func running(_ uuid: String, in observation: Observation) throws(ApplyError)
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
            disk: try disk(leg.disk, in: observation).path, biosBoot: leg.biosBoot,
            systemPartition: leg.systemPartition, firmware: leg.firmware)
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

    /// Makes a loop device. It is gone after a reboot; while it is there, it is not made again.
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

    // MARK: Arrays

    /// Stops an array. udev may have one of its legs open for a moment.
    private func stop(_ path: String) throws {
        try retried { try MdadmCommands.stop(path).runChecked() }
    }

    /// Assembles an array and lets writes in. Cut in between, it runs and takes none: the rerun sees
    /// that it is not started to the end, and only lets them in.
    private func start(
        _ name: String, _ uuid: String, _ legs: [DeviceReference], in observation: Observation
    ) throws {
        let path: String
        if let array = observation.runningArray(uuid) {
            path = array.path
        } else {
            let devices = try legs.map { leg throws(ApplyError) in
                try self.path(leg, in: observation)
            }
            try MdadmCommands.assemble(name: name, uuid: uuid, devices: devices).runChecked()
            path = try kernelPath(ofArray: name)
        }
        try MDAttributes(of: path, in: system).makeWritable()
    }

    /// Makes an array. mdadm writes all superblocks and then starts it: cut in between, the legs say
    /// that they are an array's, and the next plan starts it.
    private func create(_ array: ArrayToMake, in observation: Observation) throws {
        let devices = try array.legs.map { leg throws(ApplyError) -> String? in
            guard let device = leg.device else { return nil }
            return try self.path(device, in: observation)
        }
        let path: String
        if let running = observation.runningArray(array.uuid) {
            path = running.path
        } else {
            try MdadmCommands.create(array, devices: devices).runChecked()
            path = try kernelPath(ofArray: array.name)
        }
        let attributes = MDAttributes(of: path, in: system)
        for (leg, device) in zip(array.legs, devices) where leg.isWriteMostly {
            if let device { try attributes.write("writemostly", ofMember: device) }
        }
    }

    /// The kernel's name of an array that mdadm made a link for.
    private func kernelPath(ofArray name: String) throws(ApplyError) -> String {
        for _ in 0..<50 {
            let target = system.target(of: "/dev/md/\(name)")
            if target != "/dev/md/\(name)" { return target }
            Pause.milliseconds(100)
        }
        throw .noDevice("array \(name)")
    }

    /// Takes a member out, one whose device vanished by its folder in sysfs. Cut in between it is
    /// faulty, and the rerun removes it.
    private func remove(
        _ device: String?, from array: ObservedArray, in observation: Observation
    ) throws {
        let attributes = MDAttributes(of: array.path, in: system)
        for member in array.members {
            let isMeant =
                device.map { $0 == member.device } ?? !observation.hasDevice(member.device)
            guard isMeant else { continue }
            if !member.flags.contains("faulty") {
                try attributes.write("faulty", ofMember: member.device)
            }
            // md lets it go when its last request has ended.
            try attributes.write("remove", ofMember: member.device)
        }
    }

    /// Adds a leg and copies what is used, or all where that cannot be done; see `UsedBlocksCopy`
    /// for what a cut leaves.
    private func addUsedOnly(
        _ leg: DeviceReference, to array: ObservedArray, slot: Int, _ isWriteMostly: Bool,
        _ observation: Observation
    ) throws {
        let device = try path(leg, in: observation)
        do {
            try UsedBlocksCopy(
                array: array, leg: device, slot: slot, isWriteMostly: isWriteMostly,
                system: system
            ).run()
        } catch let obstacle as UsedBlocksCopy.Obstacle {
            events.log(.warning, "\(leg) is filled whole: \(obstacle)")
            try add(device, to: array, isWriteMostly)
        }
    }

    /// Adds a leg. Cut before md knows it, it has a superblock of a spare, which the next plan
    /// erases; cut later, md goes on by itself.
    private func add(_ device: String, to array: ObservedArray, _ isWriteMostly: Bool) throws {
        try MDAttributes(of: array.path, in: system).makeWritable()
        try retried {
            try MdadmCommands.add(device, to: array.path, isWriteMostly: isWriteMostly)
                .runChecked()
        }
    }

    /// Puts a leg back; when md will not have it by its bitmap, it is filled whole.
    ///
    /// Its data are an old copy of the array's own.
    private func reAdd(_ device: String, to array: ObservedArray) throws {
        try MDAttributes(of: array.path, in: system).makeWritable()
        let result = try MdadmCommands.reAdd(device, to: array.path).run()
        if result.isSuccess { return }
        events.log(.warning, "\(device) is filled whole: \(result.errorText)")
        let isWriteMostly = Signature.members(of: try DeviceBytes(system.path(device)))
            .contains { signature in
                if case .member(let member) = signature { member.isWriteMostly } else { false }
            }
        try MdadmCommands.zeroSuperblock(device).runChecked()
        try add(device, to: array, isWriteMostly)
    }

    /// Replaces a working member: the array is at no time degraded. Each of its parts is left out
    /// by the rerun when it has been done.
    private func replace(
        _ old: String, by new: String, in array: ObservedArray, _ isWriteMostly: Bool,
        _ progress: StepProgress
    ) throws {
        let attributes = MDAttributes(of: array.path, in: system)
        try attributes.makeWritable()
        func member(_ device: String) -> ObservedArray.Member? {
            array.members.first { $0.device == device }
        }
        if member(new) == nil {
            try MdadmCommands.addSpare(new, to: array.path, isWriteMostly: isWriteMostly)
                .runChecked()
        }
        if let flags = member(old)?.flags, flags.isDisjoint(with: ["faulty", "want_replacement"]) {
            try MdadmCommands.replace(old, by: new, in: array.path).runChecked()
        }
        try SyncWait(in: system, stallSeconds: stallSeconds).wait(for: array.path, progress)
        if member(old) != nil { try attributes.write("remove", ofMember: old) }
    }

    /// Makes array and filesystem larger. A cut between the two is seen by the filesystem's size.
    private func grow(_ array: ObservedArray, to byteCount: UInt64) throws {
        if array.dataByteCount < byteCount {
            try MdadmCommands.grow(array.path, dataByteCount: byteCount).runChecked()
        }
        guard array.filesystemByteCount != nil else { return }
        if array.mountPoints.isEmpty {
            let result = try FilesystemCommands.check(array.path).run()
            guard [.status(0), .status(1)].contains(result.ending) else {
                throw CommandError.failed(
                    command: "e2fsck \(array.path)", ending: result.ending,
                    lastOutput: result.text)
            }
        }
        try FilesystemCommands.fill(array.path).runChecked()
    }

    // MARK: The record

    /// Writes down which disk is which. The file is replaced as a whole: cut anywhere, the old one or
    /// the new one is there.
    private func record(_ layout: Layout, _ observation: Observation) throws {
        guard let volume = layout.bootVolume else { return }
        var layout = layout
        for index in layout.disks.indices {
            layout.disks[index].identity =
                plan.disk(layout.disks[index].name, in: observation)?
                .identity
        }
        let (device, mountPoints) = try place(of: volume, layout, in: observation)
        if let mountPoint = mountPoints.first {
            return try RecordedLayout.write(layout, below: system.path(mountPoint))
        }
        let folder = try TemporaryFolder(in: system.path("/run"))
        try Mount.filesystem(system.path(device), at: folder.path, type: "ext4")
        let result = Result { try RecordedLayout.write(layout, below: folder.path) }
        try Mount.remove(folder.path)
        try result.get()
    }

    private func place(
        of volume: VolumeSpec, _ layout: Layout, in observation: Observation
    ) throws(ApplyError) -> (device: String, mountPoints: [String]) {
        if let name = volume.array {
            guard let array = plan.array(named: name, in: observation) else {
                throw .noBootVolume(volume.name)
            }
            return (array.path, array.mountPoints)
        }
        for role in layout.disks {
            guard let slice = role.slice(holding: .volume(volume.name)),
                let disk = plan.disk(role.name, in: observation),
                let extent = plan.extent(
                    of: .slice(disk: role.name, slice: slice.name), in: observation),
                let area = disk.areas.first(where: { $0.extent == extent && $0.device != nil }),
                let device = area.device
            else { continue }
            return (device, area.mountPoints)
        }
        throw .noBootVolume(volume.name)
    }

    /// Runs what may find a device busy because udev looks at it.
    private func retried(_ body: () throws -> Void) throws {
        for _ in 0..<10 {
            do {
                return try body()
            } catch let error as CommandError {
                guard case .failed(_, _, let output) = error, output.contains("busy") else {
                    throw error
                }
            }
            Pause.milliseconds(300)
        }
        try body()
    }
}

import Command
import Events
import Syscalls

/// Arrays.
extension StepExecutor {
    /// Stops an array.
    ///
    /// udev may have one of its legs open for a moment.
    func stop(_ path: String) throws {
        try retried { try MdadmCommands.stop(path).runChecked() }
    }

    /// Assembles an array and lets writes in.
    ///
    /// Cut in between, it runs and takes none: the rerun sees that it is not started to the end,
    /// and only lets them in.
    func start(
        _ name: String, _ uuid: String, _ legs: [DeviceReference], in observation: Observation
    ) throws {
        let path: String
        if let array = observation.runningArray(uuid) {
            path = array.path
        } else {
            // udev may have begun to put it together, and waits for more legs.
            for array in observation.arrays where array.uuid == uuid { try stop(array.path) }
            let devices = try legs.map { leg throws(ApplyError) in
                try self.path(leg, in: observation)
            }
            try MdadmCommands.assemble(name: name, uuid: uuid, devices: devices).runChecked()
            path = try kernelPath(ofArray: uuid)
        }
        try MDAttributes(of: path, in: system).makeWritable()
    }

    /// Makes an array.
    ///
    /// mdadm writes all superblocks and then starts it: cut in between, the legs say that they are
    /// an array's, and the next plan starts it.
    func create(_ array: ArrayToMake, in observation: Observation) throws {
        let devices = try array.legs.map { leg throws(ApplyError) -> String? in
            guard let device = leg.device else { return nil }
            return try self.path(device, in: observation)
        }
        let path: String
        if let running = observation.runningArray(array.uuid) {
            path = running.path
        } else {
            try MdadmCommands.create(array, devices: devices).runChecked()
            path = try kernelPath(ofArray: array.uuid)
        }
        let attributes = MDAttributes(of: path, in: system)
        for (leg, device) in zip(array.legs, devices) where leg.isWriteMostly {
            if let device { try attributes.write("writemostly", ofMember: device) }
        }
    }

    /// The kernel's name of an array, by its members' superblocks.
    ///
    /// The link that mdadm or udev makes may still be another array's.
    private func kernelPath(ofArray uuid: String) throws(ApplyError) -> String {
        let array = KernelArray.all(in: system).first { array in
            array.superblock(in: system)?.arrayUUID == uuid
        }
        guard let array else { throw .noArray(uuid: uuid) }
        return array.device.path
    }

    /// Takes a member out, one whose device vanished by its folder in sysfs.
    ///
    /// Cut in between it is faulty, and the rerun removes it.
    func remove(
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
    func addUsedOnly(
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

    /// Adds a leg.
    ///
    /// Cut before md knows it, it has a superblock of a spare, which the next plan erases; cut
    /// later, md goes on by itself.
    func add(_ device: String, to array: ObservedArray, _ isWriteMostly: Bool) throws {
        try MDAttributes(of: array.path, in: system).makeWritable()
        try retried {
            try MdadmCommands.add(device, to: array.path, isWriteMostly: isWriteMostly)
                .runChecked()
        }
    }

    /// Puts a leg back; when md will not have it by its bitmap, it is filled whole.
    ///
    /// Its data are an old copy of the array's own.
    func reAdd(_ device: String, to array: ObservedArray) throws {
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

    /// Replaces a working member: the array is at no time degraded.
    ///
    /// Each of its parts is left out by the rerun when it has been done.
    func replace(
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

    /// Makes array and filesystem larger.
    ///
    /// A cut between the two is seen by the filesystem's size.
    func grow(_ array: ObservedArray, to byteCount: UInt64) throws {
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

extension Step {
    /// Says whether the world is as the step leaves it, so that it need not be done.
    ///
    /// What a later step of the plan has made of it counts: a place that was wiped and then filled
    /// by the plan is wiped. Pure, and never true by mistake: in doubt the step is done again, which
    /// does no harm, or its conditions say what has moved.
    ///
    /// - Parameters:
    ///   - observation: The world as it is.
    ///   - plan: The plan that the step is part of.
    /// - Returns: Whether it is done.
    package func isDone(in observation: Observation, plan: Plan) -> Bool {
        switch action {
        case .stopArray(let path, let uuid):
            plan.isStopped(path, uuid, in: observation)
        case .startArray(_, let uuid, let legs):
            plan.isStarted(uuid, legs, in: observation)
        case .wipe(let role, let extent):
            plan.isWiped(role, extent, in: observation)
        case .writeTable(let role, let guid, let partitions):
            plan.isTableWritten(role, guid, partitions, in: observation)
        case .makeRegion(let device, let extent):
            plan.hasRegion(device, extent, in: observation)
        case .createArray(let array):
            observation.runningArray(array.uuid) != nil
        case .removeLeg(_, let uuid, _, let device):
            plan.isRemoved(device, from: uuid, in: observation)
        case .addLegUsedOnly(_, let uuid, _, let leg, _), .addLeg(_, let uuid, let leg, _),
            .reAddLeg(_, let uuid, let leg):
            plan.isMember(leg, of: uuid, in: observation)
        case .replaceLeg(_, let uuid, let old, let leg, _):
            plan.isMember(leg, of: uuid, in: observation)
                && observation.runningArray(uuid)?.members.contains { $0.device == old } != true
        case .growArray(_, let uuid, let byteCount):
            observation.runningArray(uuid)?.isGrown(to: byteCount) ?? false
        case .makeFilesystem(_, let device, _, let uuid):
            plan.hasFilesystem(device, uuid, in: observation)
        case .writeSystemPartition(let leg), .writeBootCode(let leg):
            plan.disk(leg.disk, in: observation)?.bootLeg == .complete
        case .waitForSync(_, let uuid):
            observation.runningArray(uuid).map { $0.isWritable && $0.isQuiet } ?? false
        case .recordIdentities(let layout):
            layout.bootVolume == nil || plan.areIdentitiesRecorded(in: observation)
        }
    }
}

extension Plan {
    /// An array that was stopped and then started by a later step is stopped.
    fileprivate func isStopped(_ path: String, _ uuid: String, in observation: Observation)
        -> Bool
    {
        guard observation.arrays.contains(where: { $0.path == path && $0.uuid == uuid }) else {
            return true
        }
        return steps.contains { step in
            guard case .startArray(_, uuid, _) = step.action else { return false }
            return step.isDone(in: observation, plan: self)
        }
    }

    fileprivate func isStarted(
        _ uuid: String, _ legs: [DeviceReference], in observation: Observation
    ) -> Bool {
        guard let array = observation.runningArray(uuid), array.isWritable else { return false }
        return legs.allSatisfy { isMember($0, of: uuid, in: observation) }
    }

    fileprivate func isWiped(
        _ role: String, _ extent: Extent, in observation: Observation
    ) -> Bool {
        guard let disk = disk(role, in: observation) else { return false }
        let device = disk.device(at: extent)
        return disk.signatures(at: extent).allSatisfy { signature in
            switch signature {
            case .member(let member):
                // A superblock that waits for its leg to be added is a cut step's: wiped again.
                creates(member.arrayUUID) || isAdded(device, to: member.arrayUUID, in: observation)
            // The array's filesystem shows through a leg whose superblock is at its end.
            case .filesystem(_, let uuid, _):
                uuid.map(makesFilesystem) ?? false
                    || disk.signatures(at: extent).contains { other in
                        guard case .member(let member) = other else { return false }
                        return creates(member.arrayUUID)
                            || isAdded(device, to: member.arrayUUID, in: observation)
                    }
            case .other: false
            }
        }
    }

    private func creates(_ uuid: String) -> Bool {
        steps.contains { step in
            if case .createArray(let array) = step.action { array.uuid == uuid } else { false }
        }
    }

    private func makesFilesystem(_ uuid: String) -> Bool {
        steps.contains { step in
            if case .makeFilesystem(_, _, _, uuid) = step.action { true } else { false }
        }
    }

    /// Whether a step has made a working member of a device.
    private func isAdded(
        _ path: String?, to uuid: String, in observation: Observation
    ) -> Bool {
        steps.contains { step in
            switch step.action {
            case .addLegUsedOnly(_, uuid, _, let leg, _), .addLeg(_, uuid, let leg, _),
                .replaceLeg(_, uuid, _, let leg, _):
                self.path(of: leg, in: observation) == path
                    && isMember(leg, of: uuid, in: observation)
            default: false
            }
        }
    }

    fileprivate func isTableWritten(
        _ role: String, _ guid: String, _ partitions: [PartitionToMake],
        in observation: Observation
    ) -> Bool {
        guard let disk = disk(role, in: observation), case .gpt(let table) = disk.table,
            table.guid == guid, table.faults.isEmpty
        else { return false }
        let wanted = partitions.sorted { $0.number < $1.number }.map {
            ObservedPartition(
                number: $0.number, type: $0.type, guid: $0.guid, name: $0.name, extent: $0.extent)
        }
        guard table.partitions == wanted else { return false }
        // The kernel must know them too. An image file has no device for itself either.
        let isImage = !disk.areas.contains { $0.device != nil }
        return isImage
            || wanted.allSatisfy { partition in
                disk.areas.contains { $0.extent == partition.extent && $0.device != nil }
            }
    }

    fileprivate func hasRegion(
        _ device: DeviceReference, _ extent: Extent, in observation: Observation
    ) -> Bool {
        device.disk.flatMap { disk($0, in: observation) }?.device(at: extent) != nil
    }

    /// A member that vanished is named by no device: it is whichever is not there.
    ///
    /// A card in the same reader comes back under its old device, so a device that a later step
    /// adds again is removed as soon as it is no longer faulty.
    fileprivate func isRemoved(
        _ device: String?, from uuid: String, in observation: Observation
    ) -> Bool {
        guard let array = observation.runningArray(uuid) else { return false }
        return array.members.allSatisfy { member in
            guard let device else { return observation.hasDevice(member.device) }
            guard member.device == device else { return true }
            return !member.flags.contains("faulty")
                && addsLeg(at: device, to: uuid, in: observation)
        }
    }

    private func addsLeg(at path: String, to uuid: String, in observation: Observation) -> Bool {
        steps.contains { step in
            switch step.action {
            case .addLegUsedOnly(_, uuid, _, let leg, _), .addLeg(_, uuid, let leg, _),
                .reAddLeg(_, uuid, let leg):
                self.path(of: leg, in: observation) == path
            default: false
            }
        }
    }

    fileprivate func isMember(
        _ leg: DeviceReference, of uuid: String, in observation: Observation
    ) -> Bool {
        guard let array = observation.runningArray(uuid), let path = path(of: leg, in: observation)
        else { return false }
        return array.members.contains { $0.device == path && !$0.flags.contains("faulty") }
    }

    fileprivate func hasFilesystem(
        _ device: DeviceReference, _ uuid: String, in observation: Observation
    ) -> Bool {
        signatures(of: device, in: observation)?.contains { signature in
            if case .filesystem(_, uuid, _) = signature { true } else { false }
        } ?? false
    }

    fileprivate func areIdentitiesRecorded(in observation: Observation) -> Bool {
        guard let recorded = observation.recordedIdentities else { return false }
        return disks.keys.allSatisfy { role in
            disk(role, in: observation).map { recorded[role] == $0.identity } ?? false
        }
    }
}

extension ObservedArray {
    /// Whether array and filesystem have a size; a power cut between the two growths leaves a
    /// filesystem that is smaller than its array.
    func isGrown(to byteCount: UInt64) -> Bool {
        guard dataByteCount >= byteCount else { return false }
        guard let filesystemByteCount else { return true }
        return byteCount - min(byteCount, filesystemByteCount) < 1 << 20
    }
}

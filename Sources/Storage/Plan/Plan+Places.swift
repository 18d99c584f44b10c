/// Where the names of a plan are in an observation.
extension Plan {
    /// The disk of a role, by its path.
    package func disk(_ role: String, in observation: Observation) -> ObservedDisk? {
        guard let path = disks[role]?.path else { return nil }
        return observation.disk(at: path)
    }

    /// The place of a whole disk or a slice, from the plan itself or else from the name that the
    /// partition carries.
    package func extent(of device: DeviceReference, in observation: Observation) -> Extent? {
        switch device {
        case .array: return nil
        case .disk(let role):
            return disk(role, in: observation).map { Extent(start: 0, byteCount: $0.byteCount) }
        case .slice(let role, let slice):
            if let extent = plannedExtent(of: device) { return extent }
            guard case .gpt(let table) = disk(role, in: observation)?.table else { return nil }
            return table.partitions.first { $0.name == slice }?.extent
        }
    }

    /// The device that reaches a whole disk, a slice or an array; nil when none does.
    package func path(of device: DeviceReference, in observation: Observation) -> String? {
        switch device {
        // A disk may have been called by another name than the kernel's.
        case .disk(let role):
            disk(role, in: observation).map { disk in
                disk.device(at: Extent(start: 0, byteCount: disk.byteCount)) ?? disk.path
            }
        case .slice(let role, _):
            extent(of: device, in: observation).flatMap { extent in
                disk(role, in: observation)?.device(at: extent)
            }
        case .array(let name): array(named: name, in: observation)?.path
        }
    }

    /// What the bytes of a device say; nil when no device reaches it.
    func signatures(of device: DeviceReference, in observation: Observation) -> [Signature]? {
        switch device {
        case .array(let name): array(named: name, in: observation)?.signatures
        case .disk(let role), .slice(let role, _):
            extent(of: device, in: observation).flatMap { extent in
                disk(role, in: observation)?.signatures(at: extent)
            }
        }
    }

    /// An array by the name that the plan has for it: a name says less than the UUID that goes with
    /// it in the plan.
    package func array(named name: String, in observation: Observation) -> ObservedArray? {
        let uuid = steps.lazy.compactMap { step -> String? in
            switch step.action {
            case .createArray(let array) where array.name == name: array.uuid
            case .startArray(name, let uuid, _): uuid
            default: nil
            }
        }.first
        if let uuid { return observation.runningArray(uuid) }
        let named = observation.arrays.filter { $0.name == name && $0.isRunning }
        return named.count == 1 ? named[0] : nil
    }

    /// All places that the plan speaks of, by their disk's path: its conditions are about them.
    package var places: [String: Set<Extent>] {
        var places: [String: Set<Extent>] = [:]
        func add(_ role: String?, _ extent: Extent) {
            guard let path = role.flatMap({ disks[$0]?.path }) else { return }
            places[path, default: []].insert(extent)
        }
        for step in steps {
            if case .wipe(let role, let extent) = step.action { add(role, extent) }
            for (device, extent) in Plan.places(of: step.action) { add(device.disk, extent) }
            for condition in step.conditions {
                switch condition {
                case .content(let role, let extent, _), .free(let role, let extent):
                    add(role, extent)
                default: break
                }
            }
        }
        return places
    }

    /// Where a volume is: the device that holds it, and where that is mounted.
    ///
    /// - Throws: `ApplyError.noBootVolume`.
    package func place(
        of volume: VolumeSpec, _ layout: Layout, in observation: Observation
    ) throws(ApplyError) -> (device: String, mountPoints: [String]) {
        if let name = volume.array {
            guard let array = array(named: name, in: observation) else {
                throw .noBootVolume(volume.name)
            }
            return (array.path, array.mountPoints)
        }
        for role in layout.disks {
            guard let slice = role.slice(holding: .volume(volume.name)),
                let disk = disk(role.name, in: observation),
                let extent = extent(
                    of: .slice(disk: role.name, slice: slice.name), in: observation),
                let area = disk.areas.first(where: { $0.extent == extent && $0.device != nil }),
                let device = area.device
            else { continue }
            return (device, area.mountPoints)
        }
        throw .noBootVolume(volume.name)
    }

    private func plannedExtent(of device: DeviceReference) -> Extent? {
        steps.lazy.flatMap { Plan.places(of: $0.action) }.first { $0.device == device }?.extent
    }

    private static func places(of action: Action) -> [(device: DeviceReference, extent: Extent)] {
        switch action {
        case .makeRegion(let device, let extent): [(device, extent)]
        case .writeTable(let role, _, let partitions):
            partitions.map { (.slice(disk: role, slice: $0.name), $0.extent) }
        default: []
        }
    }
}

extension Observation {
    /// The disk with a path.
    package func disk(at path: String) -> ObservedDisk? { disks.first { $0.path == path } }

    /// The array with a UUID, if it runs.
    package func runningArray(_ uuid: String) -> ObservedArray? {
        arrays.first { $0.uuid == uuid && $0.isRunning }
    }

    /// Whether a device is there: a disk, a part of one, or an array.
    package func hasDevice(_ path: String) -> Bool {
        disks.contains { disk in
            disk.path == path ? disk.byteCount > 0 : disk.areas.contains { $0.device == path }
        } || arrays.contains { $0.path == path }
    }
}

extension ObservedArray {
    /// Whether the kernel has started it; one that waits for legs is inactive.
    package var isRunning: Bool { !["clear", "inactive"].contains(state) }

    /// Whether it takes writes.
    package var isWritable: Bool { isRunning && !["readonly", "read-auto"].contains(state) }

    /// Whether no member is being filled, and nothing is being copied or compared.
    package var isQuiet: Bool { syncAction == "idle" && members.isQuiet }
}

extension [ObservedArray.Member] {
    /// Whether each member is whole, has failed, or is a spare.
    var isQuiet: Bool {
        allSatisfy { member in
            member.flags.contains("faulty")
                || (member.slot == nil && !member.flags.contains("replacement"))
                || (member.flags.contains("in_sync")
                    && !member.flags.contains("want_replacement"))
        }
    }
}

extension ObservedDisk {
    /// The device that reaches just this place: a partition before a loop device.
    package func device(at extent: Extent) -> String? {
        let reaching = areas.filter { $0.extent == extent && $0.device != nil }
        return (reaching.first { $0.partition != nil } ?? reaching.first)?.device
    }

    /// What was found in just this place; a loop device repeats what its partition says.
    package func signatures(at extent: Extent) -> [Signature] {
        areas.filter { $0.extent == extent }.flatMap(\.signatures)
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

import DiskFormats

/// Tables, and what has to go before them.
extension Planner {
    mutating func planDisk(_ role: DiskRole) {
        guard let disk = disks[role.name] else { return }
        // md would throw such a leg out, and let nobody write to the others (docs/lab.md).
        guard !disk.isReadOnly else {
            refusals.append(
                Refusal(
                    "\(disk.title) for \(role.name) is write-protected",
                    cure: "take the protection away, or take another disk"))
            return
        }
        switch role.division {
        case .partitions: planTable(role, disk)
        case .wholeDisk(_, let regions):
            for region in regions { planRegion(region, role) }
        }
    }

    private mutating func planTable(_ role: DiskRole, _ disk: ObservedDisk) {
        let wanted = partitions(of: role)
        if case .gpt(let table) = disk.table, table.holds(wanted) {
            guard !table.faults.isEmpty else { return }
            let repaired = table.partitions.map {
                PartitionToMake(
                    number: $0.number, name: $0.name, type: $0.type, guid: $0.guid,
                    extent: $0.extent)
            }
            writeTable(
                role, guid: table.guid, repaired, was: table.guid,
                why: "its partition table is damaged: "
                    + table.faults.joined(separator: "; "))
            return
        }
        let guid = identifiers.guid(for: "table of \(role.name)")
        let legs = request.layout.arrays.flatMap { censuses[$0.name]?.legs ?? [] }.filter {
            $0.disk.path == disk.path && resolved.extents[$0.device] == $0.extent
        }
        if case .none = disk.table, !legs.isEmpty {
            // The leg lies where the layout has it: the table that said so can be written again.
            let strangers = disk.areas.filter { area in
                !area.signatures.isEmpty && !wanted.contains { $0.extent == area.extent }
            }
            guard strangers.isEmpty || mayErase(disk) else {
                return refuse(disk, role, holds: strangers)
            }
            erase(strangers, role, disk)
            writeTable(
                role, guid: role.identity?.tableGUID ?? guid, wanted, was: nil,
                why: "its partition table is lost, but the leg of"
                    + " \(legs[0].member.arrayName) is there")
            return
        }
        guard disk.isBlank || mayErase(disk) else {
            return refuse(disk, role, holds: disk.areas.filter { !$0.signatures.isEmpty })
        }
        if disk.isBlank {
            writeTable(
                role, guid: guid, wanted, was: disk.table.guid, why: "it is not laid out yet",
                // Nobody agreed to lose what somebody puts there until then.
                besides: [
                    .content(
                        disk: role.name, extent: Extent(start: 0, byteCount: disk.byteCount),
                        signatures: []),
                    .unused(disk: role.name),
                ])
        } else {
            erase(disk.areas.filter { !$0.signatures.isEmpty }, role, disk)
            writeTable(
                role, guid: guid, wanted, was: disk.table.guid,
                why: "it is laid out for something else")
        }
        retabled.insert(role.name)
        for slice in role.division.slices {
            cleared.insert(.slice(disk: role.name, slice: slice.name))
        }
    }

    private mutating func writeTable(
        _ role: DiskRole, guid: String, _ partitions: [PartitionToMake], was: String?,
        why: String, besides conditions: [Condition] = []
    ) {
        steps.append(
            Step(
                .writeTable(disk: role.name, guid: guid, partitions: partitions), why: why,
                conditions: [.disk(role.name), .table(disk: role.name, guid: was)] + conditions))
    }

    private func partitions(of role: DiskRole) -> [PartitionToMake] {
        role.division.slices.enumerated().compactMap { index, slice in
            let device = DeviceReference.slice(disk: role.name, slice: slice.name)
            return resolved.extents[device].map {
                PartitionToMake(
                    number: index + 1, name: slice.name, type: slice.content.partitionType,
                    guid: identifiers.guid(for: "partition \(device)"), extent: $0)
            }
        }
    }

    private mutating func planRegion(_ region: Slice, _ role: DiskRole) {
        let device = DeviceReference.slice(disk: role.name, slice: region.name)
        guard let extent = resolved.extents[device], area(at: device)?.device == nil else {
            return
        }
        steps.append(
            Step(
                .makeRegion(device, extent: extent),
                why: "\(device) has no table that would make a device of it",
                conditions: [.disk(role.name)]))
    }

    // MARK: What is there

    func mayErase(_ disk: ObservedDisk) -> Bool { request.consents.contains(disk.path) }

    mutating func refuse(_ disk: ObservedDisk, _ role: DiskRole, holds areas: [ObservedArea]) {
        let contents = areas.flatMap { area in
            area.signatures.map { "\($0.text) at \(area.extent.start)" }
        }
        let text =
            contents.isEmpty
            ? "a partition table of its own" : contents.joined(separator: ", ")
        refusals.append(
            Refusal(
                "\(disk.title) for \(role.name) holds data: \(text)",
                cure: "take another disk, or agree to lose that with --erase \(disk.path)"))
    }

    /// Plans to erase what lies in some areas of a disk, innermost first.
    mutating func erase(_ areas: [ObservedArea], _ role: DiskRole, _ disk: ObservedDisk) {
        stopHolders(of: areas, disk)
        let used = areas.flatMap(\.mountPoints)
        guard used.isEmpty else {
            refusals.append(
                Refusal(
                    "\(disk.title) for \(role.name) is mounted at"
                        + " \(used.joined(separator: ", "))",
                    cure: "unmount it"))
            return
        }
        for area in areas.sorted(by: { $0.extent.byteCount < $1.extent.byteCount }) {
            steps.append(
                Step(
                    .wipe(disk: role.name, extent: area.extent),
                    why: "what was there must not be found again",
                    conditions: [
                        .disk(role.name),
                        .content(
                            disk: role.name, extent: area.extent, signatures: area.signatures),
                        .free(disk: role.name, extent: area.extent),
                    ],
                    erases: area.signatures.map { "\(disk.title): \($0.text)" }))
        }
    }

    /// Arrays that something assembled from what is to be erased are stopped, when nothing uses
    /// them and all their members may be erased.
    private mutating func stopHolders(of areas: [ObservedArea], _ disk: ObservedDisk) {
        let devices = Set(areas.compactMap(\.device))
        for array in request.observation.arrays {
            // A faulty member is taken out by a step of its own.
            let isHeld = array.members.contains {
                devices.contains($0.device) && !$0.flags.contains("faulty")
            }
            guard isHeld else { continue }
            if steps.contains(where: { $0.action.stops(array.path) }) { continue }
            let others = array.members.filter { member in
                !request.observation.disks.contains { other in
                    (other.path == disk.path || mayErase(other))
                        && other.areas.contains { $0.device == member.device }
                }
            }
            guard array.mountPoints.isEmpty, array.holders.isEmpty, others.isEmpty else {
                refusals.append(
                    Refusal(
                        "\(disk.title) is in use by \(array.path)",
                        cure: "stop that array first, if it is not needed"))
                continue
            }
            steps.append(
                Step(
                    .stopArray(path: array.path, uuid: array.uuid),
                    why: "it was assembled from what is to be erased"))
        }
    }
}

extension Action {
    /// Whether it stops this array.
    func stops(_ path: String) -> Bool {
        if case .stopArray(path, _) = self { true } else { false }
    }
}

extension ObservedDisk {
    /// Whether nothing on it tells that anybody needs it.
    var isBlank: Bool { !hasPartitions && areas.allSatisfy { $0.signatures.isEmpty } }

    /// Whether it has a table that may name partitions.
    package var hasPartitions: Bool {
        switch table {
        case .none: false
        case .gpt(let table): !table.partitions.isEmpty
        case .other: true
        }
    }
}

extension ObservedGPT {
    /// Whether all of some partitions are in it, at their places and of their types.
    func holds(_ wanted: [PartitionToMake]) -> Bool {
        wanted.allSatisfy { wanted in
            partitions.contains {
                $0.number == wanted.number && $0.type == wanted.type
                    && $0.extent == wanted.extent
            }
        }
    }
}

extension Slice.Content {
    /// The type GUID of a partition that holds this (UEFI 2.10, table 5.7, and the Discoverable
    /// Partitions Specification).
    var partitionType: String {
        switch self {
        case .biosBoot: GUID.biosBoot.description
        case .esp: GUID.esp.description
        case .leg: GUID.linuxRAID.description
        case .volume: GUID.linuxFilesystem.description
        }
    }
}

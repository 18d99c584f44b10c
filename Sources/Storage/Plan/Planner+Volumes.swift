/// Filesystems, and what the firmware reads.
extension Planner {
    mutating func planVolume(_ volume: VolumeSpec) {
        guard volume.filesystem != .foreign else { return }
        if let array = volume.array {
            guard created[array] == nil else {
                return make(volume, on: .array(array), conditions: [])
            }
            guard let census = censuses[array], let uuid = census.uuid else { return }
            judge(volume, on: .array(array), holds: census.content) {
                [.running(uuid: uuid)]
            }
            return
        }
        for role in request.layout.disks where disks[role.name] != nil {
            for slice in role.division.slices where slice.content == .volume(volume.name) {
                let device = DeviceReference.slice(disk: role.name, slice: slice.name)
                guard let extent = resolved.extents[device] else { continue }
                let conditions: [Condition] = [
                    .disk(role.name), .free(disk: role.name, extent: extent),
                ]
                guard !cleared.contains(device) else {
                    make(volume, on: device, conditions: conditions)
                    continue
                }
                judge(volume, on: device, holds: area(at: device)?.signatures ?? []) {
                    conditions
                }
            }
        }
    }

    private mutating func judge(
        _ volume: VolumeSpec, on device: DeviceReference, holds signatures: [Signature],
        conditions: () -> [Condition]
    ) {
        if signatures.isEmpty { return make(volume, on: device, conditions: conditions()) }
        let isRight = signatures.contains {
            if case .filesystem(volume.filesystem.rawValue, _, _) = $0 { true } else { false }
        }
        if isRight { return }
        if let role = device.disk, let disk = disks[role], mayErase(disk) {
            prepare(device, of: nil)
            return make(volume, on: device, conditions: conditions())
        }
        refusals.append(
            Refusal(
                "\(device), for the volume \(volume.name), holds data:"
                    + " \(signatures.map(\.text).joined(separator: ", "))",
                cure: "save them and erase them yourself, or give the volume another place"))
    }

    private mutating func make(
        _ volume: VolumeSpec, on device: DeviceReference, conditions: [Condition]
    ) {
        steps.append(
            Step(
                .makeFilesystem(
                    volume: volume.name, on: device, label: volume.label,
                    uuid: identifiers.uuid(for: "filesystem \(volume.name)")),
                why: "\(device) has none yet", conditions: conditions))
    }

    mutating func planBootLeg(_ role: DiskRole) {
        guard !role.firmware.isEmpty, let disk = disks[role.name],
            let system = extent(.esp, of: role)
        else { return }
        let why: String
        switch disk.bootLeg {
        case _ where retabled.contains(role.name): why = "the firmware is to start from it"
        case .incomplete(let lacks): why = lacks.joined(separator: "; ")
        case .complete, nil: return
        }
        guard request.hasBootImage else {
            notes.append("\(role.name) cannot start the machine yet: no image was given")
            return
        }
        let leg = BootLegToMake(
            disk: role.name, biosBoot: extent(.biosBoot, of: role), systemPartition: system,
            firmware: role.firmware)
        let conditions: [Condition] = [
            .disk(role.name), .free(disk: role.name, extent: system),
        ]
        steps.append(Step(.writeSystemPartition(leg), why: why, conditions: conditions))
        // Last, so that the firmware never starts a loader whose files are not there.
        if role.firmware.contains(.bios) {
            steps.append(Step(.writeBootCode(leg), why: why, conditions: [.disk(role.name)]))
        }
    }

    private func extent(_ content: Slice.Content, of role: DiskRole) -> Extent? {
        role.division.slices.first { $0.content == content }.flatMap {
            resolved.extents[.slice(disk: role.name, slice: $0.name)]
        }
    }
}

/// Legs that are missing from an array that has its data.
extension Planner {
    mutating func planLegs(_ spec: ArraySpec) {
        guard let census = censuses[spec.name], let uuid = census.uuid else { return }
        let restarted = !census.runs || census.runsStale
        let members = restarted ? [] : (census.running?.members ?? []).filter { !isLost($0) }
        var occupied: Set<Int> = []
        var needsWait = false
        for member in members {
            if let slot = member.slot { occupied.insert(slot) }
            if !member.flags.contains("in_sync") { needsWait = true }
        }
        if restarted {
            for leg in census.sources {
                if case .slot(let slot) = leg.member.role { occupied.insert(slot) }
            }
        } else if let action = census.running?.syncAction,
            !["idle", "frozen", "check", "repair"].contains(action)
        {
            needsWait = true
        }
        var free = (0..<census.slotCount).filter { !occupied.contains($0) }
        for device in missingLegs(spec, census, members, restarted) {
            if needsWait {
                // One leg is filled after the other: a bitmap keeps its bits only while the array
                // is degraded.
                wait(spec, uuid, why: "a leg is being filled")
                needsWait = false
            }
            if let slot = free.first {
                free.removeFirst()
                addLeg(device, spec, census, slot: slot)
            } else if let extra = strangers(census, members).first {
                replace(extra.device, with: device, spec, uuid)
            } else {
                refusals.append(
                    Refusal(
                        "\(spec.name) has \(census.slotCount) slots, and all are taken, so that"
                            + " \(device) has no place",
                        cure: "take the leg out that is to go: mdadm --fail, mdadm --remove"))
                continue
            }
            wait(spec, uuid, why: "\(device) is whole only then")
        }
        if needsWait { wait(spec, uuid, why: "a leg is being filled") }
        grow(spec, uuid, census)
    }

    private mutating func wait(_ spec: ArraySpec, _ uuid: String, why: String) {
        steps.append(
            Step(
                .waitForSync(array: spec.name, uuid: uuid), why: why,
                conditions: [.running(uuid: uuid)]))
    }

    /// Whether a member is of no use: it failed, or its disk vanished, which md notices only when
    /// it writes to it.
    private func isLost(_ member: ObservedArray.Member) -> Bool {
        member.flags.contains("faulty") || !request.observation.hasDevice(member.device)
    }

    /// Takes lost members out, before a new disk may come under the name of one.
    mutating func removeLost(_ spec: ArraySpec) {
        guard let census = censuses[spec.name], let uuid = census.uuid, census.runs,
            !census.runsStale
        else { return }
        for member in census.running?.members.filter(isLost) ?? [] {
            let isThere = request.observation.hasDevice(member.device)
            steps.append(
                Step(
                    .removeLeg(
                        array: spec.name, uuid: uuid, slot: member.slot,
                        device: isThere ? member.device : nil),
                    why: isThere ? "\(member.device) has failed" : "its disk is gone",
                    conditions: [.running(uuid: uuid)]))
        }
    }

    /// The places of legs that the array neither works with nor is filling.
    private func missingLegs(
        _ spec: ArraySpec, _ census: ArrayCensus, _ members: [ObservedArray.Member],
        _ restarted: Bool
    ) -> [DeviceReference] {
        request.layout.legs(of: spec.name).filter { device in
            guard let role = device.disk, disks[role] != nil else { return false }
            if restarted { return !census.sources.contains { $0.device == device } }
            let path = area(at: device)?.device
            return !members.contains { $0.device == path }
        }
    }

    /// Working members that the layout has no place for: a disk on its way out.
    private func strangers(
        _ census: ArrayCensus, _ members: [ObservedArray.Member]
    ) -> [ObservedArray.Member] {
        let own = request.layout.legs(of: census.name).compactMap { area(at: $0)?.device }
        return members.filter { $0.flags.contains("in_sync") && !own.contains($0.device) }
    }

    private mutating func addLeg(
        _ device: DeviceReference, _ spec: ArraySpec, _ census: ArrayCensus, slot: Int
    ) {
        guard let uuid = census.uuid, let conditions = conditions(of: device, uuid) else { return }
        if let member = reAddable(device, census) {
            steps.append(
                Step(
                    .reAddLeg(array: spec.name, uuid: uuid, leg: device),
                    why: "it was away from event \(member.events) on; the bitmap knows what"
                        + " has changed since",
                    conditions: conditions))
            return
        }
        let before = refusals.count
        prepare(device, of: spec.name)
        guard refusals.count == before else { return }
        if let obstacle = obstacleToUsedOnly(device, census) {
            notes.append("\(device) is filled whole: \(obstacle)")
            steps.append(
                Step(
                    .addLeg(
                        array: spec.name, uuid: uuid, leg: device,
                        isWriteMostly: isWriteMostly(device)),
                    why: "\(spec.name) lacks a leg", conditions: conditions))
        } else {
            steps.append(
                Step(
                    .addLegUsedOnly(
                        array: spec.name, uuid: uuid, slot: slot, leg: device,
                        isWriteMostly: isWriteMostly(device)),
                    why: "\(spec.name) lacks a leg; only what its filesystem uses is copied",
                    conditions: conditions))
        }
    }

    /// What must be so before a fresh leg joins an array that runs.
    private func conditions(of leg: DeviceReference, _ uuid: String) -> [Condition]? {
        guard let role = leg.disk, let extent = resolved.extents[leg] else { return nil }
        return [.disk(role), .running(uuid: uuid), .free(disk: role, extent: extent)]
    }

    /// The superblock of a leg that md may put back by its bitmap.
    ///
    /// A leg is put back only when nothing else can have written to it: the running kernel lost it
    /// a moment ago, or its data are no filesystem that another system would have mounted. Any
    /// other gets the used blocks anew, which costs little and leaves no doubt.
    private func reAddable(_ device: DeviceReference, _ census: ArrayCensus) -> ObservedMember? {
        guard census.runs, !census.runsStale,
            let leg = census.legs.first(where: { $0.device == device }), leg.state == .stale,
            leg.extent == resolved.extents[device],
            let cleared = census.sources.compactMap(\.member.bitmapEventsCleared).max(),
            leg.member.bitmapChunkByteCount != nil, leg.member.events >= cleared
        else { return nil }
        let wasLostNow = census.running?.members.contains { $0.device == leg.path } ?? false
        return wasLostNow || !holdsOneExt4(census) ? leg.member : nil
    }

    private func holdsOneExt4(_ census: ArrayCensus) -> Bool {
        census.content.contains {
            if case .filesystem("ext4", _, _) = $0 { true } else { false }
        }
    }

    /// Why md has to copy everything to a leg; nil when the used blocks will do.
    private func obstacleToUsedOnly(_ device: DeviceReference, _ census: ArrayCensus) -> String? {
        if case .disk = device { return "the array lies on whole disks" }
        let source = census.sources.first?.member
        let metadata = census.running?.metadata ?? source?.metadata
        guard metadata == .v1_0 else {
            return "its superblocks have version \(metadata?.rawValue ?? "unknown"), not 1.0"
        }
        guard census.running?.bitmapChunkByteCount ?? source?.bitmapChunkByteCount != nil else {
            return "the array has no bitmap"
        }
        guard holdsOneExt4(census) else { return "the array holds no ext4" }
        return nil
    }

    private mutating func replace(
        _ old: String, with device: DeviceReference, _ spec: ArraySpec, _ uuid: String
    ) {
        guard let conditions = conditions(of: device, uuid) else { return }
        let before = refusals.count
        prepare(device, of: spec.name)
        guard refusals.count == before else { return }
        steps.append(
            Step(
                .replaceLeg(
                    array: spec.name, uuid: uuid, device: old, with: device,
                    isWriteMostly: isWriteMostly(device)),
                why: "\(old) is not in the layout any more", conditions: conditions))
    }

    private mutating func grow(_ spec: ArraySpec, _ uuid: String, _ census: ArrayCensus) {
        guard case .bytes(let wanted) = spec.size, let present = census.dataByteCount else {
            return
        }
        if wanted < present {
            refusals.append(
                Refusal(
                    "\(spec.name) holds \(present) bytes, the layout says \(wanted)",
                    cure: "give the array's true size in the layout: nothing is shrunk"))
        } else if wanted > present {
            steps.append(
                Step(
                    .growArray(array: spec.name, uuid: uuid, dataByteCount: wanted),
                    why: "all its legs have room for \(wanted) bytes, it uses \(present)",
                    conditions: [.running(uuid: uuid)]))
        } else if let rest = unfilled(spec, census) {
            steps.append(
                Step(
                    .growArray(array: spec.name, uuid: uuid, dataByteCount: wanted),
                    why: "its filesystem leaves \(rest) bytes of it unused",
                    conditions: [.running(uuid: uuid)]))
        }
    }

    /// How much our own filesystem on an array leaves free behind it: growing was cut in its middle.
    private func unfilled(_ spec: ArraySpec, _ census: ArrayCensus) -> UInt64? {
        let isOurs = request.layout.volumes.contains {
            $0.array == spec.name && $0.filesystem == .ext4
        }
        guard isOurs, let array = census.running, let filesystem = array.filesystemByteCount,
            !array.isGrown(to: array.dataByteCount)
        else { return nil }
        return array.dataByteCount - min(filesystem, array.dataByteCount)
    }
}

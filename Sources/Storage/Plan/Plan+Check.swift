extension Condition {
    /// Says whether it holds.
    ///
    /// - Parameters:
    ///   - observation: The world as it is.
    ///   - plan: The plan that the condition is part of.
    /// - Returns: Nil when it holds, else what is different, with the values seen and wanted.
    package func failure(in observation: Observation, plan: Plan) -> String? {
        switch self {
        case .disk(let role): plan.identityFailure(of: role, in: observation)
        case .table(let role, let guid): plan.tableFailure(role, guid, in: observation)
        case .content(let role, let extent, let signatures):
            plan.contentFailure(role, extent, signatures, in: observation)
        case .unused(let role):
            plan.disk(role, in: observation).flatMap { disk in
                disk.areas.lazy.compactMap { $0.use(of: disk) }.first
            }
        case .free(let role, let extent):
            plan.disk(role, in: observation).flatMap { disk in
                disk.areas.lazy.filter { $0.takesUp(extent) }.compactMap { $0.use(of: disk) }.first
            }
        case .running(let uuid):
            observation.runningArray(uuid) == nil ? "array \(uuid) does not run" : nil
        case .notRunning(let uuid):
            observation.runningArray(uuid).map { "array \(uuid) runs as \($0.path)" }
        case .survivor(let role, let uuid, let leastEvents):
            plan.survivorFailure(role, uuid, leastEvents, in: observation)
        }
    }
}

extension Plan {
    fileprivate func identityFailure(of role: String, in observation: Observation) -> String? {
        guard let planned = disks[role] else { return "the plan has no disk for \(role)" }
        guard let disk = observation.disk(at: planned.path) else {
            return "\(planned.path) (\(role)) is not there"
        }
        let wanted = planned.identity
        func text(_ value: String?) -> String { value ?? "none" }
        func text(_ value: UInt32?) -> String { value.map(String.init) ?? "none" }
        let values = [
            ("serial", text(disk.serial), text(wanted.serial)),
            ("WWN", text(disk.wwn), text(wanted.wwn)),
            ("LUN", text(disk.lun), text(wanted.lun)),
            ("size", String(disk.byteCount), String(wanted.byteCount)),
        ]
        guard let (name, found, planned) = values.first(where: { $0.1 != $0.2 }) else { return nil }
        return "\(disk.path) (\(role)): \(name) is \(found), was \(planned)"
    }

    fileprivate func tableFailure(
        _ role: String, _ guid: String?, in observation: Observation
    ) -> String? {
        guard let disk = disk(role, in: observation) else { return "\(role) is not there" }
        var found: String?
        if case .gpt(let table) = disk.table { found = table.guid }
        guard found != guid else { return nil }
        return "\(disk.path) (\(role)): its GPT is \(found ?? "none"), was \(guid ?? "none")"
    }

    fileprivate func contentFailure(
        _ role: String, _ extent: Extent, _ wanted: [Signature], in observation: Observation
    ) -> String? {
        guard let disk = disk(role, in: observation) else { return "\(role) is not there" }
        let found = disk.signatures(at: extent)
        guard found != wanted else { return nil }
        func text(_ signatures: [Signature]) -> String {
            signatures.isEmpty ? "nothing" : signatures.map(\.text).joined(separator: ", ")
        }
        return "\(disk.path) (\(role)) at byte \(extent.start): holds \(text(found)), "
            + "held \(text(wanted))"
    }

    fileprivate func survivorFailure(
        _ role: String, _ uuid: String, _ leastEvents: UInt64, in observation: Observation
    ) -> String? {
        guard let disk = disk(role, in: observation) else { return "\(role) is not there" }
        let events = disk.areas.flatMap(\.signatures).compactMap { signature -> UInt64? in
            guard case .member(let member) = signature, member.deviceUUID == uuid else {
                return nil
            }
            return member.events
        }
        guard let newest = events.max() else {
            return "\(disk.path) (\(role)): no md superblock of device \(uuid)"
        }
        guard newest < leastEvents else { return nil }
        return "\(disk.path) (\(role)): \(newest) events, had \(leastEvents)"
    }
}

extension ObservedArea {
    /// What uses it, in words; nil when nothing does.
    fileprivate func use(of disk: ObservedDisk) -> String? {
        let place =
            device ?? "\(disk.path) at bytes \(extent.start) to \(extent.end)"
        if let mountPoint = mountPoints.first { return "\(place) is mounted at \(mountPoint)" }
        return holders.first.map { "\(place) is used by \($0)" }
    }

    /// Whether who uses this area uses bytes of a place.
    ///
    /// A whole disk that is an array's member is used only as far as the array's data reach:
    /// regions lie behind them.
    fileprivate func takesUp(_ place: Extent) -> Bool {
        guard extent.start < place.end, place.start < extent.end else { return false }
        guard extent != place, extent.start <= place.start, place.end <= extent.end,
            mountPoints.isEmpty
        else { return true }
        let members = signatures.compactMap { signature -> ObservedMember? in
            if case .member(let member) = signature { member } else { nil }
        }
        guard members.count == 1, let member = members.first else { return true }
        let (start, startOverflows) = extent.start.addingReportingOverflow(member.dataOffset)
        let (end, endOverflows) = start.addingReportingOverflow(member.dataByteCount)
        if startOverflows || endOverflows { return true }
        return start < place.end && place.start < end
    }
}

/// What the superblocks on the disks say of one array of the layout.
struct ArrayCensus {
    /// A leg of the array, where the layout has it or elsewhere.
    struct Leg {
        /// Where it lies, in the layout's words.
        let device: DeviceReference
        /// The disk.
        let disk: ObservedDisk
        let extent: Extent
        let member: ObservedMember
        var state: State
        /// The kernel device, when there is one.
        let path: String?
    }

    /// What a leg is worth.
    enum State: Equatable {
        /// It has the array's data.
        case whole
        /// Another leg has gone on without it.
        case stale
        /// It was being filled.
        case rebuilding
        /// It has no slot: a spare, or failed.
        case unused
    }

    /// The array's name in the layout.
    let name: String
    /// The legs on disks that have a role.
    private(set) var legs: [Leg] = []
    /// Why the array must not be touched.
    private(set) var refusals: [Refusal] = []
    /// The array as the kernel has it.
    private(set) var running: ObservedArray?

    /// Whether the kernel was made to work with a leg that another one proves stale.
    private(set) var runsStale = false

    /// The array's UUID; nil when there is no such array yet.
    private(set) var uuid: String?

    /// The legs that have the data.
    var sources: [Leg] { legs.filter { $0.state == .whole } }

    /// Whether the kernel works with it.
    var runs: Bool { running?.isRunning ?? false }

    /// The size of its data in bytes; nil when there is no such array yet.
    ///
    /// While an array is inactive the kernel counts its members whole.
    var dataByteCount: UInt64? {
        (runs ? running?.dataByteCount : nil) ?? legs.first?.member.dataByteCount
    }

    /// What its data are, as the kernel or, while it does not run, a leg shows them.
    var content: [Signature] {
        if runs, let running { return running.signatures }
        // Of a disk whose table is damaged no more is read than who its legs belong to.
        let contents = sources.lazy.map { leg in
            let area = leg.disk.areas.first { $0.extent == leg.extent }
            return area?.signatures.filter { !$0.isMember } ?? []
        }
        return contents.first { !$0.isEmpty } ?? []
    }

    /// Looks for an array's legs.
    ///
    /// - Parameters:
    ///   - spec: The array.
    ///   - request: What was asked.
    ///   - disks: The disk of each role.
    init(_ spec: ArraySpec, _ request: PlanRequest, disks: [String: ObservedDisk]) {
        name = spec.name
        let found = ArrayCensus.find(spec, request.layout, disks)
        let known = request.observation.arrays.first { array in
            spec.uuid.map { $0 == array.uuid } ?? (array.name == spec.name)
        }
        take(found, of: found, known, request.observation)
        // What a person agreed to lose is left out only where it stands in the way.
        let kept = found.filter { !request.consents.contains($0.disk.path) }
        if !refusals.isEmpty, kept.count < found.count {
            take(kept, of: found, known, request.observation)
        }
    }

    private static func find(
        _ spec: ArraySpec, _ layout: Layout, _ disks: [String: ObservedDisk]
    ) -> [Leg] {
        layout.legs(of: spec.name).flatMap { device -> [Leg] in
            guard let role = device.disk, let disk = disks[role] else { return [] }
            return disk.areas.flatMap { area in
                area.signatures.compactMap { signature -> Leg? in
                    guard case .member(let member) = signature,
                        belongs(member, in: area, of: disk, to: spec, at: device)
                    else { return nil }
                    return Leg(
                        device: device, disk: disk, extent: area.extent, member: member,
                        state: .whole, path: area.device)
                }
            }
        }
    }

    /// Takes some of the legs that were found; the others still bear witness.
    private mutating func take(
        _ kept: [Leg], of found: [Leg], _ known: ObservedArray?, _ observation: Observation
    ) {
        (uuid, legs, running, refusals) = (nil, [], nil, [])
        let uuids = Set(kept.map(\.member.arrayUUID))
        guard uuids.count <= 1 else {
            let list = kept.map { "\($0.disk.title) of \($0.member.arrayUUID)" }
            refusals = [
                Refusal(
                    "legs of different arrays lie where \(name) should: "
                        + list.joined(separator: ", "),
                    cure: "take out the disk that does not belong here, or agree to lose what"
                        + " it holds with --erase PATH")
            ]
            return
        }
        guard let uuid = uuids.first ?? known?.uuid else { return }
        self.uuid = uuid
        var census = found.filter { $0.member.arrayUUID == uuid }
        ArrayCensus.judge(&census)
        running = observation.arrays.first { $0.uuid == uuid }
        if let running, runs {
            // A leg that the kernel has failed is stale too, but nobody works with it. Where the
            // kernel has the newest leg in sync beside, superblocks were read while it wrote them.
            runsStale =
                census.contains { leg in
                    leg.state == .stale
                        && running.members.contains {
                            $0.device == leg.path && !$0.flags.contains("faulty")
                        }
                }
                && !census.contains { leg in
                    leg.state == .whole
                        && running.members.contains {
                            $0.device == leg.path && $0.flags.contains("in_sync")
                        }
                }
            if !runsStale { ArrayCensus.judge(&census, by: running) }
        }
        let gone = runs ? running?.members.filter { !observation.hasDevice($0.device) } ?? [] : []
        let present = running?.members.filter { $0.flags.contains("in_sync") && !gone.contains($0) }
        if runs, present?.isEmpty ?? true {
            let devices = gone.map(\.device).joined(separator: ", ")
            refusals = [
                Refusal(
                    "\(name) runs, but no disk that has its data is there; gone: \(devices)",
                    cure: "put the disk back, or start from the live medium")
            ]
            return
        }
        legs = census.filter { leg in kept.contains { $0.disk.path == leg.disk.path } }
        refusals = ArrayCensus.refusals(name, legs, witnesses: census, isRunning: runs)
    }

    /// Whether a superblock found somewhere on a disk is this array's leg.
    private static func belongs(
        _ member: ObservedMember, in area: ObservedArea, of disk: ObservedDisk,
        to spec: ArraySpec, at device: DeviceReference
    ) -> Bool {
        let isWhole = area.extent == Extent(start: 0, byteCount: disk.byteCount)
        switch device {
        case .disk:
            // XCP-ng's installer gives no name that could be compared.
            guard isWhole else { return false }
            return spec.uuid.map { $0 == member.arrayUUID } ?? true
        case .slice, .array:
            guard !isWhole else { return false }
            return spec.uuid.map { $0 == member.arrayUUID } ?? (member.arrayName == spec.name)
        }
    }

    /// Judges legs by what their superblocks say of each other.
    private static func judge(_ legs: inout [Leg]) {
        for index in legs.indices {
            let member = legs[index].member
            guard case .slot = member.role else {
                legs[index].state = .unused
                continue
            }
            if member.recoveryOffset != nil {
                legs[index].state = .rebuilding
            } else if legs.contains(where: {
                isStale(member, besides: $0.member) || lacksBitmap(member, besides: $0.member)
            }) {
                legs[index].state = .stale
            }
        }
    }

    /// Whether this leg's bitmap is damaged, as another of the array has one: md then starts none.
    private static func lacksBitmap(_ member: ObservedMember, besides other: ObservedMember)
        -> Bool
    {
        member.bitmapChunkByteCount == nil && other.bitmapChunkByteCount != nil
            && other.recoveryOffset == nil
    }

    /// Whether another leg has gone on without this one, and this one does not know.
    private static func isStale(_ member: ObservedMember, besides other: ObservedMember) -> Bool {
        guard case .slot(let own) = member.role, case .slot(let others) = other.role,
            member.deviceUUID != other.deviceUUID, other.recoveryOffset == nil
        else { return false }
        // Another took its slot since.
        if own == others { return other.events > member.events }
        // So far apart md does not take them together, whatever they say: `event_margin` of
        // mdadm's Assemble.c. It was out while the other went on, and another had its slot.
        if member.counts(others), other.events > member.events + 1 { return true }
        return !other.counts(own) && member.counts(others)
    }

    /// Judges legs by what the kernel works with, which is newer than any superblock.
    private static func judge(_ legs: inout [Leg], by array: ObservedArray) {
        for index in legs.indices {
            guard let member = array.members.first(where: { $0.device == legs[index].path })
            else {
                if legs[index].state == .whole { legs[index].state = .stale }
                continue
            }
            if member.flags.contains("faulty") {
                legs[index].state = .stale
            } else {
                legs[index].state = member.flags.contains("in_sync") ? .whole : .rebuilding
            }
        }
    }

    private static func refusals(
        _ name: String, _ legs: [Leg], witnesses: [Leg], isRunning: Bool
    ) -> [Refusal] {
        guard !legs.isEmpty else { return [] }
        for (index, leg) in legs.enumerated() {
            for other in legs[(index + 1)...] where areSplit(leg.member, other.member) {
                return [
                    Refusal(
                        "both legs of \(name) ran alone, and each says that the other is"
                            + " gone: \(describe(leg)); \(describe(other))",
                        cure: "choose whose data stay, and agree to lose the other's with"
                            + " --erase PATH")
                ]
            }
            for other in legs[(index + 1)...]
            where !isRunning && areClones(leg.member, other.member) {
                return [
                    Refusal(
                        "\(leg.disk.title) and \(other.disk.title) claim the same slot of"
                            + " \(name) with the same event count"
                            + " \(leg.member.events)",
                        cure: "take the copy out")
                ]
            }
        }
        if !isRunning, !legs.contains(where: { $0.state == .whole }) {
            let list = legs.map(describe).joined(separator: "; ")
            let newer = witnesses.filter { witness in
                witness.state == .whole
                    && !legs.contains { $0.disk.path == witness.disk.path }
            }
            if let newer = newer.first {
                return [
                    Refusal(
                        "\(newer.disk.title), which may be erased, has the newest data of"
                            + " \(name); what would be left is old: \(list)",
                        cure: "do not erase it, or erase the other legs too")
                ]
            }
            return [
                Refusal(
                    "no leg of \(name) has all its data: \(list)",
                    cure: "put in the disk that has, or agree to lose these with --erase PATH")
            ]
        }
        return []
    }

    /// Whether each of two legs says that the other is gone: then event counts prove nothing.
    private static func areSplit(_ left: ObservedMember, _ right: ObservedMember) -> Bool {
        guard case .slot(let leftSlot) = left.role, case .slot(let rightSlot) = right.role,
            leftSlot != rightSlot, left.recoveryOffset == nil, right.recoveryOffset == nil
        else { return false }
        return !left.counts(rightSlot) && !right.counts(leftSlot)
    }

    private static func areClones(_ left: ObservedMember, _ right: ObservedMember) -> Bool {
        guard case .slot = left.role else { return false }
        return left.role == right.role && left.events == right.events
            && left.recoveryOffset == nil && right.recoveryOffset == nil
    }

    private static func describe(_ leg: Leg) -> String {
        let member = leg.member
        let slots = member.activeSlots.map { $0 ? "A" : "." }.joined()
        return "\(leg.disk.title): slot \(member.role.text), legs \(slots), events"
            + " \(member.events), updated \(member.updateTime), \(leg.state)"
    }
}

extension ObservedMember {
    /// Whether this superblock counts a slot as working.
    func counts(_ slot: Int) -> Bool {
        activeSlots.indices.contains(slot) && activeSlots[slot]
    }
}

extension ObservedMember.Role {
    /// The role in a word.
    var text: String {
        switch self {
        case .slot(let slot): String(slot)
        case .spare: "spare"
        case .faulty: "faulty"
        case .journal: "journal"
        }
    }
}

extension Signature {
    /// Whether it is a leg's superblock.
    package var isMember: Bool {
        if case .member = self { true } else { false }
    }

    /// What it is in a few words.
    package var text: String {
        switch self {
        case .member(let member):
            "leg of the md array \(member.arrayName) (\(member.arrayUUID))"
        case .filesystem(let type, let uuid, let label):
            [type, label.map { "\"\($0)\"" }, uuid.map { "(\($0))" }].compactMap { $0 }
                .joined(separator: " ")
        case .other(let type, let uuid):
            [type, uuid.map { "(\($0))" }].compactMap { $0 }.joined(separator: " ")
        }
    }
}

package import Storage

/// How an array is, leg by leg.
package struct ArrayStatus: Sendable, Equatable {
    /// How a leg is.
    package enum LegCondition: String, Sendable, Equatable {
        /// It has all data.
        case working
        /// It is being filled, or waits for that.
        case filling
        /// md works without it.
        case failed
        /// Its disk is gone; md may not have noticed yet, and count it as working.
        case gone
        /// The slot is empty.
        case missing
    }

    /// A leg.
    package struct Leg: Sendable, Equatable {
        /// The role of its disk in the layout; nil when that is not known.
        package var role: String?
        /// Its device; nil for an empty slot.
        package var device: String?
        /// How it is.
        package var condition: LegCondition

        /// What it is called: by its role, if it has one.
        package var name: String { role ?? device ?? "a leg" }
    }

    /// What md is copying or comparing.
    package struct Sync: Sendable, Equatable {
        /// The kernel's word: `recover`, `resync`, `check`, `repair`.
        package var action: String
        /// How far it is, in bytes; nil while it waits.
        package var position: UInt64?
        /// How far it goes, in bytes.
        package var end: UInt64?
        /// How fast it is, in bytes a second.
        package var bytesPerSecond: UInt64?

        /// How far it is, in percent.
        package var percent: Double? {
            guard let position, let end, end > 0 else { return nil }
            return Double(position) / Double(end) * 100
        }

        /// How long it may take yet, in seconds.
        package var remainingSeconds: Double? {
            guard let position, let end, end >= position, let rate = bytesPerSecond, rate > 0
            else { return nil }
            return Double(end - position) / Double(rate)
        }
    }

    /// The array's name in the layout, or that of its superblocks.
    package var name: String
    /// The device; nil when the kernel has no such array.
    package var path: String?
    /// The UUID, as mdadm writes it.
    package var uuid: String?
    /// The kernel's `array_state`; nil when it has no such array.
    package var state: String?
    /// Whether it runs.
    package var isRunning: Bool
    /// Its legs, by their slots.
    package var legs: [Leg]
    /// What md is doing to it; nil when nothing.
    package var sync: Sync?

    /// Legs that do not have all data.
    package var lackingLegs: [Leg] { legs.filter { $0.condition != .working } }

    /// Whether it runs, and all its legs have all data.
    package var isWhole: Bool { isRunning && lackingLegs.isEmpty }

    /// What is wrong, a line for each thing.
    package var problems: [String] {
        guard isRunning else { return ["array \(name) does not run"] }
        return lackingLegs.map { problem(of: $0) }
    }

    /// How a leg is, in words.
    package func problem(of leg: Leg) -> String {
        switch leg.condition {
        case .working: "\(leg.name): works"
        case .filling:
            "\(leg.name) is being filled in array \(name)"
                + (sync?.percent.map { ", \(Int($0)) %" } ?? "")
        case .failed: "\(leg.name) has failed in array \(name)"
        case .gone: "the disk of \(leg.name) is gone from array \(name)"
        case .missing: "array \(name) lacks \(leg.name)"
        }
    }
}

extension ArrayStatus {
    /// All arrays of a layout, and those beside them that the kernel has.
    ///
    /// - Parameters:
    ///   - layout: What was installed; nil when nobody knows.
    ///   - observation: What the disks look like.
    ///   - rates: How fast arrays are being synced, in bytes a second, by their paths.
    /// - Returns: Those of the layout first.
    package static func all(
        of layout: Layout?, in observation: Observation, rates: [String: UInt64] = [:]
    ) -> [ArrayStatus] {
        let disks = layout?.disks(in: observation) ?? [:]
        var statuses: [ArrayStatus] = []
        var seen: Set<String> = []
        for spec in layout?.arrays ?? [] {
            let array = observation.arrays.first { array in
                spec.uuid.map { $0 == array.uuid } ?? (array.name == spec.name)
            }
            if let array { seen.insert(array.path) }
            statuses.append(
                ArrayStatus(spec, layout, array, disks: disks, observation, rates))
        }
        for array in observation.arrays where !seen.contains(array.path) {
            statuses.append(
                ArrayStatus(nil, layout, array, disks: disks, observation, rates))
        }
        return statuses
    }

    private init(
        _ spec: ArraySpec?, _ layout: Layout?, _ array: ObservedArray?,
        disks: [String: ObservedDisk], _ observation: Observation, _ rates: [String: UInt64]
    ) {
        name = spec?.name ?? array.map { $0.name.isEmpty ? $0.path : $0.name } ?? ""
        path = array?.path
        uuid = spec?.uuid ?? array?.uuid
        state = array?.state
        isRunning = array?.isRunning ?? false
        let roles = spec.flatMap { layout?.legs(of: $0.name) }?.compactMap(\.disk) ?? []
        let members = array?.members ?? []
        let count = max(roles.count, array?.raidDisks ?? 0, members.count)
        var legs: [Leg] = []
        var open = roles
        // Who is there tells its role by its disk; the slots that are left are those of the others.
        for member in members.sorted(by: { ($0.slot ?? .max) < ($1.slot ?? .max) }) {
            let role = disks.first { _, disk in
                disk.path == member.device || disk.areas.contains { $0.device == member.device }
            }?.key
            if let role, let index = open.firstIndex(of: role) { open.remove(at: index) }
            legs.append(
                Leg(role: role, device: member.device, condition: .init(member, observation)))
        }
        for index in legs.indices where legs[index].role == nil && !open.isEmpty {
            legs[index].role = open.removeFirst()
        }
        while legs.count < count {
            legs.append(
                Leg(role: open.isEmpty ? nil : open.removeFirst(), condition: .missing))
        }
        self.legs = legs
        if let array, array.isRunning, !["idle", "frozen"].contains(array.syncAction) {
            sync = Sync(
                action: array.syncAction, position: array.syncPosition, end: array.syncEnd,
                bytesPerSecond: rates[array.path])
        }
    }
}

extension ArrayStatus.LegCondition {
    fileprivate init(_ member: ObservedArray.Member, _ observation: Observation) {
        if !observation.hasDevice(member.device) {
            // What md has failed may still be on its list after its disk went.
            self = .gone
        } else if member.flags.contains("faulty") {
            self = .failed
        } else {
            self = member.flags.contains("in_sync") ? .working : .filling
        }
    }
}

/// Works out the steps that make the disks what a layout says.
///
/// It is a pure function: the same request gives the same answer, and nothing is touched. Installing
/// on blank disks, replacing a card and going on after a power cut differ in the observation alone.
package struct Planner {
    let request: PlanRequest
    let disks: [String: ObservedDisk]
    let censuses: [String: ArrayCensus]
    let resolved: ResolvedLayout
    let identifiers: FreshIdentifiers

    var refusals: [Refusal] = []
    var notes: [String] = []
    var steps: [Step] = []
    /// Slices whose signatures an earlier step of this plan erases, or that never had any.
    var cleared: Set<DeviceReference> = []
    /// Disks that get a new table.
    var retabled: Set<String> = []
    /// Arrays that this plan makes.
    var created: [String: ArrayToMake] = [:]

    /// Plans.
    ///
    /// - Parameter request: What is wanted, what there is, and what a person agreed to.
    /// - Returns: The plan, with no steps when all is as it should be; or all reasons against one.
    package static func plan(_ request: PlanRequest) -> Planning {
        let assignment = RoleAssignment(request)
        let disks = assignment.disks
        var censuses: [String: ArrayCensus] = [:]
        for spec in request.layout.arrays {
            censuses[spec.name] = ArrayCensus(spec, request, disks: disks)
        }
        let missing = MissingRoles(request.layout, disks, censuses)
        let refusals =
            assignment.refusals
            + request.layout.arrays.flatMap { censuses[$0.name]?.refusals ?? [] }
            + (assignment.refusals.isEmpty ? missing.refusals : [])
        guard refusals.isEmpty else { return .refused(refusals) }
        let resolved: ResolvedLayout
        do throws(LayoutErrors) {
            resolved = try ResolvedLayout(
                resolving: request.layout,
                diskByteCounts: disks.mapValues(\.byteCount),
                existingArrayByteCounts: censuses.compactMapValues(\.dataByteCount))
        } catch {
            return .refused(error.errors.map(Refusal.init))
        }
        var planner = Planner(
            request: request, disks: disks, censuses: censuses, resolved: resolved,
            identifiers: FreshIdentifiers(seed: request.seed), notes: missing.notes)
        return planner.run()
    }

    private mutating func run() -> Planning {
        stopArrays()
        for spec in request.layout.arrays { removeLost(spec) }
        for role in request.layout.disks { planDisk(role) }
        for spec in request.layout.arrays { planArray(spec) }
        for volume in request.layout.volumes { planVolume(volume) }
        for role in request.layout.disks { planBootLeg(role) }
        for spec in request.layout.arrays { planLegs(spec) }
        planIdentities()
        guard refusals.isEmpty else { return .refused(refusals) }
        let planned = disks.mapValues {
            PlannedDisk(path: $0.path, model: $0.model, identity: $0.identity)
        }
        return .plan(
            Plan(layout: request.layout.name, disks: planned, steps: steps, notes: notes))
    }

    private mutating func planIdentities() {
        // A layout without a boot volume has no place to write anything down.
        guard request.layout.bootVolume != nil else { return }
        if !steps.isEmpty {
            guard steps.contains(where: \.action.isLasting) || !isRecorded else { return }
        } else if isRecorded {
            return
        }
        steps.append(
            Step(
                .recordIdentities(
                    resolved.narrowed(identities: [:], arrayUUIDs: arrayUUIDs)),
                why: "so that each disk is known again, by more than its serial"))
    }

    /// The UUIDs of all arrays, those that this plan makes too.
    private var arrayUUIDs: [String: String] {
        censuses.compactMapValues(\.uuid).merging(created.mapValues(\.uuid)) { $1 }
    }

    private var isRecorded: Bool {
        guard let recorded = request.observation.recordedIdentities else {
            // Nobody could look; once an array is started, the step itself looks.
            return !steps.contains {
                if case .startArray = $0.action { true } else { false }
            }
        }
        // What is known of a disk that is away stays written down.
        return disks.allSatisfy { recorded[$0.key] == $0.value.identity }
    }

    /// The area at a place of the layout.
    func area(at device: DeviceReference) -> ObservedArea? {
        guard let role = device.disk, let extent = resolved.extents[device] else { return nil }
        return disks[role]?.areas.first { $0.extent == extent }
    }
}

/// Roles without a disk: one may lack it only while other disks hold what its legs do.
private struct MissingRoles {
    var refusals: [Refusal] = []
    var notes: [String] = []

    init(_ layout: Layout, _ disks: [String: ObservedDisk], _ censuses: [String: ArrayCensus]) {
        for role in layout.disks where disks[role.name] == nil {
            let arrays = layout.arrays.filter {
                layout.legs(of: $0.name).contains { $0.disk == role.name }
            }
            if !arrays.isEmpty, arrays.allSatisfy({ censuses[$0.name]?.uuid != nil }) {
                let names = arrays.map(\.name).joined(separator: ", ")
                notes.append("no disk is there for \(role.name): \(names) stays degraded")
            } else {
                refusals.append(
                    Refusal(
                        "no disk is there for \(role.name) (\(role.match.text))",
                        cure: "put one in, or choose one with --disk \(role.name)=PATH"))
            }
        }
    }
}

extension Refusal {
    /// What of a layout cannot be on these disks.
    init(_ error: LayoutError) {
        self.init(
            error.description, cure: "take a disk that is large enough, or another layout")
    }
}

extension DiskMatch {
    /// What is looked for, in words.
    package var text: String {
        var words: [String] = []
        if let bus { words.append("bus \(bus.rawValue)") }
        if let removable { words.append(removable ? "removable" : "not removable") }
        switch size {
        case .soldAs(let nominal): words.append("sold as \(nominal / 1_000_000_000) GB")
        case .range(let range):
            words.append("\(ByteSize.text(range.lowerBound)) to \(ByteSize.text(range.upperBound))")
        case nil: break
        }
        if let model { words.append("model \(model)") }
        return words.isEmpty ? "any disk" : words.joined(separator: ", ")
    }
}

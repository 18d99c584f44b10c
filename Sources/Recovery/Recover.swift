import BootLoader
import Deployment
package import Events
import Glibc
import JSON
package import Release
package import Storage
import Syscalls

/// Brings an appliance back: from the live system of any version, or while it runs.
///
/// What is to be done is the planner's answer, as for an installation; here is what comes before
/// and after: finding the layout, reaching the boot volume so that a fresh card can be given what
/// the surviving leg holds, proving that the legs start, and writing down what was done.
package struct Recover {
    /// What a person asked for.
    package struct Request: Sendable {
        /// The layout, where no record of it is to be looked for.
        package var record: LayoutRecord?
        /// Disks for roles: role to path.
        package var assignments: [String: String]
        /// Disks whose data a person agreed to lose.
        package var consents: Set<String>

        /// Makes a request.
        package init(
            record: LayoutRecord? = nil, assignments: [String: String] = [:],
            consents: Set<String> = []
        ) {
            self.record = record
            self.assignments = assignments
            self.consents = consents
        }
    }

    let observer: Observer
    let volumePath: String
    let medium: String?
    let keys: TrustedKeys?
    let events: EventStream
    let stallSeconds: Int

    /// More rounds of planning and applying than any recovery needs.
    private static let roundLimit = 4

    /// Prepares.
    ///
    /// - Parameters:
    ///   - observer: How to look at the disks.
    ///   - volumePath: Where the boot volume is mounted, or is to be.
    ///   - medium: The UUID of the volume that the live system was started from, whose disk is left
    ///     alone; nil for no live system.
    ///   - keys: Whose signatures count; nil when there are none.
    ///   - events: Told how far it is.
    ///   - stallSeconds: How long a copy between legs may stand still.
    package init(
        observer: Observer, volumePath: String = Layout.bootMountPoint, medium: String?,
        keys: TrustedKeys?, events: EventStream, stallSeconds: Int = 300
    ) {
        self.observer = observer
        self.volumePath = volumePath
        self.medium = medium
        self.keys = keys
        self.events = events
        self.stallSeconds = stallSeconds
    }

    /// Does what is to be done.
    ///
    /// - Parameters:
    ///   - request: What was asked.
    ///   - situation: What was found.
    ///   - agree: Asked before a plan that does more than start what is whole, and again when a
    ///     later one loses more.
    /// - Returns: What was done, and how the system is then.
    /// - Throws: `RecoveryError`, `ApplyError`, or what the disks gave. What was done until then
    ///   stays, and a rerun goes on from there.
    package func run(
        _ request: Request, from situation: Situation,
        agree: @escaping (Plan) throws -> Bool
    ) throws -> RecoverReport {
        let began = Int64(time(nil))
        var report = RecoverReport(
            wrong: situation.sentence, origin: situation.record.place.text,
            layout: situation.record.layout.name, began: began, seconds: 0, plans: [])
        var agreement = Agreement(agree: agree)
        let first = try situation.plan()
        try agreement.require(first)
        var mount: VolumeMount?
        let result = Result {
            if !situation.isMounted {
                mount = try reachVolume(first, situation.record.layout, &report)
            }
            try converge(request, situation.record, &agreement, &report)
            var words = KernelWords("")
            words.medium = medium
            report.status = try StatusReader(
                observer: observer, volumePath: volumePath, keys: keys, events: events
            ).read(image: nil, words: words, isProving: true)
        }
        if case .failure(let error) = result { report.failure = String(describing: error) }
        report.seconds = Int64(time(nil)) - began
        let end = Result {
            if !report.wasWhole { try keep(report) }
            if let mount { try leave(mount, report.plans) }
        }
        // What went wrong first is what counts.
        try result.get()
        try end.get()
        return report
    }

    /// Starts the boot array, and mounts the boot volume.
    private func reachVolume(
        _ plan: Plan, _ layout: Layout, _ report: inout RecoverReport
    ) throws -> VolumeMount {
        guard let volume = layout.bootVolume else {
            throw RecoveryError.noBootVolume(layout: layout.name)
        }
        if let array = volume.array {
            let beginning = plan.beginning(throughStartOf: array)
            try apply(beginning, bootLegs: nil, &report)
        }
        let observation = try observer.observe()
        let (device, mountPoints) = try plan.place(of: volume, layout, in: observation)
        guard mountPoints.isEmpty else {
            throw RecoveryError.mountedElsewhere(device: device, places: mountPoints)
        }
        return try VolumeMount(
            observer.system.path(device), at: volumePath, events: events)
    }

    /// Plans and applies until nothing is left to do.
    ///
    /// A second round comes after disks changed: the record of them, of which each boot leg has a
    /// copy, is written last.
    private func converge(
        _ request: Request, _ record: LayoutRecord, _ agreement: inout Agreement,
        _ report: inout RecoverReport
    ) throws {
        let volume = try BootVolume(at: volumePath)
        for _ in 0..<Recover.roundLimit {
            let (planning, _, writer) = try plan(request, record.layout, volume: volume)
            let plan: Plan
            switch planning {
            case .refused(let refusals): throw RecoveryError.refused(refusals)
            case .plan(let made): plan = made
            }
            guard !plan.steps.isEmpty else { return }
            try agreement.require(plan)
            try apply(plan, bootLegs: writer, &report)
            try noteLegs(plan, volume)
        }
        let (planning, _, _) = try plan(request, record.layout, volume: volume)
        guard case .plan(let left) = planning, left.steps.isEmpty else {
            throw RecoveryError.noEnd(
                rounds: Recover.roundLimit, steps: report.plans.last?.steps.map(\.why) ?? [])
        }
    }

    private func apply(
        _ plan: Plan, bootLegs: (any BootLegWriting)?, _ report: inout RecoverReport
    ) throws {
        guard !plan.steps.isEmpty else { return }
        report.plans.append(plan)
        // Not told of boot legs, it does not read them whole after each step; their writer compares
        // by itself what it writes.
        try Applier(
            plan, observer: observer, bootLegs: bootLegs, events: events,
            stallSeconds: stallSeconds
        ).run()
    }

    /// Writes down what boot legs hold that were written: an image that any of them names is not
    /// deleted.
    private func noteLegs(_ plan: Plan, _ volume: BootVolume) throws {
        guard var state = try volume.bootState() else { return }
        let before = state
        for case .writeSystemPartition(let leg) in plan.steps.map(\.action) {
            state.legs[leg.disk] = BootState.LegRecord(
                generation: state.generation, images: state.images)
        }
        if state != before { try volume.write(state) }
    }

    /// Writes the report onto the boot volume, if that was reached.
    private func keep(_ report: RecoverReport) throws {
        guard (try? BootVolume(at: volumePath)) != nil else { return }
        let folder = "\(volumePath)/\(Recover.reportsFolder)"
        try FileSystem.makeDirectory(folder)
        try FileSystem.writeAtomically(
            report.json.text(.pretty), to: "\(folder)/\(report.fileName)")
    }

    /// Where reports are on the boot volume.
    package static let reportsFolder = "state/slipway/reports"

    /// Unmounts the boot volume, and stops the arrays that were started for it.
    private func leave(_ mount: VolumeMount, _ plans: [Plan]) throws {
        try mount.remove()
        let observation = try observer.observe()
        var steps: [Step] = []
        for case .startArray(_, let uuid, _) in plans.flatMap(\.steps).map(\.action) {
            guard let array = observation.runningArray(uuid), array.mountPoints.isEmpty,
                array.holders.isEmpty, !steps.contains(where: { $0.action.stops(uuid) })
            else { continue }
            steps.append(
                Step(
                    .stopArray(path: array.path, uuid: uuid),
                    why: "it was started for the recovery"))
        }
        guard !steps.isEmpty else { return }
        try Applier(
            Plan(layout: plans.first?.layout ?? "", disks: [:], steps: steps),
            observer: observer, bootLegs: nil, events: events
        ).run()
    }
}

extension Action {
    /// Whether it stops this array.
    fileprivate func stops(_ uuid: String) -> Bool {
        if case .stopArray(_, uuid) = self { true } else { false }
    }
}

/// What a person has agreed to.
private struct Agreement {
    let agree: (Plan) throws -> Bool
    private var hasAgreed = false
    private var losses: Set<String> = []

    init(agree: @escaping (Plan) throws -> Bool) { self.agree = agree }

    /// Asks, unless the plan does no harm, or loses no more than was agreed to.
    ///
    /// - Throws: `RecoveryError.declined`.
    mutating func require(_ plan: Plan) throws {
        if plan.isHarmless || hasAgreed && losses.isSuperset(of: plan.erases) { return }
        guard try agree(plan) else { throw RecoveryError.declined }
        hasAgreed = true
        losses.formUnion(plan.erases)
    }
}

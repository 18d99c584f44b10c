package import Events
import Syscalls

/// Carries out a plan, and nothing else.
///
/// Before the first write everything is checked that can be, before each step all of its
/// conditions, each time on a fresh observation. A step whose result is there is not done again, so
/// that a plan that was cut can be applied once more: or a new one is made, which has just what is
/// left to do.
package struct Applier {
    private let plan: Plan
    private let observer: Observer
    private let bootLegs: (any BootLegWriting)?
    private let events: EventStream
    private let journal: ApplyJournal
    private let executor: StepExecutor

    /// Makes an applier.
    ///
    /// - Parameters:
    ///   - plan: What to do.
    ///   - observer: How to look at the disks; it looks at the plan's places too.
    ///   - bootLegs: Who makes boot legs; nil where there is nothing to make them from.
    ///   - events: Told how far it is.
    ///   - stallSeconds: How long a copy between legs may stand still.
    package init(
        _ plan: Plan, observer: Observer, bootLegs: (any BootLegWriting)?, events: EventStream,
        stallSeconds: Int = 300
    ) {
        self.plan = plan
        var observer = observer
        observer.places.merge(plan.places) { $0.union($1) }
        self.observer = observer
        self.bootLegs = bootLegs
        self.events = events
        journal = ApplyJournal(in: observer.system)
        executor = StepExecutor(
            plan: plan, system: observer.system, bootLegs: bootLegs, events: events,
            stallSeconds: stallSeconds)
    }

    /// Does what is left to do.
    ///
    /// - Throws: `ApplyError`; what was done until then stays, and a rerun goes on from there.
    package func run() throws {
        let paths = Set(plan.disks.values.map { observer.system.path($0.path) })
        let locks = try DiskLocks(paths.filter(FileSystem.exists))
        defer { withExtendedLifetime(locks) {} }
        var observation = try observer.observe()
        try checkAll(observation)
        var hasChanged = false
        for (index, step) in plan.steps.enumerated() {
            let number = index + 1
            let action = step.action.text
            // The identities may be the recorded ones, and yet what is recorded with them is not.
            let isStale = hasChanged && step.action.isRecord
            guard isStale || !step.isDone(in: observation, plan: plan) else {
                try journal.add(.skip, step: number, action, observation)
                events.log(.info, "step \(number) is done: \(action)")
                continue
            }
            for condition in step.conditions {
                if let reason = condition.failure(in: observation, plan: plan) {
                    throw ApplyError.moved(step: number, action: action, reason: reason)
                }
            }
            try journal.add(.start, step: number, action, observation)
            do {
                try events.step("\(number)/\(plan.steps.count) \(action)", unit: .bytes) {
                    try executor.execute(step.action, in: observation, $0)
                }
            } catch {
                let cause = String(describing: error)
                try journal.add(.failed, step: number, action, detail: cause, observation)
                throw ApplyError.failed(step: number, action: action, cause: cause)
            }
            hasChanged = true
            observation = try observer.observe()
            try journal.add(.done, step: number, action, observation)
            // Of a boot leg its writer has read back what it wrote, and the leg is complete only
            // after the last of its steps.
            guard step.action.makesBootLeg || step.isDone(in: observation, plan: plan) else {
                throw ApplyError.unfinished(step: number, action: action)
            }
        }
    }

    /// Checks all that can be checked before anything is written.
    private func checkAll(_ observation: Observation) throws(ApplyError) {
        if bootLegs == nil, plan.steps.contains(where: \.action.makesBootLeg) {
            throw .noBootLegWriter
        }
        for (index, step) in plan.steps.enumerated()
        where !step.isDone(in: observation, plan: plan) {
            for condition in step.conditions where condition.isInitial {
                if let reason = condition.failure(in: observation, plan: plan) {
                    throw .moved(step: index + 1, action: step.action.text, reason: reason)
                }
            }
        }
    }
}

extension Action {
    /// Whether it writes down the layout.
    fileprivate var isRecord: Bool {
        if case .recordIdentities = self { true } else { false }
    }

    /// Whether the writer of boot legs does it.
    fileprivate var makesBootLeg: Bool {
        switch self {
        case .writeSystemPartition, .writeBootCode: true
        default: false
        }
    }
}

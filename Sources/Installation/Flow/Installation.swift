import BootLoader
package import Deployment
package import Events
import Glibc
package import PayloadFile
import Release
package import Storage
import Syscalls

/// An installation: answers, a payload, and a machine.
///
/// `plan` looks and writes nothing; `carryOut` does what it says. Cut anywhere, both together once
/// more go on and finish.
package struct Installation: Sendable {
    /// What a person decided.
    package var answers: Answers
    /// The payload's file.
    package var payload: String
    /// Who checks it.
    package var verifier: PayloadVerifier
    /// What the kernel's command line says to the live system.
    package var words: KernelWords
    /// What sysfs does not know of disks.
    package var described: [DescribedDisk]
    /// Disks that were chosen beside the answers: role to path.
    package var assignments: [String: String]
    /// Disks that may be erased, beside the answers, by path.
    package var consents: Set<String>
    /// How long a copy between legs may stand still.
    package var stallSeconds: Int
    /// Told how far it is.
    package var events: EventStream

    /// Makes an installation.
    package init(
        _ answers: Answers, payload: String, verifier: PayloadVerifier,
        words: KernelWords = KernelWords(""), described: [DescribedDisk] = [],
        assignments: [String: String] = [:], consents: Set<String> = [], stallSeconds: Int = 300,
        events: EventStream
    ) {
        self.answers = answers
        self.payload = payload
        self.verifier = verifier
        self.words = words
        self.described = described
        self.assignments = assignments
        self.consents = consents
        self.stallSeconds = stallSeconds
        self.events = events
    }

    /// Checks the payload whole, looks at the disks, and works out what is to be done.
    ///
    /// - Throws: `PayloadError` for a payload that may not be installed,
    ///   `InstallationError.refused` with every reason against it.
    package func plan() throws -> InstallationPlan {
        let release = try verify()
        let layout = answers.layout
        let first = try look(Observer(described: described), [:])
        var choice = DiskChoice(answers, in: first) { resolvedPath($0) }
        guard choice.refusals.isEmpty else { throw InstallationError.refused(choice.refusals) }
        choice.assignments.merge(assignments) { $1 }
        choice.consents.formUnion(consents)

        let observer = Observer(described: described)
        let observation = try look(observer, choice.assignments)
        let storage = try plan(observation, choice)
        let state = try InstalledState.read(of: layout, storage, in: observation)
        let plan = try InstallationPlan(
            storage: storage, observation: observation, release: release, state: state,
            layout: layout)
        // What is installed has been written by who knows what it starts; nothing else is judged.
        guard state?.confirmed == nil else { return plan }
        let content = try UnfinishedBootLeg(payload: payload)
        let judged = try look(
            Observer(described: described, bootLegs: content.writer), choice.assignments)
        let unfinished = try self.plan(judged, choice)
        let refusals = try RoomCheck(release, OpenPayload(payload)).refusals(unfinished, layout)
        guard refusals.isEmpty else { throw InstallationError.refused(refusals) }
        return try InstallationPlan(
            storage: unfinished, observation: judged, release: release,
            state: state, layout: layout, bootLegs: content)
    }

    /// Checks the payload from its first byte to its last.
    private func verify() throws -> ReleaseManifest {
        let verified = try verifier.verify(payload, as: "check", events: events)
        guard case .slipway(let release) = verified.manifest else {
            throw InstallationError.foreign(file: payload)
        }
        return release
    }

    private func look(_ observer: Observer, _ assignments: [String: String]) throws -> Observation {
        try observer.observe(for: answers.layout, assignments: assignments)
            .withoutMedium(words.medium)
    }

    private func plan(_ observation: Observation, _ choice: DiskChoice) throws -> Plan {
        let request = PlanRequest(
            layout: answers.layout, observation: observation, assignments: choice.assignments,
            consents: choice.consents,
            seed: PlanRequest.randomSeed())
        switch Planner.plan(request) {
        case .plan(let plan): return plan
        case .refused(let refusals): throw InstallationError.refused(refusals)
        }
    }

    private func resolvedPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

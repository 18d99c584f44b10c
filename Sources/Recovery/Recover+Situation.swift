import BootLoader
import Deployment
package import Storage
import Syscalls

extension Recover {
    /// What a recovery found before it did anything.
    package struct Situation: Sendable {
        /// The layout, and where it was found.
        package let record: LayoutRecord
        /// What the disks look like.
        package let observation: Observation
        /// What is to be done, or why nothing may be.
        package let planning: Planning
        /// Whether the boot volume is mounted.
        package let isMounted: Bool
        /// Disks of which one would have to be erased for a plan to be possible, by their paths.
        package let erasable: [ObservedDisk]

        /// What is wrong, in one sentence.
        package var sentence: String {
            Diagnosis.sentence(planning, record.layout, observation)
        }

        /// The plan.
        ///
        /// - Throws: `RecoveryError.refused`.
        package func plan() throws(RecoveryError) -> Plan {
            switch planning {
            case .plan(let plan): return plan
            case .refused(let refusals): throw .refused(refusals)
            }
        }
    }

    /// Looks, and writes, starts and mounts nothing.
    ///
    /// - Parameter request: What was asked.
    /// - Returns: What was found.
    /// - Throws: `RecoveryError.noLayout`, `.severalSystems`, `.noBootVolume`, or what reading the
    ///   disks gave.
    package func look(_ request: Request) throws -> Situation {
        let volume = mountedVolume()
        let record = try request.record ?? find(request, on: volume)
        guard record.layout.bootVolume != nil else {
            throw RecoveryError.noBootVolume(layout: record.layout.name)
        }
        let (planning, observation, _) = try plan(request, record.layout, volume: volume)
        return Situation(
            record: record, observation: observation, planning: planning,
            isMounted: volume != nil,
            erasable: erasable(request, record.layout, planning, observation))
    }

    /// The boot volume; nil when it is not mounted.
    private func mountedVolume() -> BootVolume? {
        // That there is none is an answer here.
        try? BootVolume(at: volumePath)
    }

    private func find(_ request: Request, on volume: BootVolume?) throws -> LayoutRecord {
        if let volume, try volume.layoutBytes() != nil {
            return LayoutRecord(
                place: .volume(volume.path), disk: nil, layout: try volume.layout())
        }
        let observation = try observer.observe().withoutMedium(medium)
        let records = try LayoutSearch(observation: observation, system: observer.system).records()
        let record = try LayoutRecord.choose(
            among: records, in: observation, consents: request.consents)
        guard let record else { throw RecoveryError.noLayout }
        return record
    }

    /// Plans with what boot legs are to hold, once the boot volume says that.
    ///
    /// - Parameters:
    ///   - request: What was asked.
    ///   - layout: What was installed.
    ///   - volume: The mounted boot volume; nil when it is yet to be reached.
    /// - Returns: The answer, what it was made from, and who makes boot legs.
    /// - Throws: When the volume is damaged, or disks may not be read.
    func plan(
        _ request: Request, _ layout: Layout, volume: BootVolume?
    ) throws -> (Planning, Observation, GrubBootLegWriter?) {
        var writer: GrubBootLegWriter?
        if let volume, let state = try volume.bootState(), state.confirmed != nil {
            writer = try GrubBootLegWriter(volume.content(of: state))
        }
        var observer = observer
        observer.bootLegs = writer
        let observation = try observer.observe(for: layout, assignments: request.assignments)
            .withoutMedium(medium)
        let planning = Planner.plan(
            PlanRequest(
                layout: layout, observation: observation, assignments: request.assignments,
                consents: request.consents,
                // Before the volume is reached it is taken to have what it should.
                hasBootImage: writer != nil || volume == nil, seed: PlanRequest.randomSeed()))
        return (planning, observation, writer)
    }

    /// The disks of which each, erased, would make a plan possible.
    private func erasable(
        _ request: Request, _ layout: Layout, _ planning: Planning, _ observation: Observation
    ) -> [ObservedDisk] {
        guard case .refused = planning else { return [] }
        return observation.disks.filter { disk in
            guard !request.consents.contains(disk.path) else { return false }
            let answer = Planner.plan(
                PlanRequest(
                    layout: layout, observation: observation, assignments: request.assignments,
                    consents: request.consents.union([disk.path]), seed: []))
            if case .plan = answer { return true } else { return false }
        }
    }
}

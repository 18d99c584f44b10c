package import BootLoader
import DiskFormats
package import Events
package import Release
package import Storage

/// What came of bringing a state to the boot legs.
package struct Publication: Sendable, Equatable {
    /// What is started now, as it is written down.
    package var state: BootState
    /// The legs that are up to date, by their roles.
    package var written: [String]
    /// The legs that could not be written, and why.
    package var failures: [String: String]

    /// Makes one.
    package init(state: BootState, written: [String], failures: [String: String]) {
        self.state = state
        self.written = written
        self.failures = failures
    }
}

/// Brings what is started to the boot legs, one after the other.
///
/// The volume's own state is written first: it is the truth, and a leg that was not reached is known
/// by its lower generation and brought up at the next occasion.
package struct BootPublisher: Sendable {
    private let volume: BootVolume
    private let events: EventStream

    /// Makes a publisher of a volume's state.
    package init(_ volume: BootVolume, events: EventStream) {
        self.volume = volume
        self.events = events
    }

    /// Writes down a new state, and brings it to all legs that are there.
    ///
    /// - Parameters:
    ///   - state: What is to be started. Its generation and what it says of legs do not matter.
    ///   - observation: The disks.
    ///   - loader: Where the loader's files are while no image is confirmed.
    /// - Throws: Before anything is written, when an image or the layout is missing;
    ///   `DeploymentError.notPublished` when no leg could be written.
    /// - Returns: What is started now, and which legs say so.
    @discardableResult
    package func publish(
        _ state: BootState, observation: Observation, loader: String? = nil
    ) throws -> Publication {
        let layout = try volume.layout()
        let legs = layout.presentBootLegs(in: observation)
        let old = try volume.bootState()
        var state = state
        let seen = legs.compactMap { (try? BootLegReader.environment(of: $0))?["generation"] }
            .compactMap { UInt64($0) }
        state.generation =
            ([old?.generation ?? 0, state.generation] + seen.filter { $0 < .max / 2 })
            .reduce(0, max) + 1
        state.legs = (old?.legs ?? [:]).filter { layout.disk($0.key) != nil }
        return try bring(state, to: legs, observation, loader)
    }

    /// Brings legs up to date that were away, or could not be written, when the state changed.
    ///
    /// - Parameter observation: The disks.
    /// - Throws: As `publish`.
    /// - Returns: What is started, which legs were behind, and which could not be written; nil when
    ///   none was behind.
    package func refresh(observation: Observation) throws -> Publication? {
        guard let state = try volume.bootState() else {
            throw DeploymentError.noState(volume.path)
        }
        let behind = try volume.layout().presentBootLegs(in: observation).filter { leg in
            guard let role = leg.role, state.legs[role]?.generation == state.generation else {
                return true
            }
            // A disk that gives errors says so when it is written.
            let found = (try? BootLegReader.environment(of: leg))?["generation"]
            return found != String(state.generation)
        }
        return behind.isEmpty ? nil : try bring(state, to: behind, observation, nil)
    }

    /// The images that any known leg names: those that are there by their own grubenv, those that
    /// are away by what was last written to them.
    ///
    /// - Returns: The roles of the legs that name each image.
    /// - Throws: What reading the recorded layout throws.
    package func namedImages(
        in state: BootState, observation: Observation
    ) throws -> [ReleaseName: Set<String>] {
        var named: [ReleaseName: Set<String>] = [:]
        for (role, record) in state.legs {
            for image in record.images { named[image, default: []].insert(role) }
        }
        for leg in try volume.layout().presentBootLegs(in: observation) {
            guard let role = leg.role,
                let environment = try? BootLegReader.environment(of: leg)
            else { continue }
            // What it says counts, and no more what was written down of it.
            for image in named.keys { named[image]?.remove(role) }
            for variable in ["confirmed", "previous", "trying"] {
                guard let text = environment[variable],
                    let image = try? ReleaseName(text, field: variable)
                else { continue }
                named[image, default: []].insert(role)
            }
        }
        return named.filter { !$0.value.isEmpty }
    }

    private func bring(
        _ wanted: BootState, to legs: [BootLeg], _ observation: Observation, _ loader: String?
    ) throws -> Publication {
        var state = wanted
        let writer = try GrubBootLegWriter(volume.content(of: state, loader: loader))
        // Until a leg has been written it may name what it named before.
        for leg in legs {
            guard let role = leg.role else { continue }
            let known = state.legs[role] ?? BootState.LegRecord(generation: 0, images: [])
            let images = known.images + state.images.filter { !known.images.contains($0) }
            state.legs[role] = BootState.LegRecord(generation: known.generation, images: images)
        }
        try volume.write(state)
        var result = Publication(state: state, written: [], failures: [:])
        for leg in legs {
            guard let role = leg.role else { continue }
            do {
                try events.step("boot files of \(role) (\(leg.disk))") { _ in
                    try requireUnused(leg, in: observation)
                    try writer.writeSystemPartition(of: leg)
                    try writer.writeBootCode(of: leg)
                }
                result.written.append(role)
                state.legs[role] = BootState.LegRecord(
                    generation: state.generation, images: state.images)
            } catch {
                result.failures[role] = String(describing: error)
            }
        }
        if !result.written.isEmpty { try volume.write(state) }
        result.state = state
        guard result.failures.isEmpty || !result.written.isEmpty else {
            throw DeploymentError.notPublished(
                generation: state.generation, failures: result.failures)
        }
        return result
    }

    /// What is written past a mounted filesystem would be lost, and the filesystem with it.
    private func requireUnused(
        _ leg: BootLeg, in observation: Observation
    ) throws(DeploymentError) {
        let areas = observation.disk(at: leg.disk)?.areas ?? []
        let users = areas.filter { $0.extent == leg.systemPartition }
            .flatMap { $0.mountPoints + $0.holders }
        guard users.isEmpty else {
            throw .systemPartitionInUse(disk: leg.disk, by: users.joined(separator: ", "))
        }
    }
}

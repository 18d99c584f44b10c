import BootLoader
import Deployment
import Events
import Release
import Storage
import Syscalls

/// Doing what a plan says.
extension Installation {
    /// Installs.
    ///
    /// The disks first, with boot legs that say that the installation is not finished; then the
    /// image, what the first start needs, and at the very end what is started. So a machine starts
    /// either nothing or all of it.
    ///
    /// - Parameter plan: What `plan` worked out.
    /// - Throws: Whatever went wrong; the boot volume is not mounted then, and the same answers once
    ///   more go on from there.
    package func carryOut(_ plan: InstallationPlan) throws {
        guard !plan.isDone else { return }
        // The observer is not told of boot legs, and does not read them whole after each step; their
        // writer compares by itself what it writes.
        try Applier(
            plan.storage, observer: Observer(described: described),
            bootLegs: plan.bootLegs?.writer, events: events, stallSeconds: stallSeconds
        ).run()
        let mountPoint = try mountBootVolume(plan)
        let result = Result { try fill(BootVolume.make(at: mountPoint), plan) }
        // What went wrong first is what is told.
        if case .failure(let error) = result {
            try? close(mountPoint, plan)
            throw error
        }
        try events.step("close the disks") { _ in try close(mountPoint, plan) }
    }

    // MARK: The boot volume

    private func mountBootVolume(_ plan: InstallationPlan) throws -> String {
        let observation = try Observer(described: described).observe()
        guard let volume = answers.layout.bootVolume else {
            throw InstallationError.noBootVolume(Layout.bootMountPoint)
        }
        let (device, mountPoints) = try plan.storage.place(
            of: volume, answers.layout, in: observation)
        // A run that was killed may have left it.
        if let mountPoint = mountPoints.first { return mountPoint }
        try FileSystem.makeDirectory(Layout.bootMountPoint)
        try Mount.filesystem(device, at: Layout.bootMountPoint, type: "ext4")
        return Layout.bootMountPoint
    }

    private func fill(_ volume: BootVolume, _ plan: InstallationPlan) throws {
        let image = try volume.images.add(
            payload, verifier: verifier, legs: LegReader.all(ofVolumeAt: volume.path),
            events: events)
        try FirstBootFiles(answers).write(below: volume.path)
        var state = try volume.bootState() ?? BootState()
        state.confirmed = image.version
        state.options = (words.consoles + answers.kernelOptions).joined(separator: " ")
        let observation = try Observer(described: described).observe()
        let publication = try BootPublisher(volume, events: events)
            .publish(state, observation: observation)
        guard publication.failures.isEmpty else {
            throw InstallationError.notBootable(
                publication.failures.mapValues { [$0] })
        }
        try prove(volume, publication.state)
    }

    /// Compares each boot leg with what it should hold, as it is on its disk.
    private func prove(_ volume: BootVolume, _ state: BootState) throws {
        let writer = try GrubBootLegWriter(volume.content(of: state))
        let observation = try Observer(described: described).observe()
        let legs = try volume.layout().presentBootLegs(in: observation)
        var differences: [String: [String]] = [:]
        try events.step("prove that it starts", total: UInt64(legs.count)) { progress in
            for leg in legs {
                progress.note(leg.role ?? leg.disk)
                if case .incomplete(let what) = try writer.state(of: leg) {
                    differences[leg.role ?? leg.disk] = what
                }
                progress.advance()
            }
        }
        guard differences.isEmpty, !legs.isEmpty else {
            throw InstallationError.notBootable(differences)
        }
    }

    /// Unmounts the boot volume and stops the layout's arrays, so that all of it is on the disks.
    private func close(_ mountPoint: String, _ plan: InstallationPlan) throws {
        try Mount.close(mountPoint)
        let observation = try Observer(described: described).observe()
        let stops = answers.layout.arrays.compactMap { spec in
            plan.storage.array(named: spec.name, in: observation).map {
                Step(.stopArray(path: $0.path, uuid: $0.uuid), why: "all is written")
            }
        }
        let closing = Plan(
            layout: plan.storage.layout, disks: plan.storage.disks, steps: stops)
        try Applier(
            closing, observer: Observer(described: described), bootLegs: nil, events: events
        ).run()
    }
}

package import BootLoader
package import Release
package import Storage

/// What an installation would do, on the machine as it is.
package struct InstallationPlan: Sendable {
    /// What is done to the disks.
    package var storage: Plan
    /// The machine's disks, without the medium.
    package var observation: Observation
    /// The release that is installed.
    package var release: ReleaseManifest
    /// What the machine says it starts; nil when nothing was installed.
    package var state: BootState?
    /// Whether all of it is there already.
    package var isDone: Bool
    /// Who makes boot legs until something is installed; nil where something is.
    let bootLegs: UnfinishedBootLeg?

    /// Decides what is left to do.
    ///
    /// - Parameters:
    ///   - storage: What the disks need.
    ///   - observation: The disks.
    ///   - release: The release that is to be installed.
    ///   - state: What the machine says it starts.
    ///   - layout: The layout.
    ///   - bootLegs: Who makes boot legs until something is installed.
    /// - Throws: `InstallationError.refused` when another version is installed, or this one and the
    ///   disks need more than an installation.
    init(
        storage: Plan, observation: Observation, release: ReleaseManifest, state: BootState?,
        layout: Layout, bootLegs: UnfinishedBootLeg? = nil
    ) throws(InstallationError) {
        self.storage = storage
        self.observation = observation
        self.release = release
        self.state = state
        self.bootLegs = bootLegs
        isDone = false
        guard let state, let installed = state.confirmed else { return }
        guard installed == release.version else {
            throw .refused([
                Refusal(
                    "version \(installed) is installed on these disks, and this is "
                        + "\(release.version)",
                    cure: "update it there with 'slipway-host images add', repair it with "
                        + "'slipway-host recover', or erase the disks first to begin anew")
            ])
        }
        guard !storage.steps.contains(where: \.action.changesDisks) else {
            throw .refused([
                Refusal(
                    "version \(installed) is installed on these disks, and they are not as its "
                        + "layout says: " + storage.lastingSteps,
                    cure: "repair it with 'slipway-host recover'")
            ])
        }
        // A leg is written down as it is written to: a cut between them is seen here.
        isDone = layout.disks.allSatisfy { role in
            role.firmware.isEmpty || state.legs[role.name]?.generation == state.generation
        }
    }
}

extension Plan {
    fileprivate var lastingSteps: String {
        steps.map(\.action).filter(\.changesDisks).map(\.text).joined(separator: "; ")
    }
}

extension Action {
    /// Whether disks are not as the layout says without it.
    ///
    /// Which disk is which was written down before anything was started; a plan for an array that
    /// does not run yet cannot know that.
    fileprivate var changesDisks: Bool {
        if case .recordIdentities = self { false } else { isLasting }
    }
}

extension InstallationPlan {
    /// The plan for people.
    package var text: String {
        guard !isDone else {
            return "\(release.version) is installed on these disks: nothing to do\n"
        }
        return storage.text + "\nthen: install \(release.version), "
            + "\(ByteSize.shortText(release.size)), and let it be started\n"
    }
}

package import BootLoader
package import Deployment
import Release

/// What runs on this machine, how its arrays are, and whether it would start again.
package struct HostStatus: Sendable, Equatable {
    /// The verdict.
    package enum Health: String, Sendable, Equatable {
        /// Nothing is wrong.
        case healthy
        /// It works, with less than it should have.
        case degraded
        /// The firmware would not start it again.
        case notBootable = "not bootable"
    }

    /// The image that runs; nil when this is none of ours.
    package var image: RunningImage?
    /// What the loader told the kernel.
    package var words: KernelWords
    /// What is started from the boot volume; nil when none is mounted, or nothing was installed.
    package var state: BootState?
    /// Whether a boot volume is mounted.
    package var hasVolume: Bool
    /// The name of the array that the boot volume is on.
    package var bootArray: String?
    /// The arrays.
    package var arrays: [ArrayStatus]
    /// Roles of the layout whose disk is not there.
    package var missingRoles: [String]
    /// The boot legs.
    package var proofs: [BootProof]
    /// What else is wrong.
    package var otherProblems: [String]

    /// Makes a status.
    package init(
        image: RunningImage?, words: KernelWords, state: BootState?, hasVolume: Bool,
        bootArray: String? = nil, arrays: [ArrayStatus], missingRoles: [String] = [],
        proofs: [BootProof] = [],
        otherProblems: [String] = []
    ) {
        self.image = image
        self.words = words
        self.state = state
        self.hasVolume = hasVolume
        self.bootArray = bootArray
        self.arrays = arrays
        self.missingRoles = missingRoles
        self.proofs = proofs
        self.otherProblems = otherProblems
    }

    /// All that is wrong, a line for each thing; what keeps the machine from starting comes first.
    package var problems: [String] {
        let legs = proofs.filter(\.startsFirmware) + proofs.filter { !$0.startsFirmware }
        // A role without a disk is told once.
        let lines = legs.filter { $0.disk != nil }.flatMap { proof in
            proof.problems.map { "\(proof.role): \($0)" }
        }
        let missing = missingRoles.map { "no disk is there for \($0)" }
        return missing + arrays.flatMap(\.problems) + lines + otherProblems
    }

    /// The verdict; healthy where no boot volume is mounted, as there is nothing to be wrong.
    package var health: Health {
        guard hasVolume else { return .healthy }
        let starters = proofs.filter(\.startsFirmware)
        if state?.confirmed == nil || !starters.contains(where: \.isBootable) {
            return .notBootable
        }
        return problems.isEmpty ? .healthy : .degraded
    }

    /// All of it in one sentence.
    package var sentence: String {
        guard hasVolume else {
            return image == nil
                ? "This is no Slipway system."
                : "No boot volume is mounted here; 'slipway-host recover' looks for one."
        }
        let first = problems.first ?? ""
        let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        switch health {
        case .healthy:
            let confirmed = state?.confirmed?.text ?? ""
            let legs = proofs.filter(\.isBootable).map(\.role).joined(separator: ", ")
            let trial = state?.trying.map { "; \($0) is on trial" } ?? ""
            return "All is well: \(confirmed) starts from \(legs)\(trial)."
        case .degraded: return "It works, with less than it should have: \(first)\(more)."
        case .notBootable:
            guard state?.confirmed != nil else {
                return "It would not start again: no image is confirmed,"
                    + " the installation was not finished."
            }
            return "It would not start again: \(first)\(more); its data are \(survivors)."
        }
    }

    /// Where the data of the boot volume are.
    private var survivors: String {
        let legs = arrays.first { $0.name == bootArray }?.legs ?? []
        let working = legs.filter { $0.condition == .working }.map(\.name)
        return working.isEmpty ? "on no disk that works" : "on \(working.joined(separator: ", "))"
    }
}

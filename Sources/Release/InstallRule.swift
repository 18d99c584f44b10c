/// What a system accepts as its next release.
package struct InstallRule: Sendable, Equatable {
    /// The system's kind of machine; nil when nothing is known of it.
    package var compatible: ReleaseName?
    /// The train that the system follows; nil when it follows none.
    package var train: ReleaseName?
    /// The sequence number of the release that runs; nil on an empty system.
    package var sequence: UInt64?
    /// Whether a lower sequence is wanted: `--allow-downgrade`.
    package var allowsDowngrade: Bool

    /// Makes a rule.
    package init(
        compatible: ReleaseName? = nil, train: ReleaseName? = nil, sequence: UInt64? = nil,
        allowsDowngrade: Bool = false
    ) {
        self.compatible = compatible
        self.train = train
        self.sequence = sequence
        self.allowsDowngrade = allowsDowngrade
    }

    /// Checks a payload of either kind; TrueNAS's passes only where nothing is asked for.
    ///
    /// - Throws: `ReleaseError.foreign`, and what checking a release of ours throws.
    package func check(_ manifest: PayloadManifest) throws(ReleaseError) {
        switch manifest {
        case .slipway(let manifest): try check(manifest)
        case .truenas(let manifest):
            guard compatible == nil, train == nil, sequence == nil else {
                throw .foreign(version: manifest.version.text)
            }
        }
    }

    /// Checks a release; an equal sequence is accepted, as repairing is installing again.
    ///
    /// - Throws: `ReleaseError.incompatible`, `.otherTrain` or `.downgrade`.
    package func check(_ manifest: ReleaseManifest) throws(ReleaseError) {
        if let compatible, compatible != manifest.compatible {
            throw .incompatible(payload: manifest.compatible.text, system: compatible.text)
        }
        if let train, train != manifest.train {
            throw .otherTrain(payload: manifest.train.text, system: train.text)
        }
        if let sequence, manifest.sequence < sequence, !allowsDowngrade {
            throw .downgrade(payload: manifest.sequence, system: sequence)
        }
    }
}

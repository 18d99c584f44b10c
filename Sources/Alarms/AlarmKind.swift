/// What there are alarms of.
package enum AlarmKind: String, Sendable, Equatable, CaseIterable {
    /// The machine started with less than it should have had.
    case bootedDegraded = "booted-degraded"
    /// A leg has failed, or is gone, or its array does not run.
    case legLost = "leg-lost"
    /// A leg is being filled.
    case rebuilding
    /// A leg has been filled.
    case rebuilt
    /// The firmware would not start from a boot leg.
    case notBootable = "not-bootable"
    /// A file of an image is not what its signed manifest says.
    case scrubMismatch = "scrub-mismatch"
    /// A disk says that it fails, or soon will.
    case diskFailing = "disk-failing"
    /// A disk has been written nearly as much as it lasts.
    case diskWorn = "disk-worn"
    /// A volume has hardly any room left.
    case diskFull = "disk-full"

    /// How bad it is.
    package enum Severity: String, Sendable, Comparable, CaseIterable {
        /// Good to know.
        case notice
        /// To be seen to.
        case warning
        /// Data or the next start are in danger.
        case critical

        package static func < (left: Severity, right: Severity) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }
    }

    /// How bad it is.
    package var severity: Severity {
        switch self {
        case .rebuilding, .rebuilt: .notice
        case .bootedDegraded, .diskWorn, .diskFull: .warning
        case .legLost, .notBootable, .scrubMismatch, .diskFailing: .critical
        }
    }

    /// Whether it stays until somebody has seen it.
    ///
    /// What is being rebuilt does not: that it is over is an alarm of its own.
    package var isLatched: Bool { self != .rebuilding }
}

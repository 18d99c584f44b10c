package import Events
package import Release

/// Whether a system that was just started is well, and starting it anew.
package struct SystemHealth: Sendable {
    /// What `systemctl is-system-running` says, such as `running` or `degraded`.
    package var state: @Sendable () throws -> String
    /// The units that failed.
    package var failedUnits: @Sendable () throws -> [String]
    /// Whether the boot volume takes writes; why not, if not.
    package var writeProblem: @Sendable () -> String?
    /// Seconds on a clock that never goes back.
    package var seconds: @Sendable () -> UInt64
    /// Waits for a second.
    package var pause: @Sendable () -> Void
    /// Starts the machine anew.
    package var restart: @Sendable () throws -> Void

    /// Makes one.
    package init(
        state: @escaping @Sendable () throws -> String,
        failedUnits: @escaping @Sendable () throws -> [String],
        writeProblem: @escaping @Sendable () -> String?,
        seconds: @escaping @Sendable () -> UInt64, pause: @escaping @Sendable () -> Void,
        restart: @escaping @Sendable () throws -> Void
    ) {
        self.state = state
        self.failedUnits = failedUnits
        self.writeProblem = writeProblem
        self.seconds = seconds
        self.pause = pause
        self.restart = restart
    }

    /// Why the system is not well; nil when it is.
    func problem() throws -> String? {
        let state = try state()
        guard state == "running" else {
            let failed = try failedUnits()
            return "the system is \(state)"
                + (failed.isEmpty ? "" : ", failed: \(failed.joined(separator: ", "))")
        }
        return writeProblem()
    }
}

/// What is decided once the system has been started: a try is confirmed, or the machine starts the
/// image before it.
package struct Trial: Sendable {
    /// What was decided.
    package enum Outcome: Sendable, Equatable {
        /// The image that was tried is confirmed.
        case confirmed(ReleaseName, Publication)
        /// An image whose tries are used up was given up.
        case givenUp(ReleaseName, Publication)
        /// Legs that were behind have been brought up.
        case refreshed(Publication)
        /// There was nothing to do.
        case settled
        /// The image did not come up in time: the machine is starting anew.
        case restarting(ReleaseName, reason: String)
    }

    private let deployer: Deployer
    private let health: SystemHealth
    private let events: EventStream
    private let alone: Alone

    /// Runs work while nobody else changes disks.
    package typealias Alone = @Sendable (() throws -> Outcome) throws -> Outcome

    /// Makes one.
    ///
    /// - Parameters:
    ///   - deployer: Who changes what is started.
    ///   - health: Whether the system is well.
    ///   - events: Told what it waits for.
    ///   - alone: Runs a change; while it waits for the system, others may change disks.
    package init(
        _ deployer: Deployer, health: SystemHealth, events: EventStream,
        alone: @escaping Alone = { try $0() }
    ) {
        self.deployer = deployer
        self.health = health
        self.events = events
        self.alone = alone
    }

    /// Decides.
    ///
    /// - Parameter waitSeconds: How long a try has to come up; then the machine starts anew. Nil to
    ///   look once, and to complain of what is not well.
    /// - Throws: `DeploymentError.notHealthy` without `waitSeconds`, and what publishing throws.
    /// - Returns: What was decided.
    package func run(waitSeconds: Int?) throws -> Outcome {
        guard try deployer.isTry(), let image = deployer.words.image else {
            return try alone {
                guard let settled = try deployer.settle() else { return .settled }
                return settled.givenUp.map { .givenUp($0, settled.publication) }
                    ?? .refreshed(settled.publication)
            }
        }
        let deadline = health.seconds() + UInt64(waitSeconds ?? 0)
        var lastProblem: String?
        while let problem = try health.problem() {
            if problem != lastProblem {
                events.log(.info, "image \(image) is not confirmed yet: \(problem)")
                lastProblem = problem
            }
            guard health.seconds() < deadline else {
                guard waitSeconds != nil else {
                    throw DeploymentError.notHealthy(image, reason: problem)
                }
                events.log(.error, "image \(image) is given back: \(problem)")
                try health.restart()
                return .restarting(image, reason: problem)
            }
            health.pause()
        }
        return try alone { .confirmed(image, try deployer.confirm()) }
    }
}

import Debian
package import Events
import Glibc
import Payload
import Release
import RootFS
import SquashFS
package import Stages
import Syscalls

/// Builds an image's payload from its definition, stage by stage.
///
/// tree (packages, unpacked and configured) → layer (this tree's files over it, packages pruned) →
/// initramfs and loader and squashfs → payload → live medium. Each stage is a function of its
/// inputs: it runs when one of them changed. Runs inside `Isolation`.
package final class ImageBuild {
    /// What a build is to make; each with all that it is made from.
    package enum Goal: String, Sendable, CaseIterable {
        /// The packages, unpacked and configured: a folder.
        case tree
        /// This tree's files over it: a folder.
        case layer
        /// The initramfs.
        case initramfs
        /// GRUB's files: a folder.
        case loader
        /// The root filesystem's squashfs.
        case rootfs
        /// The payload.
        case update
        /// The live medium.
        case iso
    }

    /// What a live medium is to be like, beside what the image says.
    package struct Medium: Sendable {
        /// The answers of an installation that asks nothing; nil for none.
        package var answers: [UInt8]?
        /// The file to make; nil for `<name>-<version>.iso` beside the payload.
        package var output: String?

        /// Describes a medium.
        package init(answers: [UInt8]? = nil, output: String? = nil) {
            self.answers = answers
            self.output = output
        }
    }

    /// How a build goes about it.
    package struct Settings: Sendable {
        /// Whether packages that no source has may be replaced.
        package var lockMode: LockMode
        /// Whether only to say what would run.
        package var isDryRun: Bool
        /// Whether to open a shell in a tree whose configuring failed.
        package var opensShellOnFailure: Bool
        /// Whether to build without a signature.
        package var isUnsigned: Bool
        /// The program with its version, such as `slipway-0.1`.
        package var tool: String
        /// What the live medium is to be like, if that is built.
        package var medium: Medium

        /// Makes settings.
        package init(
            lockMode: LockMode, isDryRun: Bool, opensShellOnFailure: Bool, isUnsigned: Bool,
            tool: String, medium: Medium = Medium()
        ) {
            self.lockMode = lockMode
            self.isDryRun = isDryRun
            self.opensShellOnFailure = opensShellOnFailure
            self.isUnsigned = isUnsigned
            self.tool = tool
            self.medium = medium
        }
    }

    let definition: ImageDefinition
    let places: BuildPlaces
    let settings: Settings
    let events: EventStream
    let runner: StageRunner

    /// Makes a build.
    ///
    /// - Parameters:
    ///   - definition: What to build.
    ///   - places: Where.
    ///   - settings: How.
    ///   - events: Told of the progress.
    ///   - onVerdict: Told of each stage, and whether and why it runs, before it does.
    package init(
        _ definition: ImageDefinition, places: BuildPlaces, settings: Settings,
        events: EventStream, onVerdict: @escaping (String, StageRunner.Verdict) -> Void
    ) {
        self.definition = definition
        self.places = places
        self.settings = settings
        self.events = events
        runner = StageRunner(
            folder: "\(places.work)/stages", isDryRun: settings.isDryRun, onVerdict: onVerdict)
    }

    /// What became of each stage.
    package var reports: [StageRunner.Report] { runner.reports }

    /// Builds.
    ///
    /// - Parameter goal: What to make.
    /// - Returns: Its path.
    /// - Throws: `BuildError`, and whatever a stage throws; the previous result is untouched then.
    package func run(to goal: Goal = .update) throws -> String {
        let claim = try places.claim()
        defer { withExtendedLifetime(claim) {} }
        if !settings.isDryRun { try places.removeUnfinished() }
        let lockPath = BuildPlaces.lock(
            root: places.root, image: definition.name.text, suite: definition.suite.text,
            architecture: definition.request.architecture)
        let pool = try Pool(places.pool)
        let source = LockSource(
            path: lockPath, request: definition.request, snapshot: definition.snapshot, pool: pool,
            work: places.work)
        let original = try source.read()
        let lock = source.effective(original, mode: settings.lockMode)
        let epoch = definition.epoch ?? lock.date
        let clock = Int64(time(nil))
        guard clock >= epoch else {
            throw BuildError.clockBeforeEpoch(clock: clock, epoch: epoch)
        }
        let stages = ImageStages(
            build: self, pool: pool, source: source, original: original, lock: lock, epoch: epoch)
        return try stages.run(to: goal)
    }
}

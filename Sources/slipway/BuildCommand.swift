import CommandLine
import Debian
import Events
import Glibc
import ImageBuild
import Release
import SourceBuild
import Stages
import Syscalls

/// `slipway build`: from the manifest to a signed payload.
enum BuildCommand {
    static let spec = CommandSpec(
        name: "build",
        abstract: "Build the payload",
        discussion: """
            Runs the stages whose inputs changed: tree (packages unpacked and configured), layer \
            (this tree's files over it), initramfs, loader, rootfs (squashfs), payload. Runs as \
            root, or as an ordinary user who has ranges in /etc/subuid and /etc/subgid.

            Ends with the payload's path, size, SHA-256 and the times of the stages.
            """,
        options: ImageOptions.specs + options,
        operands: [
            OperandSpec(
                name: "what", help: "What to build; the payload, update, by default",
                arity: .optional, kind: .words(goals.map(\.rawValue)))
        ], run: run)

    /// How it is built; `slipway iso` takes the same.
    static let options = [
        OptionSpec(
            name: "lock", value: .required("MODE", .words(LockMode.allCases.map(\.rawValue))),
            help: "frozen: nothing outside the lock can enter; auto: what no source has any"
                + " more is resolved again", default: LockMode.frozen.rawValue),
        OptionSpec(
            name: "explain", value: .flag,
            help: "Say for each stage whether it would run and why, and build nothing"),
        OptionSpec(
            name: "debug", value: .flag,
            help: "Open a shell in the tree when configuring packages fails"),
        OptionSpec(name: "unsigned", value: .flag, help: "Build without a signature"),
    ]

    /// What can be asked for by its name; the live medium has a command of its own.
    private static let goals = ImageBuild.Goal.allCases.filter { $0 != .iso }

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        // The table admits these words only.
        let goal = arguments.operands.first.flatMap(ImageBuild.Goal.init) ?? .update
        return try build(goal, arguments)
    }

    /// Builds as the command line says.
    static func build(
        _ goal: ImageBuild.Goal, _ arguments: ParsedArguments,
        medium: ImageBuild.Medium = ImageBuild.Medium()
    ) throws -> Int32 {
        let options = try ImageOptions(arguments)
        let events = GlobalOptions.events(arguments)
        let isDryRun = arguments.flag("explain")
        let isUnsigned = arguments.flag("unsigned")
        let isForPayload = [.update, .rootfs, .iso].contains(goal)
        if options.usesDeveloperKey, isForPayload, !isUnsigned, !isDryRun {
            try makeDeveloperKey(options.places, events)
        }
        let settings = ImageBuild.Settings(
            // The table admits these words only.
            lockMode: arguments.string("lock").flatMap(LockMode.init) ?? .frozen,
            isDryRun: isDryRun, opensShellOnFailure: arguments.flag("debug"),
            isUnsigned: isUnsigned, tool: "slipway-\(Commands.version)", medium: medium)
        return try isolated(cleaning: options.places) {
            let build = ImageBuild(
                options.definition, places: options.places, settings: settings, events: events
            ) { name, verdict in
                if isDryRun {
                    print("\(name): \(verdict)")
                } else if verdict != .unchanged {
                    events.log(.info, "\(name) \(verdict)")
                }
            }
            let result = try build.run(to: goal)
            if !isDryRun { try report(goal, result, build.reports) }
        }
    }

    private static func report(
        _ goal: ImageBuild.Goal, _ path: String, _ reports: [StageRunner.Report]
    ) throws {
        let times = reports.map { report in
            report.verdict == .unchanged
                ? "\(report.name) unchanged" : "\(report.name) \(tenths(report.seconds)) s"
        }
        if goal == .update {
            let sum = try FileSystem.readText(path + ".sha256").prefix { $0 != " " }
            print("payload  \(path)")
            print("size     \(try FileSystem.byteCount(of: path) ?? 0) bytes")
            print("sha256   \(sum)")
        } else if goal == .iso {
            print("medium   \(path)")
            print("size     \(try FileSystem.byteCount(of: path) ?? 0) bytes")
        } else {
            print("\(goal.rawValue)  \(path)")
        }
        print("stages   \(times.joined(separator: ", "))")
    }

    private static func tenths(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func makeDeveloperKey(_ places: BuildPlaces, _ events: EventStream) throws {
        guard let path = places.secretKey, !FileSystem.exists(path) else { return }
        let pair = KeyPairFiles(prefix: String(path.dropLast(".key".count)))
        let key = try pair.create()
        events.log(
            .warning,
            "made a developer key; payloads signed with it are trusted by images that"
                + " are built here, and by no others",
            ["secret": pair.secretKeyPath, "public": pair.publicKeyPath, "id": "\(key.id)"])
    }
}

/// Runs work in namespaces of its own; after an interruption removes what it left half-made.
///
/// - Returns: The exit code.
func isolated(cleaning places: (any UnfinishedWork)? = nil, _ body: () throws -> Void) throws
    -> Int32
{
    let outcome = try Isolation.run {
        do {
            try body()
            fflush(nil)
            return ExitCode.done
        } catch {
            return Commands.program.report(error, remedy: Remedies.hint(for:))
        }
    }
    switch outcome {
    case .ended(let status): return status
    case .interrupted(let signal):
        guard let places else { return 128 + signal }
        _ = try Isolation.run {
            do {
                let claim = try places.claim()
                defer { withExtendedLifetime(claim) {} }
                try places.removeUnfinished()
                return ExitCode.done
            } catch {
                return Commands.program.report(error, remedy: Remedies.hint(for:))
            }
        }
        return 128 + signal
    }
}

/// Places that a run which was interrupted leaves something half-made in.
protocol UnfinishedWork {
    /// Keeps other runs out for as long as the file lives.
    func claim() throws -> File
    /// Removes what a run that did not come to its end left; to be called by who has claimed it.
    func removeUnfinished() throws(SystemError)
}

extension BuildPlaces: UnfinishedWork {}
extension PackagePlaces: UnfinishedWork {}

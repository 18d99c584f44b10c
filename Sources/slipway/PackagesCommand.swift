import CommandLine
import Debian
import Events
import ImageBuild
import Manifest
import SourceBuild
import Stages
import Syscalls

/// `slipway packages`: builds the packages of the manifest's sources.
enum PackagesCommand {
    static let spec = CommandSpec(
        name: "packages",
        abstract: "Build the packages of the manifest's sources",
        discussion: """
            Builds what changed, in the order that build dependencies ask for, each in a \
            throwaway tree of its own without a network. Names are those of sources and \
            subpackages; what they need is built too. Without names, everything is.

            The results are in work/packages/store, an archive of them for apt is in \
            work/packages/repository, and the log of each build is in work/packages/logs.
            """,
        options: ImageOptions.specs + [
            OptionSpec(
                name: "lock", value: .required("MODE", .words(LockMode.allCases.map(\.rawValue))),
                help: "frozen: the lock of build dependencies must answer; auto: it is brought"
                    + " up to date", default: LockMode.frozen.rawValue),
            OptionSpec(
                name: "explain", value: .flag,
                help: "Say for each whether it would be built and why, and build nothing"),
            OptionSpec(
                name: "jobs", short: "j", value: .required("N", .integer(1...256)),
                help: "Builds at a time; as many as there are processors by default"),
            OptionSpec(
                name: "debug", value: .required("NAME"),
                help: "Build this, and open a shell in its tree when it fails"),
            OptionSpec(
                name: "timeout", value: .required("MINUTES", .integer(1...100_000)),
                help: "The longest that a build may take, where its entry does not say",
                default: "240"),
        ],
        operands: [OperandSpec(name: "NAME", help: "What to build", arity: .any)],
        run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let options = try ImageOptions(arguments)
        let events = GlobalOptions.events(arguments)
        let places = PackagePlaces(root: options.root)
        let isDryRun = arguments.flag("explain")
        let debugged = arguments.string("debug")
        let settings = PackageRun.Settings(
            names: arguments.operands.isEmpty ? [debugged].compactMap { $0 } : arguments.operands,
            // The terminal belongs to one.
            jobs: debugged != nil ? 1 : arguments.integer("jobs") ?? Processors.count,
            makeJobs: Processors.count, isDryRun: isDryRun,
            debuggedUnit: debugged, minutes: arguments.integer("timeout") ?? 240,
            environment: { environment($0) })
        let mode = arguments.string("lock").flatMap(LockMode.init) ?? .frozen
        let sources = try SourceOptions(arguments)
        let plan = try sources.sources.plan(architecture: ImageOptions.architecture)
        if options.manifest.sources.isEmpty { return ExitCode.done }
        if mode == .frozen { try sources.sources.check(plan, against: sources.readLock().sources) }
        return try isolated(cleaning: places) {
            let claim = try places.claim()
            defer { withExtendedLifetime(claim) {} }
            let outcomes = try build(plan, options, places, mode, settings, events)
            if !isDryRun { report(outcomes) }
        }
    }

    private static func build(
        _ plan: BuildPlan, _ options: ImageOptions, _ places: PackagePlaces, _ mode: LockMode,
        _ settings: PackageRun.Settings, _ events: EventStream
    ) throws -> [PackageRun.Outcome] {
        let request = options.definition.request
        let file = try options.buildLock(of: plan, places)
        let lock: Lock
        if mode == .auto, !settings.isDryRun {
            let (updated, difference) = try file.update(takesNewest: false, events: events)
            for line in difference.lines { events.log(.info, "build lock: \(line)") }
            lock = updated
        } else {
            lock = try file.read()
        }
        let pool = try Pool(options.places.pool)
        let archive = try BuildArchive(
            lock, architecture: request.architecture, pool: pool, folder: places.archive,
            events: events
        ) {
            try request.sources(snapshot: options.definition.snapshot, at: lock.date)
        }
        let outcomes = try PackageRun(
            plan, lock: lock, buildEpoch: options.manifest.buildEpoch, archive: archive,
            repositories: request.repositories, pool: pool, places: places, settings: settings,
            events: events
        ) { name, verdict in
            if settings.isDryRun {
                print("\(name): \(verdict)")
            } else if verdict != .unchanged {
                events.log(.info, "\(name) \(verdict)")
            }
        }.run()
        if settings.isDryRun { return outcomes }
        let results = outcomes.flatMap { outcome in
            outcome.files.map { file in
                BuiltPackages.Package(
                    file: file, unit: outcome.unit, source: outcome.source, commit: outcome.commit)
            }
        }
        let repository = ResultRepository(places, architecture: request.architecture)
        if settings.names.isEmpty {
            try repository.publish(results, date: lock.date)
        } else {
            try repository.replace(by: results, date: lock.date)
        }
        return outcomes
    }

    private static func report(_ outcomes: [PackageRun.Outcome]) {
        for outcome in outcomes {
            for file in outcome.files {
                print("\(file.package.name) \(file.package.version) \(file.path)")
            }
        }
        let built = outcomes.filter { $0.verdict != .unchanged }.map(\.unit)
        print(
            "built    \(built.isEmpty ? "nothing" : built.joined(separator: ", ")) of"
                + " \(outcomes.count)")
    }
}

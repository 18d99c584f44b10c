package import Debian
import Digest
package import Events
import Glibc
import Manifest
package import Stages
import Syscalls

/// Builds the packages of a plan: what changed, in order, side by side where it can be.
///
/// Runs inside `Isolation`, in a process of one thread: each build is a fork of it into namespaces of
/// its own.
package final class PackageRun {
    /// How a run goes about it.
    package struct Settings: Sendable {
        /// The units to build, with all that they need; empty for all.
        package var names: [String]
        /// Builds at a time.
        package var jobs: Int
        /// Jobs of make in each build.
        package var makeJobs: Int
        /// Whether only to say what would run.
        package var isDryRun: Bool
        /// The unit in whose tree a shell opens when it fails.
        package var debuggedUnit: String?
        /// The minutes after which a build is given up where its entry does not say.
        package var minutes: Int
        /// The caller's variables.
        package var environment: @Sendable (String) -> String?

        /// Makes settings.
        package init(
            names: [String], jobs: Int, makeJobs: Int, isDryRun: Bool, debuggedUnit: String?,
            minutes: Int, environment: @escaping @Sendable (String) -> String?
        ) {
            self.names = names
            self.jobs = jobs
            self.makeJobs = makeJobs
            self.isDryRun = isDryRun
            self.debuggedUnit = debuggedUnit
            self.minutes = minutes
            self.environment = environment
        }
    }

    /// What became of a unit.
    package struct Outcome: Sendable {
        /// The unit's name.
        package let unit: String
        /// Whether and why it was built.
        package let verdict: StageRunner.Verdict
        /// The name of its checkout.
        package let source: String
        /// The commit that is checked out.
        package let commit: String
        /// Its packages; none of one that only would be built.
        package let files: [PackageFile]
    }

    private let plan: BuildPlan
    private let buildEpoch: Int
    private let date: Int64
    private let archive: BuildArchive
    private let repositories: [Repository]
    private let pool: Pool
    private let places: PackagePlaces
    private let trees: BuildTrees
    private let store: PackageStore
    private let settings: Settings
    private let events: EventStream
    private let onVerdict: (String, StageRunner.Verdict) -> Void

    private var base: [LockedPackage] = []
    private var baseIdentity = ""
    private var swift: SwiftToolchain?
    private var outcomes: [String: Outcome] = [:]
    private var verdicts: [String: StageRunner.Verdict] = [:]
    private var failures: [String: PackageBuildError] = [:]
    private var running: Set<String> = []
    private var usedLayers: Set<String> = []
    private var table = JobTable()

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - plan: What to build.
    ///   - lock: The lock of the builds.
    ///   - buildEpoch: `build-epoch` of the manifest.
    ///   - archive: What builds may take dependencies from.
    ///   - repositories: The archives that builds with a network may use.
    ///   - pool: Where the lock's packages are.
    ///   - places: Where all of it goes.
    ///   - settings: How.
    ///   - events: Told of the progress.
    ///   - onVerdict: Told of each unit, and whether and why it is built, before it is.
    package init(
        _ plan: BuildPlan, lock: Lock, buildEpoch: Int, archive: BuildArchive,
        repositories: [Repository], pool: Pool, places: PackagePlaces, settings: Settings,
        events: EventStream,
        onVerdict: @escaping (String, StageRunner.Verdict) -> Void
    ) {
        self.plan = plan
        self.buildEpoch = buildEpoch
        date = lock.date
        self.archive = archive
        self.repositories = repositories
        self.pool = pool
        self.places = places
        trees = BuildTrees(
            places: places, architecture: archive.architecture, events: events)
        store = PackageStore(places)
        self.settings = settings
        self.events = events
        self.onVerdict = onVerdict
    }

    /// Builds.
    ///
    /// - Returns: What became of each unit, in the plan's order.
    /// - Throws: `PackageBuildError.failed` when builds failed, after all others that can be built
    ///   were; and whatever preparing throws.
    package func run() throws -> [Outcome] {
        let entries = try selected()
        for folder in [places.layers, places.store, places.records, places.logs] {
            try FileSystem.makeDirectory(folder)
        }
        if entries.contains(where: { $0.unit.options.toolchain == .swift }) {
            swift = try SwiftToolchain.find(
                path: settings.environment("PATH") ?? "", places: places, events: events)
        }
        base = try archive.base(BuildTrees.packages)
        baseIdentity = try BuildTrees.identity(of: base)
        // Only a build's end lets another begin; what is said meanwhile changes nothing.
        var hasChanged = true
        while hasChanged || table.count > 0 {
            if hasChanged { for entry in entries { try advance(entry) } }
            let ended = table.count > 0 ? try table.wait(events) : []
            for job in ended { try finish(job) }
            hasChanged = !ended.isEmpty
        }
        if settings.names.isEmpty, !settings.isDryRun, failures.isEmpty {
            try trees.pruneLayers(used: usedLayers)
        }
        guard failures.isEmpty else {
            let order = entries.map(\.unit.name)
            throw PackageBuildError.failed(
                order.compactMap { failures[$0] },
                blocked: order.filter { outcomes[$0] == nil && failures[$0] == nil })
        }
        return entries.compactMap { outcomes[$0.unit.name] }
    }

    /// The units that were asked for, with all that they need, in the plan's order.
    private func selected() throws -> [BuildPlan.Entry] {
        if settings.names.isEmpty { return plan.entries }
        var wanted: Set<String> = []
        for name in settings.names {
            guard plan.entries.contains(where: { $0.unit.name == name }) else {
                throw PackageBuildError.unknownUnit(name: name)
            }
            wanted.formUnion(needs(of: name))
            wanted.insert(name)
        }
        return plan.entries.filter { wanted.contains($0.unit.name) }
    }

    /// All that a unit needs, what its needs need included.
    private func needs(of name: String) -> Set<String> {
        var found: Set<String> = []
        var rest = [name]
        while let next = rest.popLast() {
            for need in plan.entries.first(where: { $0.unit.name == next })?.needs ?? []
            where found.insert(need.unit).inserted { rest.append(need.unit) }
        }
        return found
    }

    // MARK: One unit

    /// Brings a unit as far as it comes by itself now, and starts a worker for it if it is time.
    private func advance(_ entry: BuildPlan.Entry) throws {
        let name = entry.unit.name
        guard outcomes[name] == nil, failures[name] == nil, !running.contains(name),
            entry.needs.allSatisfy({ outcomes[$0.unit] != nil })
        else { return }
        guard var tree = entry.unit.tree else { throw PackageBuildError.noCheckout(unit: name) }
        // A tree that is built as it lies there has no time of its own.
        if tree.origin.isTree { tree.commitTime = date }
        let pending = entry.needs.map(\.unit).filter {
            outcomes[$0]?.verdict != .unchanged && settings.isDryRun
        }
        if !pending.isEmpty { return tell(entry.unit, .changed(pending)) }
        let built = needs(of: name).sorted().flatMap { outcomes[$0]?.files ?? [] }
        let source = try BuildSource(of: entry.unit, in: tree)
        guard let dependencies = try known(source, built) else {
            guard table.count < settings.jobs else { return }
            return try startResolving(entry.unit, source, built)
        }
        let record = StageRecord(
            inputs: UnitInputs.inputs(
                of: entry.unit, tree: tree, epoch: buildEpoch, base: baseIdentity,
                toolchain: toolchain(of: entry.unit)?.identity, dependencies: dependencies,
                environment: settings.environment))
        if let files = try store.result(of: name, key: record.key) {
            try note(record, of: name)
            end(entry.unit, verdicts[name] ?? .unchanged, files)
            return onVerdict(name, verdicts[name] ?? .unchanged)
        }
        if settings.isDryRun { return tell(entry.unit, verdict(on: record, of: name)) }
        guard table.count < settings.jobs else { return }
        try startBuilding(entry.unit, tree, dependencies, built, record)
    }

    /// The compiler of this machine that a unit's build sees.
    private func toolchain(of unit: PackageUnit) -> SwiftToolchain? {
        unit.options.toolchain == .swift ? swift : nil
    }

    /// Ends a unit of a run that builds nothing.
    private func tell(_ unit: PackageUnit, _ verdict: StageRunner.Verdict) {
        end(unit, verdict, [])
        onVerdict(unit.name, verdict)
    }

    private func end(
        _ unit: PackageUnit, _ verdict: StageRunner.Verdict, _ files: [PackageFile]
    ) {
        outcomes[unit.name] = Outcome(
            unit: unit.name, verdict: verdict, source: unit.source,
            commit: unit.tree?.commit ?? "", files: files)
    }

    private func verdict(on record: StageRecord, of name: String) -> StageRunner.Verdict {
        StageRecord(path: recordPath(name)).map { .changed(record.changes(since: $0)) } ?? .missing
    }

    private func recordPath(_ name: String) -> String { "\(places.records)/\(name).json" }

    private func note(_ record: StageRecord, of name: String) throws {
        guard StageRecord(path: recordPath(name)) != record else { return }
        try record.write(to: recordPath(name))
    }

    private func finish(_ job: BuildJob) throws {
        running.remove(job.unit)
        let unit = plan.entries.first { $0.unit.name == job.unit }?.unit
        let failure = try job.finish(limit: minutes(of: unit))
        try FileSystem.removeTree(scratch(job.unit))
        if let failure {
            failures[job.unit] = failure
            if case .build(let record) = job.purpose {
                try store.discard(job.unit, key: record.key)
            }
            return
        }
        if case .build(let record) = job.purpose {
            let files = try store.keep(job.unit, key: record.key, record: record)
            try note(record, of: job.unit)
            if let unit { end(unit, verdicts[job.unit] ?? .missing, files) }
        }
    }

    private func minutes(of unit: PackageUnit?) -> Int {
        unit?.options.timeoutMinutes ?? settings.minutes
    }

    private func scratch(_ name: String) -> String { "\(places.scratch)/\(name)" }

    // MARK: Build dependencies

    /// What is known of a build's dependencies from an earlier run.
    private func known(_ source: BuildSource, _ built: [PackageFile]) throws -> [LockedPackage]? {
        let key = try resolutionKey(source, built)
        guard let text = try? FileSystem.readText(dependenciesPath(source.name)),
            let list = try? Lock(parsing: text), list.request == key
        else { return nil }
        return list.packages
    }

    private func resolutionKey(_ source: BuildSource, _ built: [PackageFile]) throws -> String {
        let lines =
            [archive.identity, baseIdentity, try source.identity()]
            + built.map(\.package.sha256)
        return ShortDigest.of(lines.joined(separator: "\n"))
    }

    private func dependenciesPath(_ name: String) -> String {
        "\(places.records)/\(name).dependencies"
    }

    private func startResolving(
        _ unit: PackageUnit, _ source: BuildSource, _ built: [PackageFile]
    ) throws {
        // Once for all builds, and before they start: nothing is fetched twice.
        try archive.fetch()
        let key = try resolutionKey(source, built)
        let path = dependenciesPath(unit.name)
        try start(unit, .resolve, hasNetwork: false, secrets: []) { [self] channel in
            try channel.begin("resolve build dependencies")
            let packages = try archive.dependencies(of: source, base: base, built: built)
            let list = Lock(date: date, request: key, packages: packages, localPackages: [])
            try FileSystem.writeAtomically(list.text, to: path)
        }
    }

    // MARK: Building

    private func startBuilding(
        _ unit: PackageUnit, _ tree: SourceTreeState, _ dependencies: [LockedPackage],
        _ built: [PackageFile], _ record: StageRecord
    ) throws {
        try makeBase()
        let verdict = verdict(on: record, of: unit.name)
        verdicts[unit.name] = verdict
        onVerdict(unit.name, verdict)
        let layers = try trees.layers(dependencies, base: baseIdentity)
        usedLayers.formUnion(layers.dropFirst())
        let files = archive.files(of: dependencies, built: built)
        let secrets = try secrets(of: unit)
        let output = try store.prepare(unit.name, key: record.key)
        if unit.options.supportsCcache { try FileSystem.makeDirectory(places.compilerCache) }
        let task = BuildTask(
            unit: unit, tree: tree, layers: layers, jobs: unit.options.jobs ?? settings.makeJobs,
            scratch: scratch(unit.name), output: output, toolchain: toolchain(of: unit),
            compilerCache: unit.options.supportsCcache ? places.compilerCache : nil,
            secrets: secrets, checkedEnvironment: checkedEnvironment(of: unit),
            repositories: repositories,
            opensShell: settings.debuggedUnit == unit.name)
        try start(
            unit, .build(record), hasNetwork: unit.options.usesNetwork,
            secrets: Array(secrets.values)
        ) { channel in
            try BuildTrees.makeLayer(
                of: files, layers: layers, in: task.scratch, for: unit.name, channel)
            try PackageRecipe(task: task, channel: channel).run()
        }
    }

    private func start(
        _ unit: PackageUnit, _ purpose: BuildJob.Purpose, hasNetwork: Bool, secrets: [String],
        _ body: (WorkerChannel) throws -> Void
    ) throws {
        try FileSystem.removeTree(scratch(unit.name))
        try FileSystem.makeDirectory(scratch(unit.name))
        let isBuild = if case .build = purpose { true } else { false }
        let progress = events.begin(isBuild ? unit.name : "\(unit.name) dependencies")
        if settings.debuggedUnit == unit.name { events.clear() }
        let worker = try Worker.start(hasNetwork: hasNetwork, body)
        table.add(
            try BuildJob(
                unit: unit.name, purpose: purpose, worker: worker, progress: progress,
                logPath: "\(places.logs)/\(unit.name).log", secrets: secrets,
                minutes: minutes(of: unit)))
        running.insert(unit.name)
    }

    /// Makes the chroot that builds are laid over, where it is not there.
    private func makeBase() throws {
        if trees.hasBase(baseIdentity) { return }
        try archive.fetch()
        let name = "base"
        try FileSystem.makeDirectory(places.scratch)
        let worker = try Worker.start(hasNetwork: false) { [self] _ in
            try trees.makeBase(base, identity: baseIdentity, pool: pool, epoch: date)
        }
        var alone = JobTable()
        alone.add(
            try BuildJob(
                unit: name, purpose: .resolve, worker: worker, progress: events.begin(name),
                logPath: "\(places.logs)/\(name)-worker.log", secrets: [],
                minutes: settings.minutes))
        while alone.count > 0 {
            for job in try alone.wait(events) {
                if let failure = try job.finish(limit: settings.minutes) { throw failure }
            }
        }
    }

    private func secrets(of unit: PackageUnit) throws -> [String: String] {
        var values: [String: String] = [:]
        for name in unit.options.secretEnvironment {
            guard let value = settings.environment(name) else {
                throw PackageBuildError.noSecret(unit: unit.name, variable: name)
            }
            values[name] = value
        }
        return values
    }

    private func checkedEnvironment(of unit: PackageUnit) -> [String: String] {
        var values: [String: String] = [:]
        for check in unit.options.beforeDependencies.flatMap(\.environmentChecks) {
            values[check.key] = settings.environment(check.key)
        }
        return values
    }
}

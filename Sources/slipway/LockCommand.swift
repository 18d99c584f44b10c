import CommandLine
import Debian
import Events
import Glibc
import ImageBuild
import Manifest
import SourceBuild
import Syscalls

/// `slipway lock`: pins every package of the image.
enum LockCommand {
    static let spec = CommandSpec(
        name: "lock",
        abstract: "Pin every package of the image",
        discussion: """
            Resolves the manifest's packages with apt, which checks the releases' signatures, and \
            writes manifests/<name>-<suite>-<arch>.lock: a line a package, made to be read in a \
            diff. A lock that answers the manifest stays as it is unless --update is given.

            Where the manifest has sources, which must be checked out, what their builds need is \
            pinned first, in manifests/<name>.base.lock.

            Prints what changed: + added, - removed, ^ upgraded, v downgraded, = rebuilt.
            """,
        options: ImageOptions.specs + [
            OptionSpec(
                name: "update", short: "u", value: .flag,
                help: "Take the newest versions that the archives have")
        ], run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let options = try ImageOptions(arguments)
        let events = GlobalOptions.events(arguments)
        let request = options.definition.request
        let digest = try LockSource.digest(of: request)
        let path = options.lockPath
        try lockBuilds(options, arguments, events)
        let old = FileSystem.exists(path) ? try? Lock(parsing: FileSystem.readText(path)) : nil
        if !arguments.flag("update"), let old, old.request == digest {
            print("\(path) answers the manifest; --update takes newer versions")
            return ExitCode.done
        }
        return try isolated(cleaning: options.places) {
            let claim = try options.places.claim()
            defer { withExtendedLifetime(claim) {} }
            try options.places.removeUnfinished()
            let externals = try ExternalPackageSource(
                pool: Pool(options.places.pool), architecture: request.architecture
            ).fetch(request.externalPackages, events: events)
            let lock = try Resolver(request, requestDigest: digest, work: options.places.work)
                .makeLock(externals: externals, sources: old?.sources ?? [], events: events)
            try FileSystem.makeDirectory("\(options.root)/manifests")
            try FileSystem.writeAtomically(lock.text, to: path)
            for line in LockDifference(from: old ?? .empty, to: lock).lines { print(line) }
        }
    }

    private static func lockBuilds(
        _ options: ImageOptions, _ arguments: ParsedArguments, _ events: EventStream
    ) throws {
        if options.manifest.sources.isEmpty { return }
        let plan = try SourceOptions(arguments).sources.plan(
            architecture: ImageOptions.architecture)
        let places = PackagePlaces(root: options.root)
        let status = try isolated(cleaning: places) {
            let claim = try places.claim()
            defer { withExtendedLifetime(claim) {} }
            let (_, difference) = try options.buildLock(of: plan, places).update(
                takesNewest: arguments.flag("update"), events: events)
            for line in difference.lines { print("builds: \(line)") }
        }
        guard status == ExitCode.done else { exit(status) }
    }
}

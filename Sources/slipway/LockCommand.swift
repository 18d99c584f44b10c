import CommandLine
import Debian
import Events
import ImageBuild
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
            let empty = Lock(date: 0, request: "", packages: [], localPackages: [])
            for line in LockDifference(from: old ?? empty, to: lock).lines { print(line) }
        }
    }
}

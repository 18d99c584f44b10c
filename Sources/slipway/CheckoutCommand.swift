import CommandLine
import Debian
import Events
import Manifest
import SourceBuild

/// `slipway checkout`: brings the sources to the commits of the lock.
enum CheckoutCommand {
    static let spec = CommandSpec(
        name: "checkout",
        abstract: "Check out the sources that packages are built from",
        discussion: """
            Brings each source of the manifest to the commit that the lock has, in work/sources; \
            what the lock does not have yet is looked up and written there. All are made whole \
            first and then put in their places: when one fails, none has changed. A checkout with \
            changes in it is left alone, and is an error.

            BRANCH_OVERRIDE names a branch for all sources, <NAME>_OVERRIDE for one, and \
            TRY_BRANCH_OVERRIDE one for those that have it. These do not go into the lock.

            Prints what changed in the lock: + added, - removed, ^ at another commit.
            """,
        options: [
            .manifest,
            OptionSpec(
                name: "update", short: "u", value: .flag,
                help: "Take the newest commits of the branches and tags"),
            OptionSpec(
                name: "local", value: .required("NAME=PATH"),
                help: "Build a source from this working tree, until --no-local",
                isRepeatable: true),
            OptionSpec(
                name: "no-local", value: .required("NAME"),
                help: "Build a source from its checkout again", isRepeatable: true),
        ],
        operands: [
            OperandSpec(name: "source", help: "A source; all by default", arity: .any)
        ], run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let options = try SourceOptions(arguments)
        let (sources, places) = (options.sources, options.sources.places)
        let claim = try places.claim()
        defer { withExtendedLifetime(claim) {} }
        let wanted = Set(try sources.catalog.checkoutNames(of: arguments.operands))
        let lock = try options.readLock()
        try setLocals(arguments, sources)
        let checkout = Checkout(
            places: places, mode: arguments.flag("update") ? .update : .locked,
            overrides: SourceOverrides { environment($0) }, locked: lock.sources)
        let found = try checkout.run(
            sources.checkouts.filter { wanted.contains($0.name) },
            events: GlobalOptions.events(arguments))

        let known = Set(sources.catalog.checkouts.filter { !$0.reference.isTree }.map(\.name))
        let replaced = Set(found.map(\.name))
        let kept = lock.sources.filter { known.contains($0.name) && !replaced.contains($0.name) }
        let new = Lock(
            date: lock.date, request: lock.request, packages: lock.packages,
            localPackages: lock.localPackages, sources: kept + found,
            builtPackages: lock.builtPackages)
        if new != lock { try options.write(new) }
        for line in LockDifference(from: lock, to: new).lines { print(line) }
        let all = Set(sources.catalog.checkouts.map(\.name))
        for name in try places.localNames() where all.contains(name) {
            print("source \(name) is built from \(try places.local(name) ?? "")")
        }
        return ExitCode.done
    }

    private static func setLocals(_ arguments: ParsedArguments, _ sources: SourceSet) throws {
        for name in arguments.strings("no-local") {
            for name in try sources.catalog.checkoutNames(of: [name]) {
                try sources.places.setLocal(name, to: nil)
            }
        }
        for text in arguments.strings("local") {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw arguments.usageError("--local: expected NAME=PATH, got \"\(text)\"")
            }
            for name in try sources.catalog.checkoutNames(of: [parts[0]]) {
                try sources.places.setLocal(name, to: parts[1])
            }
        }
    }
}

import CommandLine
import Events
import SourceBuild

/// `slipway branchout`: the same branch in all sources.
enum BranchoutCommand {
    static let spec = CommandSpec(
        name: "branchout",
        abstract: "Make the same branch in all sources",
        discussion: """
            Makes a branch in each source at the commit that it is at, and goes over to it; files \
            stay as they are, changes too. When one of the sources has such a branch already, at \
            another commit, none is made.

            Prints the folders.
            """,
        options: [.manifest],
        operands: [OperandSpec(name: "branch", help: "The name of the branch")], run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let sources = try SourceOptions(arguments).sources
        let claim = try sources.places.claim()
        defer { withExtendedLifetime(claim) {} }
        let branch = try BranchOut(
            arguments.operands[0], in: sources.checkouts, places: sources.places)
        for folder in try branch.run(events: GlobalOptions.events(arguments)) { print(folder) }
        return ExitCode.done
    }
}

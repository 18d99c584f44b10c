import Command
import CommandLine
import JSON
import SourceBuild
import Syscalls

/// `slipway graph`: what is built in which order, and why.
enum GraphCommand {
    static let spec = CommandSpec(
        name: "graph",
        abstract: "Show the order in which packages are built",
        discussion: """
            Prints a line for each package that is built from git, in the order of building: what \
            it comes after, and why. Sources that are not checked out have no control file to \
            tell; their order comes from explicit_deps and batch_priority, which the last line \
            says.
            """,
        options: [
            .manifest,
            OptionSpec(
                name: "svg", value: .required("FILE", .file),
                help: "Draw it with Graphviz's dot instead"),
            OptionSpec(name: "json", value: .flag, help: "Print JSON"),
        ], run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let sources = try SourceOptions(arguments).sources
        let plan = try sources.plan(architecture: ImageOptions.architecture)
        if let path = arguments.string("svg") {
            var command = Command("dot", ["-Tsvg"])
            command.input = Array(plan.dot.utf8)
            try FileSystem.writeAtomically(command.runChecked().output, to: path)
        } else if arguments.flag("json") {
            print(plan.json.text(.pretty), terminator: "")
        } else {
            for line in plan.lines { print(line) }
        }
        return ExitCode.done
    }
}

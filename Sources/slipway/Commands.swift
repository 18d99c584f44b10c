import CommandLine
import Events

/// The table of everything that `slipway` can be asked.
enum Commands {
    static let version = "0.1.0"

    static let program: CommandSpec = CommandSpec(
        name: "slipway",
        abstract: "Build a Debian appliance, the same bits every time",
        discussion: """
            Turns a short manifest into one signed update payload and one live medium. To be run in the tree that holds \
            conf/, manifests/ and the rest; `make` does so.
            """,
        version: version,
        options: GlobalOptions.all,
        subcommands: [
            BuildCommand.spec, IsoCommand.spec, LockCommand.spec, ValidateCommand.spec,
            CheckoutCommand.spec, BranchoutCommand.spec, GraphCommand.spec, PackagesCommand.spec,
            VerifyCommand.spec,
            InspectCommand.spec, DiffCommand.spec, KeygenCommand.spec, SquashCommand.spec,
            CleanCommand.spec,
        ] + CommandSpec.documentation(of: "slipway", section: 1) { Commands.program })
}

/// The options that every command takes.
enum GlobalOptions {
    static let all = [
        OptionSpec(
            name: "log-format",
            value: .required("FORMAT", .words(EventFormat.allCases.map(\.rawValue))),
            help: "How progress is written to standard error",
            default: EventFormat.auto.rawValue),
        OptionSpec(
            name: "log-level", value: .required("LEVEL", .words(Level.allCases.map(\.rawValue))),
            help: "The least that is written there", default: Level.info.rawValue),
    ]

    /// The stream that a command's progress goes to.
    static func events(_ arguments: ParsedArguments) -> EventStream {
        // The table admits these words only.
        let format = arguments.string("log-format").flatMap(EventFormat.init) ?? .auto
        let level = arguments.string("log-level").flatMap(Level.init) ?? .info
        return .automatic(format: format, minimumLevel: level)
    }
}

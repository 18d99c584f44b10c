import CommandLine

/// The program that these tests read, print and complete.
enum SampleProgram {
    static let manifest = OptionSpec(
        name: "manifest", short: "m", value: .required("FILE", .file),
        help: "The manifest to build", default: "conf/build.manifest")
    static let build = CommandSpec(
        name: "build", abstract: "Build the update payload",
        discussion: """
            Runs every stage whose inputs have changed. A long paragraph is wrapped at the width of
            a terminal, wherever its lines end in the source.

            .dots and -dashes stay what they are.
            """,
        options: [
            manifest,
            OptionSpec(
                name: "lock", value: .required("MODE", .words(["frozen", "auto"])),
                help: "What enters beside the lock", default: "frozen"),
            OptionSpec(
                name: "threads", short: "j", value: .required("COUNT", .integer(1...512)),
                help: "How many threads work"),
            OptionSpec(name: "explain", short: "e", value: .flag, help: "Only say what would run"),
            OptionSpec(name: "unsigned", short: "u", value: .flag, help: "Do not sign"),
            OptionSpec(
                name: "key", value: .required("FILE", .file), help: "A key", isRepeatable: true),
        ],
        operands: [OperandSpec(name: "TARGET", help: "What to build", arity: .any)],
        run: { _ in ExitCode.done })
    static let diff = CommandSpec(
        name: "diff", abstract: "Compare two payloads",
        operands: [
            OperandSpec(name: "OLD", help: "The one", kind: .file),
            OperandSpec(name: "NEW", help: "The other", kind: .file),
        ], run: { _ in ExitCode.wouldChange })
    static let hidden = CommandSpec(
        name: "secret", abstract: "Not for help", isHidden: true, run: { _ in ExitCode.done })
    static let program = CommandSpec(
        name: "ship", abstract: "Build ships", version: "1.2",
        options: [
            OptionSpec(
                name: "log-format", value: .required("FORMAT", .words(["auto", "plain", "json"])),
                help: "How progress is written", default: "auto")
        ],
        subcommands: [build, diff, hidden])
}

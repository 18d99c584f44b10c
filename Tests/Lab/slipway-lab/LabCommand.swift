import CommandLine

/// The table of the program's commands.
enum LabCommand {
    static let program = CommandSpec(
        name: "slipway-lab",
        abstract: "tell stories of disks on real kernels",
        discussion: """
            Outside it tells stories on machines; inside it is a machine's first process, and \
            what scripts call.
            """,
        subcommands: [
            TellCommand.spec, InsideCommands.promise, InsideCommands.check, InsideCommands.rot,
            ForgeCommands.leg, ForgeCommands.usedChunks, ForgeCommands.usedBytes,
        ])
}

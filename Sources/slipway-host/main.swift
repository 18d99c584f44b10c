import CommandLine
import Glibc

let program = CommandSpec(
    name: "slipway-host",
    abstract: "install, watch and repair the boot array of an appliance",
    version: "0.1.0",
    subcommands: [StatusCommand.spec])

exit(program.main(Array(Swift.CommandLine.arguments.dropFirst())))

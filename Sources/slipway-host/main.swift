import CommandLine
import Glibc

exit(
    Commands.program.main(
        Array(Swift.CommandLine.arguments.dropFirst()), remedy: HostRemedy.text(for:)))

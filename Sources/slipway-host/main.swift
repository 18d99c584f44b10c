import CommandLine
import Glibc

exit(Commands.program.main(Array(Swift.CommandLine.arguments.dropFirst())))

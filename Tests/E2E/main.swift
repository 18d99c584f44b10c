import CommandLine
import Glibc

exit(TellCommand.program.main(Array(Swift.CommandLine.arguments.dropFirst())))

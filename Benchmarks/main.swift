import CommandLine
import Glibc

exit(BenchCommand.program.main(Array(Swift.CommandLine.arguments.dropFirst())))

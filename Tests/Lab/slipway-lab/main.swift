import CommandLine
import Glibc
import Lab

Agent.runIfInside()
exit(LabCommand.program.main(Array(Swift.CommandLine.arguments.dropFirst())))

import CommandLine
import Glibc

// Names in Debian's archives and trees may be any bytes; C functions must take them for text.
setlocale(LC_CTYPE, "C.UTF-8")

let arguments = Array(Swift.CommandLine.arguments.dropFirst())
exit(Commands.program.main(arguments, remedy: Remedies.hint(for:)))

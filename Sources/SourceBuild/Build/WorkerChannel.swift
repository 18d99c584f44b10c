import Command
import Glibc
import Syscalls

/// What a worker tells its scheduler: all that its programs say, and beside it where it is.
struct WorkerChannel: Sendable {
    /// The step in which a person has the terminal.
    static let shell = "shell"

    /// Takes what programs say.
    let output: File
    private let control: File

    init(output: File, control: File) {
        self.output = output
        self.control = control
    }

    /// Tells that a part of the work begins.
    func begin(_ step: String) throws(SystemError) {
        try control.write(Array("step \(step)\n".utf8))
        try say("== \(step)")
    }

    /// Tells why the work ends early.
    func fail(_ error: any Error) throws(SystemError) {
        let lines = "\(error)".split(separator: "\n", omittingEmptySubsequences: false)
        try control.write(Array(lines.map { "error \($0)\n" }.joined().utf8))
        try say("== failed: \(error)")
    }

    /// Adds a line to the log.
    func say(_ line: String) throws(SystemError) { try output.write(Array((line + "\n").utf8)) }

    /// Runs a program whose words go into the log.
    ///
    /// Waits for the program itself only: what it left running in the background holds nothing up.
    ///
    /// - Returns: How it ended.
    func run(_ command: Command) throws -> CommandResult.Ending {
        let process = try command.start(
            input: try File("/dev/null"), output: output, errorOutput: output)
        var status: CInt = 0
        try checked("waitpid", command.program) { waitpid(process, &status, 0) }
        return CommandResult.Ending(waitStatus: status)
    }
}

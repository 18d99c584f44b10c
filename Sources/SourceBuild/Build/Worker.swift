import Command
import Glibc
import Syscalls

/// A process in namespaces of its own that does one part of the work, seen from outside.
final class Worker {
    /// The number of the process; killing it ends all that it started.
    let process: pid_t
    /// What its programs say.
    let output: File
    /// Where it is, and why it ended early.
    let control: File

    private init(process: pid_t, output: File, control: File) {
        self.process = process
        self.output = output
        self.control = control
    }

    /// Starts a worker; to be called while this process has one thread only.
    ///
    /// - Parameters:
    ///   - hasNetwork: Whether it sees the caller's network.
    ///   - body: The work, done in the worker's process.
    /// - Returns: The worker.
    /// - Throws: `IsolationError`, `SystemError`.
    static func start(hasNetwork: Bool, _ body: (WorkerChannel) throws -> Void) throws -> Worker {
        let (output, control) = (try makePipe("output"), try makePipe("control"))
        let process = try Isolation.start(hasNetwork: hasNetwork) {
            let channel = WorkerChannel(output: output.writer, control: control.writer)
            do {
                try body(channel)
                return 0
            } catch {
                // Nobody reads on when the scheduler is gone, and then the kernel ends this one.
                try? channel.fail(error)
                return 1
            }
        }
        return Worker(process: process, output: output.reader, control: control.reader)
    }

    /// Ends it and all that it started.
    func kill() { Glibc.kill(process, SIGKILL) }

    /// Waits for its end, which has come when both of its outputs are closed.
    ///
    /// - Returns: The signal that ended it; nil when it ended by itself.
    func wait() throws(SystemError) -> CInt? {
        var status: CInt = 0
        try checked("waitpid", "a build") { waitpid(process, &status, 0) }
        let ending = CommandResult.Ending(waitStatus: status)
        return if case .signal(let signal) = ending { signal } else { nil }
    }

    private static func makePipe(_ name: String) throws(SystemError) -> (reader: File, writer: File)
    {
        var ends: [CInt] = [0, 0]
        try checked("pipe", name) { pipe2(&ends, O_CLOEXEC) }
        return (File(descriptor: ends[0], path: name), File(descriptor: ends[1], path: name))
    }
}

package import CSyscalls
import Glibc
package import Syscalls

extension Command {
    /// Runs the program and waits for its end; blocks the calling thread, so never from a task.
    ///
    /// - Parameters:
    ///   - onOutput: Called with each piece of stdout and stderr as it comes.
    ///   - onTick: Called at least four times a second while the program runs.
    /// - Returns: How it ended and what it wrote; an exit status other than 0 is no error here.
    /// - Throws: `CommandError` when it cannot be started or writes beyond the limit.
    package func run(
        onOutput: (([UInt8]) -> Void)? = nil, onTick: (() -> Void)? = nil
    ) throws(CommandError) -> CommandResult {
        guard let path = locate() else { throw .notFound(program: program) }
        if output == .terminal { return try runOnTerminal(path) }

        let (pid, reader, errorReader) = try startWithPipes(path)
        var collector = OutputCollector(limit: outputLimit, onOutput: onOutput, onTick: onTick)
        let isComplete = collector.collect(from: reader, and: errorReader)
        if !isComplete { kill(pid, SIGKILL) }
        let (ending, usage) = wait(for: pid)
        guard isComplete else { throw .tooMuchOutput(command: text, limit: outputLimit) }
        return CommandResult(
            ending: ending, output: collector.output, errorOutput: collector.errorOutput,
            usage: usage)
    }

    /// Runs the program and wants exit status 0.
    ///
    /// - Throws: `CommandError.failed` for any other ending, and whatever `run` throws.
    @discardableResult
    package func runChecked(onOutput: (([UInt8]) -> Void)? = nil) throws(CommandError)
        -> CommandResult
    {
        let result = try run(onOutput: onOutput)
        guard result.isSuccess else {
            let tail = (result.errorOutput.isEmpty ? result.output : result.errorOutput)
                .suffix(4096)
            var message = String(decoding: tail, as: UTF8.self)
            while message.last?.isNewline == true { message.removeLast() }
            throw .failed(command: text, ending: result.ending, lastOutput: message)
        }
        return result
    }

    /// Starts the program with these streams and does not wait: that, by its number, is left to the
    /// caller.
    ///
    /// - Returns: The number of its process.
    /// - Throws: `CommandError` when it cannot be started.
    package func start(input: File, output: File, errorOutput: File) throws(CommandError)
        -> pid_t
    {
        guard let path = locate() else { throw .notFound(program: program) }
        return try spawn(path, input, output, errorOutput)
    }

    /// The path that the program's name stands for; nil when there is none.
    package func locate() -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        for folder in (environment["PATH"] ?? "").split(separator: ":") {
            let path = "\(folder)/\(program)"
            if access(path, X_OK) == 0, !FileSystem.isDirectory(path) { return path }
        }
        return nil
    }

    private func runOnTerminal(_ path: String) throws(CommandError) -> CommandResult {
        let streams = [try duplicate(0), try duplicate(1), try duplicate(2)]
        let pid = try spawn(path, streams[0], streams[1], streams[2])
        let (ending, usage) = wait(for: pid)
        return CommandResult(ending: ending, output: [], errorOutput: [], usage: usage)
    }

    /// The program's ends of the pipes close as this returns, so that the readers see its end.
    private func startWithPipes(_ path: String) throws(CommandError)
        -> (pid: pid_t, output: File, errorOutput: File)
    {
        let output = try makePipe()
        let errorOutput = try makePipe()
        let pid = try spawn(path, try openInput(), output.writer, errorOutput.writer)
        return (pid, output.reader, errorOutput.reader)
    }

    /// What the program reads: a file in memory, which needs nobody to feed it.
    private func openInput() throws(CommandError) -> File {
        do {
            if input.isEmpty { return try File("/dev/null") }
            let file = File(
                descriptor: try checked("memfd_create", "stdin") {
                    memfd_create("stdin", CUnsignedInt(MFD_CLOEXEC))
                }, path: "stdin")
            try file.write(input)
            lseek(file.descriptor, 0, SEEK_SET)
            return file
        } catch {
            throw .notStarted(command: text, cause: error.description)
        }
    }

    private func notStarted(_ code: CInt) -> CommandError {
        .notStarted(command: text, cause: String(cString: strerror(code)))
    }

    private func spawn(_ path: String, _ input: File, _ output: File, _ error: File)
        throws(CommandError) -> pid_t
    {
        let words = CStrings([program] + arguments)
        let variables = CStrings(
            environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        // The shim's dup2s fall over one another unless all sources are above them.
        let sources = [try raised(input), try raised(output), try raised(error)]
        var pid: pid_t = 0
        let code = slipway_spawn(
            &pid, path, words.pointers, variables.pointers, folder, sources[0].descriptor,
            sources[1].descriptor, sources[2].descriptor)
        guard code == 0 else { throw notStarted(code) }
        return pid
    }

    private func wait(for pid: pid_t) -> (CommandResult.Ending, CommandResult.Usage) {
        var status: CInt = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) == -1 {
            // Only this code waits for the child, so nothing but a signal can come between.
            precondition(errno == EINTR, "wait4: \(String(cString: strerror(errno)))")
        }
        return (CommandResult.Ending(waitStatus: status), CommandResult.Usage(usage))
    }

    private func makePipe() throws(CommandError) -> (reader: File, writer: File) {
        var ends: [CInt] = [0, 0]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw notStarted(errno) }
        return (
            File(descriptor: ends[0], path: "pipe"), File(descriptor: ends[1], path: "pipe")
        )
    }

    private func raised(_ file: File) throws(CommandError) -> File {
        file.descriptor > 2 ? file : try duplicate(file.descriptor)
    }

    private func duplicate(_ descriptor: CInt) throws(CommandError) -> File {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw notStarted(errno) }
        return File(descriptor: copy, path: "stream \(descriptor)")
    }
}

/// A NULL-ended array of C strings that lives as long as this object.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
        pointers[count] = nil
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}

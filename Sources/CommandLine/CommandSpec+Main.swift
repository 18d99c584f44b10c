import Glibc

extension CommandSpec {
    /// Reads a command line, runs what it asks for, and never lets an error out.
    ///
    /// Results go to standard output, errors in one line to standard error. The command runs on the
    /// thread that called, and no other thread has been started.
    ///
    /// - Parameters:
    ///   - arguments: The words after the program's name.
    ///   - remedy: What a person can do about an error, if anything is known.
    /// - Returns: The exit code.
    package func main(
        _ arguments: [String], remedy: (any Error) -> String? = { _ in nil }
    ) -> Int32 {
        do {
            switch try parse(arguments) {
            case .help(let text):
                print(text, terminator: "")
                return ExitCode.done
            case .version(let line):
                print(line)
                return ExitCode.done
            case .run(let command, let parsed):
                guard let run = command.run else {
                    preconditionFailure("\(command.name) has nothing to run")
                }
                return try run(parsed)
            }
        } catch let error as UsageError {
            complain(error, hint: error.advice)
            return ExitCode.usage
        } catch {
            return report(error, remedy: remedy)
        }
    }

    /// Prints an error that ended a run, and what can be done about it.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - remedy: What a person can do about an error, if anything is known.
    /// - Returns: The exit code.
    package func report(_ error: any Error, remedy: (any Error) -> String?) -> Int32 {
        complain(error, hint: remedy(error))
        return ExitCode.failed
    }

    private func complain(_ error: any Error, hint: String?) {
        // What was printed before stands above the error when both go to one terminal.
        fflush(nil)
        var text = "\(name): \(error)\n"
        if let hint { text += "hint: \(hint)\n" }
        text.withUTF8 { bytes in
            // Where standard error is closed there is nobody to tell; the exit code still does.
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}

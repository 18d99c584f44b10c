import CSyscalls
import Glibc
import Syscalls

/// A program to run: what, with which arguments, environment, folder and input.
///
/// The environment is what is written here and nothing of the caller's; stdin is empty unless
/// given; no descriptor but the three standard ones reaches the program.
package struct Command: Sendable, Equatable {
    /// Where the program's output goes.
    package enum Output: Sendable, Equatable {
        /// Kept, up to the byte limit.
        case captured
        /// The caller's own stdin, stdout and stderr: for a shell that a person types into.
        case terminal
    }

    /// The program: a name to be found in PATH, or a path.
    package var program: String
    /// Its arguments, without the name.
    package var arguments: [String]
    /// Its whole environment.
    package var environment: [String: String] = Command.baseEnvironment
    /// The folder it starts in; nil for the caller's.
    package var folder: String?
    /// What it reads from stdin.
    package var input: [UInt8] = []
    /// Where its output goes.
    package var output: Output = .captured
    /// The most bytes kept of each output.
    package var outputLimit = 64 << 20

    /// Makes a command.
    package init(_ program: String, _ arguments: [String] = []) {
        self.program = program
        self.arguments = arguments
    }

    /// What every program finds in its environment.
    package static let baseEnvironment = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/root",
    ]

    /// The same command with more environment.
    package func with(environment more: [String: String]) -> Command {
        var command = self
        command.environment.merge(more) { $1 }
        return command
    }

    /// The command as one would type it.
    package var text: String {
        ([program] + arguments).map(Command.quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
                || "-_./=:,+@%^~".utf8.contains(byte)
        }
        if plain, !word.isEmpty { return word }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}

/// What a program left behind.
package struct CommandResult: Sendable, Equatable {
    /// How a program ended.
    package enum Ending: Sendable, Equatable, CustomStringConvertible {
        /// By itself, with an exit status.
        case status(CInt)
        /// By a signal.
        case signal(CInt)

        /// Takes what wait(2) says of a process that has ended.
        package init(waitStatus: CInt) {
            let signal = waitStatus & 0x7F
            self = signal == 0 ? .status((waitStatus >> 8) & 0xFF) : .signal(signal)
        }

        package var description: String {
            switch self {
            case .status(let status): "exit status \(status)"
            case .signal(let signal): "signal \(signal)"
            }
        }
    }

    /// What a program and all that it waited for took (getrusage(2)).
    package struct Usage: Sendable, Equatable {
        /// Processor time in seconds, in user space and in the kernel.
        package let cpuSeconds: Double
        /// The most memory that any one of the processes had resident, in bytes.
        package let peakByteCount: UInt64

        init(_ usage: rusage) {
            func seconds(_ time: timeval) -> Double {
                Double(time.tv_sec) + Double(time.tv_usec) / 1e6
            }
            cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
            // Linux counts in KiB.
            peakByteCount = UInt64(max(0, usage.ru_maxrss)) * 1024
        }
    }

    /// How it ended.
    package let ending: Ending
    /// What it wrote to stdout.
    package let output: [UInt8]
    /// What it wrote to stderr.
    package let errorOutput: [UInt8]
    /// What it took.
    package let usage: Usage

    /// Whether it ended with exit status 0.
    package var isSuccess: Bool { ending == .status(0) }

    /// Its stdout as text.
    package var text: String { String(decoding: output, as: UTF8.self) }

    /// Its stderr as text.
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// Why a program did not do its work.
package enum CommandError: Error, Equatable, CustomStringConvertible {
    /// No such program in PATH.
    case notFound(program: String)
    /// It could not be started, or its pipes failed.
    case notStarted(command: String, cause: String)
    /// It wrote more than the limit and was killed.
    case tooMuchOutput(command: String, limit: Int)
    /// It ended other than with exit status 0; with the end of its stderr, or else of its stdout.
    case failed(command: String, ending: CommandResult.Ending, lastOutput: String)

    package var description: String {
        switch self {
        case .notFound(let program): "\(program): not found"
        case .notStarted(let command, let cause): "\(command): \(cause)"
        case .tooMuchOutput(let command, let limit): "\(command): wrote more than \(limit) bytes"
        case .failed(let command, let ending, let lastOutput):
            "\(command): \(ending)" + (lastOutput.isEmpty ? "" : ":\n\(lastOutput)")
        }
    }
}

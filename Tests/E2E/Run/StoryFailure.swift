import Syscalls

/// Why a story did not come out as it should.
enum StoryFailure: Error, Equatable, CustomStringConvertible {
    /// What was waited for did not come.
    case timedOut(awaited: String, seconds: Int)
    /// The console said what must not be.
    case said(text: String, awaited: String)
    /// The machine went off while something was waited for.
    case ended(awaited: String)
    /// A command in the guest ended otherwise than it should.
    case command(String, status: Int, wanted: Int, output: String)
    /// Something is not as it should be.
    case unexpected(what: String, found: String)
    /// The emulator refused.
    case emulator(command: String, reason: String)
    /// What the stories need is not there.
    case missing(path: String, cure: String)

    var description: String {
        switch self {
        case .timedOut(let awaited, let seconds): "not seen within \(seconds) s: \(awaited)"
        case .said(let text, let awaited): "the console said \"\(text)\" in place of \(awaited)"
        case .ended(let awaited): "the machine went off; awaited was \(awaited)"
        case .command(let command, let status, let wanted, let output):
            "exit status \(status), not \(wanted): \(command)\n\(output)"
        case .unexpected(let what, let found): "\(what): \(found)"
        case .emulator(let command, let reason): "emulator: \(command): \(reason)"
        case .missing(let path, let cure): "\(path): not there: \(cure)"
        }
    }
}

/// Wants something to hold.
func expect(_ holds: Bool, _ what: String, _ found: @autoclosure () -> String = "is not so")
    throws(StoryFailure)
{
    guard holds else { throw .unexpected(what: what, found: found()) }
}

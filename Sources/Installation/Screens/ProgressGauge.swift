import CSyscalls
import Command
package import Events
import Glibc
import Synchronization
import Syscalls

/// Progress as whiptail's gauge wants it (whiptail(1), `--gauge`): a number of percent and text,
/// between lines of `XXX`.
package struct GaugeRenderer: EventRenderer {
    package let interval: UInt64 = 500_000_000
    private var lines: [String] = []

    /// Lines of what was done before that stay to be seen.
    private static let memory = 7
    /// Lines of text, those and what is being done: the gauge has as many as its first text.
    static let lineCount = memory + 3

    /// Makes the renderer.
    package init() {}

    package mutating func render(_ event: Event, steps: [StepState], at moment: Moment) -> String {
        switch event {
        case .ended(let step, .done, _): remember("done    \(step.name)")
        case .ended(let step, .failed, _): remember("FAILED  \(step.name)")
        case .logged(let level, let message, _) where level >= .warning: remember(message)
        case .began, .progressed, .logged: break
        }
        return draw(steps)
    }

    package mutating func redraw(steps: [StepState], at moment: Moment) -> String { draw(steps) }

    private mutating func remember(_ line: String) {
        lines = (lines + [DialogSize.cut(HumanText.line(line), to: DialogSize.columns)])
            .suffix(GaugeRenderer.memory)
    }

    private func draw(_ steps: [StepState]) -> String {
        let now = steps.last
        let percent = Int(((now?.fraction ?? 0) * 100).rounded(.down))
        var text = lines
        if let now {
            text += ["", DialogSize.cut(now.name, to: DialogSize.columns)]
            text.append(DialogSize.cut(PlainRenderer.standing(of: now), to: DialogSize.columns))
        }
        text += [String](repeating: "", count: GaugeRenderer.lineCount - text.count)
        return "XXX\n\(percent)\n\(text.joined(separator: "\n"))\nXXX\n"
    }
}

/// whiptail's gauge on the terminal, for as long as something runs.
package final class ProgressGauge {
    /// What to tell progress to.
    package let events: EventStream
    private let pid: pid_t
    private let input: GaugeInput

    /// Shows the gauge.
    ///
    /// - Parameters:
    ///   - title: What is being done.
    ///   - whiptail: Who draws.
    /// - Throws: `CommandError`, `SystemError`.
    package init(_ title: String, by whiptail: Whiptail) throws {
        var ends: [CInt] = [0, 0]
        try checked("pipe2", "gauge") { pipe2(&ends, O_CLOEXEC) }
        let reader = File(descriptor: ends[0], path: "gauge")
        let writer = File(descriptor: ends[1], path: "gauge")
        let terminal = try File("/dev/tty", flags: O_RDWR)
        pid = try whiptail.gauge(title).start(
            input: reader, output: terminal, errorOutput: try File("/dev/null", flags: O_RDWR))
        // A gauge that has gone away ends the picture, not the work.
        signal(SIGPIPE, SIG_IGN)
        let input = GaugeInput(writer)
        self.input = input
        events = EventStream(renderer: GaugeRenderer()) { input.write($0) }
    }

    /// Takes the gauge away.
    package func end() {
        input.close()
        _ = waitStatus(of: pid)
    }
}

/// What the gauge reads, until it is closed.
private final class GaugeInput: Sendable {
    private let file: Mutex<File?>

    init(_ file: File) { self.file = Mutex(file) }

    func write(_ text: String) {
        file.withLock { file in
            do throws(SystemError) {
                try file?.write(Array(text.utf8))
            } catch {
                file = nil
            }
        }
    }

    func close() { file.withLock { $0 = nil } }
}

import CSyscalls
import Events
import Glibc
import Stages
import Syscalls

/// A worker at work, with its log and its line of the table.
final class BuildJob {
    /// What the worker is for.
    enum Purpose {
        /// To find out what a build needs.
        case resolve
        /// To build, with the inputs that the result is known by.
        case build(StageRecord)
    }

    /// The unit's name.
    let unit: String
    /// What the worker is for.
    let purpose: Purpose
    /// The file that takes what programs say.
    let logPath: String
    /// Why the worker said that it fails.
    private(set) var reasons: [String] = []
    /// The last lines of the log.
    private(set) var lastLines: [String] = []
    /// Whether a person works in the build's tree, and has the terminal.
    private(set) var isInShell = false
    /// Whether the worker was killed for its time.
    private(set) var isTimedOut = false

    private let worker: Worker
    private let progress: StepProgress
    private let log: File
    private let deadline: UInt64
    private let secrets: [String]
    private var step = ""
    private var detail = ""
    private var line: [UInt8] = []
    private var control: [UInt8] = []
    private var openOutputs = 2

    /// How many lines a failure shows.
    private static let shownLineCount = 40
    /// How much of a line the table shows.
    private static let shownLength = 100
    /// Lines that never end are cut into pieces of this many bytes.
    private static let longestLine = 1 << 16

    /// Takes over a worker that was just started.
    init(
        unit: String, purpose: Purpose, worker: Worker, progress: StepProgress, logPath: String,
        secrets: [String], minutes: Int
    ) throws(SystemError) {
        self.unit = unit
        self.purpose = purpose
        self.worker = worker
        self.progress = progress
        self.logPath = logPath
        // A word that short is in every log by chance.
        self.secrets = secrets.filter { $0.utf8.count >= 4 }
        log = try File.create(logPath)
        deadline = EventStream.systemClock().monotonic + UInt64(minutes) * 60_000_000_000
    }

    /// What to wait for.
    var descriptors: [CInt] { [worker.output.descriptor, worker.control.descriptor] }

    /// Takes what is there to be read on one of the descriptors.
    ///
    /// - Returns: False at its end.
    func read(_ descriptor: CInt) throws(SystemError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = try checked("read", unit) {
            chunk.withUnsafeMutableBytes { CSyscalls.read(descriptor, $0.baseAddress, $0.count) }
        }
        let bytes = chunk[..<count]
        if descriptor == worker.output.descriptor {
            try takeOutput(bytes)
        } else {
            takeControl(bytes)
        }
        return count > 0
    }

    /// Ends the worker if its time is over, and shows where it is: what was said while the table
    /// had just been drawn is not in it yet.
    func look(_ now: UInt64) {
        if !isInShell, !detail.isEmpty { progress.note(detail) }
        guard now >= deadline, !isTimedOut else { return }
        isTimedOut = true
        worker.kill()
    }

    /// Ends the worker.
    func kill() { worker.kill() }

    /// Waits for the worker's end.
    ///
    /// - Returns: Why it failed; nil when it did not.
    /// - Throws: `SystemError` when the log cannot be written.
    func finish(limit minutes: Int) throws(SystemError) -> PackageBuildError? {
        if !line.isEmpty { try takeLine() }
        let signal = try worker.wait()
        let error: PackageBuildError?
        if isTimedOut {
            error = .timedOut(unit: unit, minutes: minutes)
        } else if !reasons.isEmpty {
            error = nil
        } else {
            error = signal.map { .died(unit: unit, signal: $0) }
        }
        guard error != nil || !reasons.isEmpty else {
            progress.finish()
            return nil
        }
        var reason = error?.description ?? reasons.joined(separator: "\n")
        // The unit's name stands before it anyway.
        if reason.hasPrefix("\(unit): ") { reason.removeFirst(unit.count + 2) }
        let failure = PackageBuildError.buildFailed(
            unit: unit, reason: reason, lastLines: lastLines, log: logPath)
        progress.fail(failure)
        return failure
    }

    private func takeOutput(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        for byte in bytes {
            if byte != 0x0A { line.append(byte) }
            if byte == 0x0A || line.count >= BuildJob.longestLine { try takeLine() }
        }
    }

    private func takeLine() throws(SystemError) {
        var text = String(decoding: line, as: UTF8.self)
        line = []
        for secret in secrets {
            while let range = text.firstRange(of: secret) {
                text.replaceSubrange(range, with: "***")
            }
        }
        try log.write(Array((text + "\n").utf8))
        lastLines.append(text)
        if lastLines.count > BuildJob.shownLineCount { lastLines.removeFirst() }
        let shown = text.prefix(BuildJob.shownLength)
        detail = step.isEmpty ? String(shown) : "\(step): \(shown)"
    }

    private func takeControl(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            if byte != 0x0A {
                control.append(byte)
                continue
            }
            let text = String(decoding: control, as: UTF8.self)
            control = []
            if text.hasPrefix("step ") {
                step = String(text.dropFirst(5))
                isInShell = step == WorkerChannel.shell
                detail = step
            } else if text.hasPrefix("error ") {
                reasons.append(String(text.dropFirst(6)))
            }
        }
    }
}

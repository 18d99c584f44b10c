import CSyscalls
import Glibc
import JSON
import Lab
import Syscalls

/// The emulator's own language, QMP: a JSON object a line, each command answered in turn.
final class EmulatorControl {
    private let reader: File
    private let writer: File
    private var received: [UInt8] = []
    private var events: [JSON] = []

    /// Takes over the two ends of a line, and greets.
    init(reader: File, writer: File, by deadline: Deadline) throws {
        self.reader = reader
        self.writer = writer
        while try next(by: deadline, during: "QMP")["QMP"] == nil {}
        try run("qmp_capabilities", by: deadline)
    }

    /// Runs a command.
    ///
    /// - Returns: What it answers.
    /// - Throws: `StoryFailure.emulator` when it is refused.
    @discardableResult
    func run(_ command: String, _ arguments: JSON = [:], by deadline: Deadline) throws -> JSON {
        let request: JSON = ["execute": .string(command), "arguments": arguments]
        try writer.write(Array((request.text() + "\n").utf8))
        while true {
            let answer = try next(by: deadline, during: command)
            if let value = answer["return"] { return value }
            if let error = answer["error"] {
                throw StoryFailure.emulator(
                    command: command, reason: error["desc"]?.string ?? error.text())
            }
            events.append(answer)
        }
    }

    /// Waits for an event; those that come before it are forgotten.
    func await(event: String, by deadline: Deadline) throws {
        while true {
            while let first = events.first {
                events.removeFirst()
                if first["event"]?.string == event { return }
            }
            events.append(try next(by: deadline, during: event))
        }
    }

    private func next(by deadline: Deadline, during what: String) throws -> JSON {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(received[..<end])
                received.removeSubrange(...end)
                return try JSON(parsing: line)
            }
            guard !deadline.isOver else {
                throw StoryFailure.timedOut(awaited: what, seconds: deadline.seconds)
            }
            var polled = pollfd(fd: reader.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, CInt(clamping: deadline.remainingMilliseconds)) > 0 else {
                continue
            }
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            let count = try chunk.withUnsafeMutableBytes { try reader.read(into: $0) }
            guard count > 0 else { throw StoryFailure.ended(awaited: what) }
            received += chunk[..<count]
        }
    }
}

import CSyscalls
import Glibc
import Synchronization
import Syscalls

/// A machine's serial line: what comes is read all the time and kept.
final class Console: Sendable {
    private struct Received {
        var filter = EscapeFilter()
        var text: [UInt8] = []
        /// Where the next text is looked for.
        var place = 0
    }

    private let reader: File
    private let writer: File
    private let log: File
    private let received = Mutex(Received())
    private let isOver = Atomic(false)
    private let worker: Mutex<WorkerThread?> = Mutex(nil)

    /// Makes the two pipes of a line; the emulator opens the same.
    ///
    /// - Parameters:
    ///   - path: The pipes are this and `.in`, and this and `.out`.
    ///   - logPath: The file that takes all that comes, as it comes.
    /// - Throws: `SystemError`.
    init(path: String, logPath: String) throws {
        for end in ["in", "out"] {
            try FileSystem.removeFile("\(path).\(end)")
            try checked("mkfifo", "\(path).\(end)") { mkfifo("\(path).\(end)", 0o600) }
        }
        // Both ways, as opening a pipe one way waits for the other end.
        writer = try File("\(path).in", flags: O_RDWR)
        reader = try File("\(path).out", flags: O_RDWR)
        log = try File.create(logPath)
        let thread = try WorkerThread.start { self.readAll() }
        worker.withLock { $0 = thread }
    }

    /// Reads no more.
    func close() {
        isOver.store(true, ordering: .relaxed)
        worker.withLock { thread in
            thread?.join()
            thread = nil
        }
    }

    private func readAll() {
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            var polled = pollfd(fd: reader.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, 100) > 0 else {
                if isOver.load(ordering: .relaxed) { return }
                continue
            }
            let count = chunk.withUnsafeMutableBytes { buffer in
                Glibc.read(reader.descriptor, buffer.baseAddress, buffer.count)
            }
            guard count > 0 else { return }
            let piece = Array(chunk[..<count])
            // A log that cannot be written is missed when it is looked for; the story goes on.
            try? log.write(piece)
            received.withLock { received in
                for byte in piece where received.filter.passes(byte) { received.text.append(byte) }
            }
        }
    }

    /// Looks on from the last text found; true when one of these has come.
    func has(_ texts: [String]) -> String? {
        received.withLock { received in
            let rest = received.text[received.place...]
            var first: (text: String, range: Range<Int>)?
            for text in texts {
                if let range = Console.range(of: text, in: rest),
                    range.lowerBound < first?.range.lowerBound ?? .max
                {
                    first = (text, range)
                }
            }
            if let first { received.place = first.range.upperBound }
            return first?.text
        }
    }

    /// Looks on from what comes next.
    func forget() { received.withLock { $0.place = $0.text.count } }

    /// What has come since the last text found.
    var rest: String {
        received.withLock { String(decoding: $0.text[$0.place...], as: UTF8.self) }
    }

    /// Everything up to the next such text, which is passed over as well; nil when it has not come.
    func take(through text: String) -> String? {
        received.withLock { received in
            let rest = received.text[received.place...]
            guard let range = Console.range(of: text, in: rest) else { return nil }
            let taken = rest[..<range.lowerBound]
            received.place = range.upperBound
            return String(decoding: taken, as: UTF8.self)
        }
    }

    /// Looks with memmem(3), as this is done ten times a second beside machines that want the
    /// processor.
    private static func range(of text: String, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let wanted = Array(text.utf8)
        let offset = bytes.withUnsafeBytes { bytes -> Int? in
            guard let start = bytes.baseAddress,
                let found = memmem(start, bytes.count, wanted, wanted.count)
            else { return nil }
            return UnsafeRawPointer(found) - start
        }
        guard let offset else { return nil }
        let start = bytes.startIndex + offset
        return start..<(start + wanted.count)
    }

    /// Types.
    func type(_ text: String) throws { try writer.write(Array(text.utf8)) }
}

/// Leaves out what terminals are told about places and colours.
struct EscapeFilter {
    private enum State { case text, escape, sequence }

    private var state = State.text

    /// Whether a byte is text.
    mutating func passes(_ byte: UInt8) -> Bool {
        switch state {
        case .text:
            if byte == 0x1B { state = .escape }
            return byte != 0x1B && byte != 0x0D
        case .escape:
            state = byte == UInt8(ascii: "[") ? .sequence : .text
            return false
        case .sequence:
            if (0x40...0x7E).contains(byte) { state = .text }
            return false
        }
    }
}

import CSyscalls
import Command
import Glibc
import Syscalls

/// The power went, as it was meant to.
struct PowerCut: Error {}

/// A running User-Mode Linux with disks.
///
/// It is killed, with every process of its, when the last reference goes.
final class Machine {
    /// A disk that is in the machine.
    struct Slot {
        /// Its place: 0 for `/dev/ubdb`.
        let index: Int
        /// What the story calls it.
        let disk: String
        /// Its image, by its path inside the root.
        let image: String
        /// Whether it refuses writes.
        let isReadOnly: Bool
        /// Whether there is an image, or only a slot of a reader.
        let hasMedium: Bool

        /// What the kernel is told of it.
        var setting: String { "ubd\(letter)\(isReadOnly ? "r" : "")=\(image)" }

        /// Its device inside; a loop device without a file is like a reader without a card.
        var device: String { hasMedium ? "/dev/ubd\(letter)" : loopDevice }

        /// The device that stands for it where faults can be put under it.
        var loopDevice: String { "/dev/loop\(index)" }

        /// User-Mode Linux has devices a to p, and takes a for the root filesystem's.
        var letter: String { String(UnicodeScalar(UInt8(ascii: "b") + UInt8(index))) }

        /// How many disks a machine can have.
        static let limit = 15
    }

    /// How a script came out.
    struct ScriptResult: Equatable {
        /// Its exit status; 128 and a signal's number after a signal.
        let status: Int
        /// What it printed to standard output.
        let output: [UInt8]
        /// What it printed to both, in the order in which it came.
        let transcript: [UInt8]
    }

    /// The kernel's release.
    private(set) var release = ""

    private let pid: pid_t
    private let writer: File
    private let reader: File
    private let folder: String
    private let management: ManagementConsole
    private var received: [UInt8] = []
    private var stepCount = 0
    private var isRunning = true

    /// When the power goes, by itself; nil for not at all.
    var powerCut: Deadline?

    /// Starts the machine and waits until it takes scripts.
    ///
    /// - Parameters:
    ///   - root: What it has for its root.
    ///   - folder: The folder that it shares with the outside, by its path inside the root.
    ///   - slots: Its disks.
    ///   - console: What the kernel prints goes there.
    ///   - deadline: When it has to be ready.
    ///   - powerCut: When the power goes; nil for not at all.
    /// - Throws: `LabError.machine`, `LabError.timedOut`, `PowerCut`, and errors of the system.
    init(
        root: LabRoot, folder: String, slots: [Slot], console: File, deadline: Deadline,
        powerCut: Deadline?
    ) throws {
        self.powerCut = powerCut
        self.folder = root.outside(folder)
        management = ManagementConsole(path: root.outside("\(folder)/uml/mconsole"))
        let arguments =
            ["chroot", root.path, "/usr/bin/linux.uml"] + slots.map(\.setting) + [
                "uml_dir=\(folder)/", "umid=uml",
                "mem=320M", "rootfstype=hostfs", "rootflags=/", "ro", "quiet",
                // The serial line is ours, the console is a log.
                "ssl=null", "ssl0=fd:0,fd:1", "con=null", "con0=null,fd:2",
                // A variable that the kernel does not know goes to its first process.
                "init=\(LabRoot.programs)/slipway-lab", "\(Agent.variable)=\(folder)",
            ]
        (pid, writer, reader) = try Machine.spawn(arguments, console: console)
        guard case .ready(let release) = try receive(by: deadline, during: "booting") else {
            throw LabError.machine(reason: "it said something before it was ready")
        }
        self.release = release
    }

    deinit { cut() }

    /// Runs a script with `sh -eu`.
    ///
    /// - Parameters:
    ///   - script: The script.
    ///   - deadline: When it has to be done.
    ///   - marker: The power goes when it has printed this.
    /// - Returns: How it came out.
    /// - Throws: `LabError.machine` when the kernel died, `LabError.timedOut`, `PowerCut`.
    func run(_ script: String, by deadline: Deadline, cutAt marker: String? = nil) throws
        -> ScriptResult
    {
        stepCount += 1
        let name = "step-\(stepCount)"
        try FileSystem.writeAtomically("set -eu\n\(script)\n", to: "\(folder)/\(name)")
        try writer.write(Frame.run(name).encoded)
        var transcript: [UInt8] = []
        var output: [UInt8] = []
        while true {
            let frame = try receive(by: deadline, during: script)
            switch frame {
            case .piece(let piece):
                transcript += piece
                if let marker, String(decoding: transcript, as: UTF8.self).contains(marker) {
                    cut()
                    throw PowerCut()
                }
            case .output(let bytes): output = bytes
            case .ended(let status):
                return ScriptResult(status: status, output: output, transcript: transcript)
            default: throw LabError.machine(reason: "unexpected \(frame)")
            }
        }
    }

    /// Puts a disk in while the machine runs.
    func insert(_ slot: Slot, by deadline: Deadline) throws {
        try management.send("config \(slot.setting)", by: deadline)
    }

    /// Takes a disk out while the machine runs, which the kernel refuses while something uses it.
    func remove(_ slot: Slot, by deadline: Deadline) throws {
        try management.send("remove ubd\(slot.letter)", by: deadline)
    }

    /// Turns the machine off without killing it.
    func powerOff(by deadline: Deadline) throws {
        try writer.write(Frame.powerOff.encoded)
        while try readMore(patienceMilliseconds: deadline.remainingMilliseconds) {
            guard !deadline.isOver else {
                throw LabError.timedOut(seconds: deadline.seconds, during: "turning it off")
            }
        }
        cut()
    }

    /// kill -9 of the kernel and all that belongs to it; waits until it is gone.
    func cut() {
        guard isRunning else { return }
        isRunning = false
        // Before setsid(1) has run there is no group of this number; the process alone is there.
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        // The kernel's helpers are orphans now, and children of the namespace's first process.
        // They hold the disks' images until they are gone.
        while true {
            let ended = waitpid(-pid, &status, 0)
            if ended == -1, errno != EINTR { break }
        }
    }

    /// Waits for the next frame.
    private func receive(by deadline: Deadline, during work: String) throws -> Frame {
        while true {
            if let frame = try Frame.take(from: &received) { return frame }
            if powerCut?.isOver == true {
                cut()
                throw PowerCut()
            }
            guard !deadline.isOver else {
                throw LabError.timedOut(seconds: deadline.seconds, during: work)
            }
            let patience = min(
                deadline.remainingMilliseconds, powerCut?.remainingMilliseconds ?? .max)
            guard try readMore(patienceMilliseconds: patience) else {
                throw LabError.machine(reason: "the kernel ended during: \(work)")
            }
        }
    }

    /// Reads what is there.
    ///
    /// - Returns: False at the end of the line: the kernel has ended.
    private func readMore(patienceMilliseconds: Int) throws -> Bool {
        var polled = pollfd(fd: reader.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, CInt(clamping: patienceMilliseconds)) > 0 else { return true }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = try chunk.withUnsafeMutableBytes { try reader.read(into: $0) }
        received += chunk[..<count]
        return count > 0
    }

    /// Starts the kernel with pipes for its serial line.
    private static func spawn(
        _ arguments: [String], console: File
    ) throws -> (pid: pid_t, writer: File, reader: File) {
        var input: [CInt] = [0, 0]
        var output: [CInt] = [0, 0]
        try checked("pipe2", "serial line") { pipe2(&input, O_CLOEXEC) }
        try checked("pipe2", "serial line") { pipe2(&output, O_CLOEXEC) }
        let ends = (input + output).map { File(descriptor: $0, path: "serial line") }
        // A group of its own: the kernel's helpers can then be killed with it.
        var command = Command("setsid", arguments).with(environment: [
            "HOME": "/tmp", "TMPDIR": "/dev/shm",
        ])
        command.folder = "/"
        let pid = try command.start(input: ends[0], output: ends[3], errorOutput: console)
        return (pid, ends[1], ends[2])
    }
}

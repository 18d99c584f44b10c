import CSyscalls
import Command
import Glibc
import JSON
import Lab
import Syscalls

/// A running machine; it is off when the last reference goes, at the latest.
final class VirtualMachine {
    /// What the console never says while all is well.
    static let badNews = [
        "slipway: dead end:", "Kernel panic", "Entering emergency mode", "grub rescue>",
        "No bootable device", "error: ", "slipway-host ended with status",
    ]

    /// What a kernel says that the emulator gave no timer interrupts in time, as happens on a busy
    /// host; says nothing of the system under test.
    private static let emulatorStalled = "IO-APIC + timer doesn't work"

    /// Its serial line.
    let console: Console
    /// How many times longer things may take than on an idle machine.
    let patience: Int

    private let pid: pid_t
    private let control: EmulatorControl
    private let screenPath: String
    private let restarts: Bool
    private var isRunning = true
    private var nextNumber = 0
    private var menuKey: String?

    /// Turns a machine on.
    ///
    /// - Parameters:
    ///   - hardware: What it is.
    ///   - folder: A folder for pipes.
    ///   - logs: What its logs' names begin with.
    ///   - patience: How many times longer things may take than on an idle host.
    /// - Throws: `StoryFailure`, `CommandError`, `SystemError`.
    init(_ hardware: Hardware, folder: String, logs: String, patience: Int) throws {
        self.patience = patience
        screenPath = "\(logs).png"
        restarts = hardware.mayRestart
        console = try Console(path: "\(folder)/serial", logPath: "\(logs).serial.log")
        let errors = try File.create("\(logs).emulator.log")
        var input: [CInt] = [0, 0]
        var output: [CInt] = [0, 0]
        try checked("pipe2", "QMP") { pipe2(&input, O_CLOEXEC) }
        try checked("pipe2", "QMP") { pipe2(&output, O_CLOEXEC) }
        let ends = (input + output).map { File(descriptor: $0, path: "QMP") }
        let words = hardware.arguments(serial: "\(folder)/serial")
        pid = try Command("qemu-system-x86_64", words)
            .start(input: ends[0], output: ends[3], errorOutput: errors)
        let deadline = Deadline(seconds: 30 * patience)
        control = try EmulatorControl(reader: ends[2], writer: ends[1], by: deadline)
        try control.run("cont", by: deadline)
    }

    deinit { cut() }

    // MARK: Waiting

    /// Waits for one of some texts on the console.
    ///
    /// - Parameters:
    ///   - texts: The texts.
    ///   - seconds: How long on an idle host.
    ///   - unwanted: What ends the waiting at once; bad news by default.
    /// - Returns: The text that came.
    /// - Throws: `StoryFailure`.
    @discardableResult
    func await(
        _ texts: String..., seconds: Int, unwanted: [String] = VirtualMachine.badNews
    ) throws -> String {
        let awaited = texts.joined(separator: " or ")
        let deadline = Deadline(seconds: seconds * patience)
        let unwanted = unwanted.filter { bad in !texts.contains { $0.contains(bad) } }
        while true {
            if let text = console.has(texts + unwanted + [VirtualMachine.emulatorStalled]) {
                if texts.contains(text) { return text }
                if try startsAgain(after: text) { continue }
                // What follows says more.
                sleep(2)
                throw StoryFailure.said(
                    text: text + console.rest.prefix(300), awaited: awaited)
            }
            guard !hasEnded() else { throw StoryFailure.ended(awaited: awaited) }
            guard !deadline.isOver else {
                throw StoryFailure.timedOut(awaited: awaited, seconds: deadline.seconds)
            }
            usleep(100_000)
        }
    }

    /// Starts a medium's menu entry.
    func choose(_ key: String) throws {
        menuKey = key
        try self.await("Boot from disk", seconds: 40)
        try console.type(key)
    }

    /// Resets the machine when its emulator, and not what runs on it, is to blame.
    private func startsAgain(after text: String) throws -> Bool {
        // The panic's line begins otherwise, and ends with the reason.
        sleep(1)
        let said = text + console.rest.prefix(100)
        guard said.contains(VirtualMachine.emulatorStalled) else { return false }
        let deadline = Deadline(seconds: 30 * patience)
        try control.run("set-action", ["reboot": "reset"], by: deadline)
        try control.run("system_reset", by: deadline)
        try control.run(
            "set-action", ["reboot": .string(restarts ? "reset" : "shutdown")], by: deadline)
        console.forget()
        if let menuKey { try choose(menuKey) }
        return true
    }

    /// Waits until the guest has turned the machine off.
    func awaitEnd(seconds: Int) throws {
        let deadline = Deadline(seconds: seconds * patience)
        while !hasEnded() {
            if let text = console.has(VirtualMachine.badNews) {
                sleep(2)
                throw StoryFailure.said(text: text + console.rest.prefix(300), awaited: "its end")
            }
            guard !deadline.isOver else {
                throw StoryFailure.timedOut(awaited: "power off", seconds: deadline.seconds)
            }
            usleep(100_000)
        }
    }

    private func hasEnded() -> Bool {
        guard isRunning else { return true }
        var status: CInt = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return false }
        isRunning = false
        // What it said last is still in the pipe.
        console.close()
        return true
    }

    /// The power goes.
    func cut() {
        guard isRunning else { return }
        isRunning = false
        kill(pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        console.close()
    }

    // MARK: The shell on the console

    /// Runs a command in a shell that waits on the console.
    ///
    /// - Parameters:
    ///   - command: One line.
    ///   - seconds: How long on an idle host.
    ///   - wanted: The exit status that it must have; nil for any.
    /// - Returns: What it printed.
    /// - Throws: `StoryFailure`.
    @discardableResult
    func type(_ command: String, seconds: Int, wanted: Int? = 0) throws -> String {
        nextNumber += 1
        // What is typed is echoed: the mark must not be in it as it is printed.
        let mark = "done-\(nextNumber)-"
        try console.type("\(command); echo done-\"\(nextNumber)\"-$?-\n")
        let deadline = Deadline(seconds: seconds * patience)
        while true {
            if let output = console.take(through: mark) {
                guard let digits = awaitLine(by: deadline), let status = Int(digits) else {
                    throw StoryFailure.timedOut(awaited: command, seconds: deadline.seconds)
                }
                if let wanted, wanted != status {
                    throw StoryFailure.command(
                        command, status: status, wanted: wanted, output: output)
                }
                return output
            }
            guard !hasEnded() else { throw StoryFailure.ended(awaited: command) }
            guard !deadline.isOver else {
                throw StoryFailure.timedOut(awaited: command, seconds: deadline.seconds)
            }
            usleep(50_000)
        }
    }

    private func awaitLine(by deadline: Deadline) -> String? {
        while !deadline.isOver {
            if let digits = console.take(through: "-") { return digits }
            usleep(50_000)
        }
        return nil
    }

    // MARK: Hardware

    /// Takes a disk out while the machine runs.
    func remove(_ disk: Disk) throws {
        let deadline = Deadline(seconds: 30 * patience)
        try control.run("device_del", ["id": .string("dev-\(disk.name)")], by: deadline)
        try control.await(event: "DEVICE_DELETED", by: deadline)
        try control.run("blockdev-del", ["node-name": .string(disk.name)], by: deadline)
    }

    /// Puts a disk in while the machine runs.
    func insert(_ disk: Disk) throws {
        let deadline = Deadline(seconds: 30 * patience)
        try control.run("blockdev-add", VirtualMachine.nested(disk.node), by: deadline)
        try control.run(
            "device_add", VirtualMachine.flat(disk.device(bootIndex: nil)), by: deadline)
    }

    /// Bytes that were written to a disk since the machine was turned on.
    func bytesWritten(to disk: Disk) throws -> Int64 { try statistic("wr_bytes", of: disk) }

    private func statistic(_ name: String, of disk: Disk) throws -> Int64 {
        let statistics = try control.run(
            "query-blockstats", by: Deadline(seconds: 30 * patience))
        let found = statistics.array?.first {
            $0["qdev"]?.string?.contains("dev-\(disk.name)") == true
                || $0["node-name"]?.string == disk.name
        }
        guard let value = found?["stats"]?[name]?.integer else {
            throw StoryFailure.unexpected(what: "\(name) of \(disk.name)", found: "none")
        }
        return value
    }

    /// Waits until the loader has read kernel and initramfs from a disk: nothing more is read.
    func awaitLoaded(from disk: Disk, atLeast byteCount: Int64, seconds: Int) throws {
        let deadline = Deadline(seconds: seconds * patience)
        var before: Int64 = -1
        while true {
            let now = try statistic("rd_bytes", of: disk)
            if now >= byteCount, now == before { return }
            before = now
            guard !deadline.isOver else {
                throw StoryFailure.timedOut(
                    awaited: "kernel and initramfs loaded", seconds: deadline.seconds)
            }
            sleep(1)
        }
    }

    /// Waits until so much has been written to a disk since the machine was turned on.
    func awaitWritten(_ byteCount: Int64, to disk: Disk, seconds: Int) throws {
        let deadline = Deadline(seconds: seconds * patience)
        while try bytesWritten(to: disk) < byteCount {
            guard !hasEnded() else {
                throw StoryFailure.ended(awaited: "\(byteCount) bytes written")
            }
            guard !deadline.isOver else {
                throw StoryFailure.timedOut(
                    awaited: "\(byteCount) bytes written", seconds: deadline.seconds)
            }
            usleep(100_000)
        }
    }

    /// Lets time pass, as something outside of the machine does.
    func pause(seconds: Int) throws {
        sleep(UInt32(seconds))
        guard !hasEnded() else { throw StoryFailure.ended(awaited: "\(seconds) s") }
    }

    /// Keeps a picture of the screen beside the logs.
    func takePicture() {
        guard isRunning else { return }
        // It is for people who look for what went wrong already.
        _ = try? control.run(
            "screendump", ["filename": .string(screenPath), "format": "png"],
            by: Deadline(seconds: 10))
    }

    private static func flat(_ words: [(String, String)]) -> JSON {
        .object(
            words.map { key, value in
                let isSwitch = key == "removable"
                return JSON.Member(key, isSwitch ? .bool(value == "on") : .string(value))
            })
    }

    /// `-blockdev`'s dotted keys as the objects that they stand for.
    private static func nested(_ words: [(String, String)]) -> JSON {
        let switches = ["read-only", "no-flush"]
        var members: [JSON.Member] = []
        var inner: [String: [JSON.Member]] = [:]
        for (key, value) in words {
            let parts = key.split(separator: ".").map(String.init)
            let last = parts[parts.count - 1]
            let json: JSON = switches.contains(last) ? .bool(value == "on") : .string(value)
            if parts.count == 1 {
                members.append(JSON.Member(last, json))
            } else {
                inner[parts[0], default: []].append(JSON.Member(last, json))
            }
        }
        for key in inner.keys.sorted() {
            members.append(JSON.Member(key, .object(inner[key] ?? [])))
        }
        return .object(members)
    }
}

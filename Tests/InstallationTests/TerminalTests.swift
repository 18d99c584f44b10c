import Command
import Syscalls
import Testing

/// The screens on a real terminal of 80 columns and 24 lines, through whiptail and tmux.
///
/// What was seen lies in `.build/installer-screens` afterwards; docs/installing.md shows it.
@Suite struct TerminalTests {
    static let program = "\(AnswersSample.tree)/.build/debug/installer-rehearsal"
    static let isAvailable =
        FileSystem.exists(program)
        && ["tmux", "whiptail"].allSatisfy { Command($0).locate() != nil }

    /// A key or text to send, and what must be on the screen before.
    struct Turn {
        let text: String
        let keys: [String]

        init(_ text: String, _ keys: String...) {
            self.text = text
            self.keys = keys
        }
    }

    static let turns = [
        Turn("This installs Slipway 2026.11.21", "Enter"),
        Turn("Which keyboard does the console have?", "Home", "Enter"),
        Turn("What are the disks to be?", "Enter"),
        Turn("Disk for card", "Enter"),
        Turn("Disk for nvme240", "Enter"),
        Turn("Disk for nvme128", "Enter"),
        Turn("ALL OF IT WILL BE LOST", "yes", "Enter"),
        Turn("\"yes\" is neither", "Enter"),
        Turn("ALL OF IT WILL BE LOST", "000000001206", "Enter"),
        Turn("Before and after", "Tab", "Enter"),
        Turn("What is this machine called?", "-nas", "Enter"),
        Turn("How does this machine reach its network?", "Down", "Enter"),
        Turn("Which interface?", "Enter"),
        Turn("Its address, with the length", "192.0.2.10/24", "Enter"),
        Turn("The gateway", "192.0.2.1", "Enter"),
        Turn("Name servers", "192.0.2.1", "Enter"),
        Turn("Paste the public key", AnswersSample.key, "Enter"),
        Turn("A password for root", "secret", "Enter"),
        Turn("Once more", "secret", "Enter"),
        Turn("Where is this machine?", "Down", "Enter"),
        Turn("Where in Europe?", "Down", "Enter"),
        Turn("Install now?", "Left", "Enter"),
        Turn("image 2026.11.21", "Enter"),
    ]

    /// The screens that docs/installing.md shows.
    static let shown: Set<Int> = [1, 3, 4, 7, 10, 12, 17, 22]

    /// A screen as the manual has it: indented, without the empty lines around the box.
    static func block(_ screen: String) -> String {
        screen.split(separator: "\n").map { line in
            var line = line
            while line.last == " " { line = line.dropLast() }
            return line.isEmpty ? "" : "    \(line)\n"
        }.joined()
    }

    @Test(
        "a person at a serial console gets through all screens",
        .enabled(if: isAvailable, "needs tmux, whiptail and installer-rehearsal"))
    func allScreens() async throws {
        let terminal = try Terminal("\(Self.program) \(AnswersSample.tree)")
        defer { terminal.end() }
        let manual = try FileSystem.readText("\(AnswersSample.tree)/docs/installing.md")
        let folder = "\(AnswersSample.tree)/.build/installer-screens"
        try FileSystem.removeTree(folder)
        try FileSystem.makeDirectory(folder)
        for (index, turn) in Self.turns.enumerated() {
            let screen = try await terminal.screen(with: turn.text)
            let number = index < 9 ? "0\(index + 1)" : "\(index + 1)"
            try FileSystem.writeAtomically(screen, to: "\(folder)/\(number).txt")
            #expect(!screen.contains("secret"))
            if Self.shown.contains(index + 1) {
                let block = Self.block(screen)
                #expect(manual.contains(block), "docs/installing.md lacks\n\(block)")
            }
            try terminal.send(turn.keys)
        }
        let end = try await terminal.screen(with: "host slipway-nas")
        #expect(end.contains("zone Europe/Oslo, erase [/dev/sda]"))
    }

    @Test(
        "Escape leads out again, and nothing is installed",
        .enabled(if: isAvailable, "needs tmux, whiptail and installer-rehearsal"))
    func escape() async throws {
        let terminal = try Terminal("\(Self.program) \(AnswersSample.tree)")
        defer { terminal.end() }
        _ = try await terminal.screen(with: "This installs Slipway")
        try terminal.send(["Enter"])
        _ = try await terminal.screen(with: "Which keyboard")
        try terminal.send(["Escape"])
        _ = try await terminal.screen(with: "This installs Slipway")
        try terminal.send(["Escape"])
        _ = try await terminal.screen(with: "Leave the installer?")
        try terminal.send(["Left", "Enter"])
        _ = try await terminal.screen(with: "left without installing")
    }
}

/// A terminal that a program of ours sees, by tmux(1), on a server of its own.
private final class Terminal {
    private let folder: TemporaryFolder

    init(_ program: String) throws {
        folder = try TemporaryFolder()
        // The shell keeps the last screen until the test has seen it.
        try tmux([
            "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24",
            "\(program); echo ended; exec sleep infinity",
        ])
    }

    func end() {
        // A server that is gone already is as good.
        _ = try? tmux(["kill-server"])
    }

    /// Waits for a screen with a text.
    func screen(with text: String) async throws -> String {
        var last = ""
        while true {
            let screen = try tmux(["capture-pane", "-p"])
            // Twice the same: it has been drawn to its end.
            if screen.contains(text), screen == last { return screen }
            last = screen
            guard screen.contains(text) || !screen.contains("\nended") else {
                throw Ended(screen: screen, wanted: text)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    func send(_ keys: [String]) throws {
        for key in keys {
            let isName = ["Enter", "Escape", "Home", "Down", "Left", "Tab"].contains(key)
            try tmux(["send-keys"] + (isName ? [key] : ["-l", "--", key]))
        }
    }

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        try Command("tmux", ["-S", "\(folder.path)/socket"] + arguments)
            .with(environment: ["TERM": "xterm"]).runChecked().text
    }

    struct Ended: Error, CustomStringConvertible {
        let screen: String
        let wanted: String

        var description: String { "ended before \"\(wanted)\" was seen:\n\(screen)" }
    }
}

import CSyscalls
import Command
import Glibc
import Syscalls

/// Dialogs by whiptail(1), on the terminal that the program was started from.
package struct Whiptail: Dialogs {
    /// What stands at the screen's top.
    private let backtitle: String
    private let environment: [String: String]

    /// Prepares to show dialogs.
    ///
    /// - Parameters:
    ///   - backtitle: What stands at the screen's top.
    ///   - terminal: The terminal's type, `TERM`.
    package init(backtitle: String, terminal: String) {
        self.backtitle = backtitle
        environment = ["TERM": terminal, "NEWT_COLORS": Whiptail.colors]
    }

    /// Black on white and no shadow's tricks: readable on a serial line, too.
    private static let colors = "root=white,black;roottext=white,black;shadow=black,black"

    package func show(_ title: String, _ text: String) throws -> DialogAnswer<Void> {
        let size = Whiptail.size(of: text)
        let (status, _) = try run(
            [
                "--title", size.isLong ? "\(title): arrow keys scroll, Tab and Enter go on" : title,
                "--ok-button", "Continue",
            ]
                + (size.isLong ? ["--scrolltext"] : [])
                + ["--msgbox", text, String(size.lines), "78"])
        return status == 0 ? .answer(()) : .back
    }

    package func ask(_ title: String, _ text: String, yes: String, no: String) throws -> Bool {
        let size = Whiptail.size(of: text)
        let (status, _) = try run(
            [
                "--title", title,
                "--yes-button", yes,
                "--no-button", no,
                // Enter alone must never begin anything.
                "--defaultno",
            ] + (size.isLong ? ["--scrolltext"] : []) + ["--yesno", text, String(size.lines), "78"])
        return status == 0
    }

    package func choose(
        _ title: String, _ text: String, _ items: [DialogItem], selected: String?
    ) throws -> DialogAnswer<String> {
        let text = DialogSize.wrap(text)
        let textLines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        let room = max(3, DialogSize.lines - 7 - textLines)
        let width = items.map(\.tag.count).max() ?? 0
        var arguments = ["--title", title, "--cancel-button", "Back", "--notags"]
        if let selected { arguments += ["--default-item", selected] }
        arguments += [
            "--menu", text, String(min(DialogSize.lines, textLines + 7 + min(items.count, room))),
            "78", String(min(items.count, room)),
        ]
        for item in items {
            let tag = item.tag + String(repeating: " ", count: width - item.tag.count)
            let line = item.title.isEmpty ? item.tag : "\(tag)  \(item.title)"
            arguments += [item.tag, DialogSize.cut(line, to: 66)]
        }
        return answer(try run(arguments))
    }

    package func type(_ title: String, _ text: String, initial: String) throws
        -> DialogAnswer<String>
    {
        let size = Whiptail.size(of: text, more: 1)
        return answer(
            try run([
                "--title", title, "--cancel-button", "Back",
                "--inputbox", DialogSize.wrap(text), String(size.lines), "78", initial,
            ]))
    }

    package func typeSecret(_ title: String, _ text: String) throws -> DialogAnswer<String> {
        let size = Whiptail.size(of: text, more: 1)
        return answer(
            try run([
                "--title", title, "--cancel-button", "Back",
                "--passwordbox", DialogSize.wrap(text), String(size.lines), "78",
            ]))
    }

    /// The call that shows a gauge of what it reads.
    func gauge(_ title: String) -> Command {
        Command(
            "whiptail",
            [
                "--backtitle", backtitle,
                "--title", title,
                "--gauge", String(repeating: "\n", count: GaugeRenderer.lineCount - 1),
                String(GaugeRenderer.lineCount + 6), "78", "0",
            ]
        ).with(environment: environment)
    }

    private func answer(_ result: (status: CInt, output: String)) -> DialogAnswer<String> {
        result.status == 0 ? .answer(result.output) : .back
    }

    /// How high a box for a text is, and whether it has to scroll.
    private static func size(of text: String, more: Int = 0) -> (lines: Int, isLong: Bool) {
        let lines = DialogSize.wrap(text)
            .split(separator: "\n", omittingEmptySubsequences: false).count
        let wanted = lines + 7 + more
        return (min(wanted, DialogSize.lines), wanted > DialogSize.lines)
    }

    /// Shows a dialog and waits for its end.
    ///
    /// - Returns: whiptail's status (0: the first button, 1: the second, 255: Escape) and what was
    ///   chosen, which it writes to its standard error.
    /// - Throws: `CommandError`, `DialogError`.
    private func run(_ arguments: [String]) throws -> (status: CInt, output: String) {
        let command = Command("whiptail", ["--backtitle", backtitle] + arguments)
            .with(environment: environment)
        let output = File(
            descriptor: try checked("memfd_create", "answer") {
                memfd_create("answer", CUnsignedInt(MFD_CLOEXEC))
            }, path: "answer")
        let terminal = try File("/dev/tty", flags: O_RDWR)
        let pid = try command.start(input: terminal, output: terminal, errorOutput: output)
        let status = waitStatus(of: pid)
        let text = String(
            decoding: try output.read(Int(try output.byteCount()), at: 0), as: UTF8.self)
        guard [0, 1, 255].contains(status) else {
            throw DialogError.failed(status: status, output: text.trimmingBlanks)
        }
        return (status, text)
    }
}

/// Why a dialog could not be shown.
package enum DialogError: Error, Equatable, CustomStringConvertible {
    /// whiptail ended as it should not.
    case failed(status: CInt, output: String)
    /// The person left before anything was written.
    case left

    package var description: String {
        switch self {
        case .failed(let status, let output): "whiptail: exit status \(status): \(output)"
        case .left: "left without installing: no disk was written to"
        }
    }
}

/// Waits for a process of ours; a signal that ended it counts 128 and its number.
func waitStatus(of pid: pid_t) -> CInt {
    var status: CInt = 0
    while waitpid(pid, &status, 0) == -1 {
        // Only this code waits for the child, so nothing but a signal can come between.
        precondition(errno == EINTR, "waitpid: \(String(cString: strerror(errno)))")
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
}

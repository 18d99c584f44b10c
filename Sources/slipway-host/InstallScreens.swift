import CommandLine
import Deployment
import Events
import Glibc
import Installation
import Recovery
import Storage
import Syscalls

/// `slipway-host install` with a person: screens that ask, a gauge, and a last screen.
struct InstallScreens {
    private let arguments: ParsedArguments
    private let words: KernelWords
    private let catalog: InstallationCatalog
    private let whiptail: Whiptail
    private let release: String

    /// Prepares the screens.
    ///
    /// - Throws: `UsageError` where there is no terminal, or where what was asked for needs answers.
    init(
        _ arguments: ParsedArguments, words: KernelWords, catalog: InstallationCatalog
    ) throws {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw arguments.usageError("--answers is needed where there is no terminal")
        }
        for option in ["plan-only", "json"] where arguments.flag(option) {
            throw arguments.usageError("--\(option) needs --answers")
        }
        self.arguments = arguments
        self.words = words
        self.catalog = catalog
        release = try RunningImage(root: arguments.string("root") ?? "/").version
        whiptail = Whiptail(
            backtitle: "Slipway \(release)",
            terminal: getenv("TERM").map { String(cString: $0) } ?? "linux")
    }

    /// Asks, installs, and says how it went.
    func run() throws -> Int32 {
        let machine = LiveMachine(
            words: words, described: try DiskOptions.described(arguments))
        let answers = try Interview(
            whiptail, machine: machine, catalog: catalog, release: release
        ).run()
        do {
            try install(answers)
        } catch {
            _ = try whiptail.show(
                "Not installed",
                """
                \(error)

                Nothing is half done that the same answers once more would not finish.
                """)
            throw error
        }
        let end = try whiptail.choose(
            "Installed",
            "Slipway \(release) is installed. Take the medium out when the machine is off.",
            [
                DialogItem("poweroff", "turn the machine off"),
                DialogItem("reboot", "start it again, from its disks"),
                DialogItem("shell", "stay in the live system"),
            ], selected: "poweroff")
        if case .answer(let word) = end, let whenDone = WhenDone(rawValue: word) {
            try InstallCommand.finish(whenDone)
        }
        return ExitCode.done
    }

    private func install(_ answers: Answers) throws {
        let gauge = try ProgressGauge("Installing", by: whiptail)
        defer { gauge.end() }
        let installation = try InstallCommand.installation(
            answers, arguments, words, events: gauge.events)
        try WorkLock.holding { try installation.carryOut(installation.plan()) }
    }
}

import Storage

/// The screens of the installer, one after the other; what they make is `Answers`.
///
/// Back leads to the screen before, from the first one out. Until the last look has been agreed to,
/// nothing is written anywhere.
package struct Interview<Screens: Dialogs, Machine: InstallerMachine> {
    let screens: Screens
    let machine: Machine
    let catalog: InstallationCatalog
    /// What is being installed, for the first and the last screen.
    let release: String

    /// Where a screen leads.
    enum Move {
        case on, back
        /// There was nothing to ask: it goes on in the direction that it came from.
        case passed
    }

    /// What has been chosen so far; a screen that is seen again shows it again.
    struct Draft {
        var keymap: String?
        var layout: Layout?
        /// The disk of each role.
        var disks: [String: ObservedDisk] = [:]
        /// Paths of disks whose data may be lost.
        var erase: Set<String> = []
        var hostname = "slipway"
        var network = NetworkAnswer.automatic
        var key = ""
        var passwordHash: PasswordHash?
        var timezone = Answers.standardTimezone
    }

    /// Prepares an interview.
    package init(
        _ screens: Screens, machine: Machine, catalog: InstallationCatalog, release: String
    ) {
        self.screens = screens
        self.machine = machine
        self.catalog = catalog
        self.release = release
    }

    /// Asks everything.
    ///
    /// - Returns: The answers.
    /// - Throws: `DialogError.left` when the person leaves; whatever looking at the disks throws.
    package func run() throws -> Answers {
        var draft = Draft()
        var index = 0
        var direction = 1
        while index < screenCount {
            switch try show(index, &draft) {
            case .on: direction = 1
            case .back: direction = -1
            case .passed: break
            }
            if index + direction >= 0 {
                index += direction
            } else if try mayLeave() {
                throw DialogError.left
            }
        }
        guard let answers = answers(draft) else { throw DialogError.left }
        return answers
    }

    private var screenCount: Int { 11 }

    private func show(_ index: Int, _ draft: inout Draft) throws -> Move {
        switch index {
        case 0: try welcome()
        case 1: try chooseKeymap(&draft)
        case 2: try chooseLayout(&draft)
        case 3: try chooseDisks(&draft)
        case 4: try nameDisksToErase(&draft)
        case 5: try showPlan(draft)
        case 6: try typeHostname(&draft)
        case 7: try askNetwork(&draft)
        case 8: try askLogin(&draft)
        case 9: try chooseTimezone(&draft)
        default: try lastLook(draft)
        }
    }

    private func mayLeave() throws -> Bool {
        try screens.ask(
            "Leave", "Leave the installer? No disk has been written to.", yes: "Leave", no: "Stay")
    }

    private func welcome() throws -> Move {
        let answer = try screens.show(
            "Welcome",
            """
            This installs Slipway \(release) on this machine.

            The next screens ask for the keyboard, the disks and what the system needs to know. \
            Nothing is written to any disk before the last of them has been agreed to.

            Arrow keys and Tab move, Enter chooses, Escape goes back.
            """)
        return if case .answer = answer { .on } else { .back }
    }

    private func lastLook(_ draft: Draft) throws -> Move {
        guard let answers = answers(draft), let layout = draft.layout else { return .back }
        var lines = ["Slipway \(release), layout \(layout.name)", ""]
        for role in layout.disks {
            guard let disk = draft.disks[role.name] else { continue }
            let loss = draft.erase.contains(disk.path) ? "  ALL DATA ON IT IS LOST" : ""
            lines.append("  \(role.name): \(disk.shortTitle)\(loss)")
        }
        lines += [
            "", "Host name   \(answers.hostname)", "Time zone   \(answers.timezone)",
            "Keyboard    \(answers.keymap ?? "as it is")", "Network     \(answers.network.summary)",
            "Log in      \(loginSummary(answers))", "", "Install now?",
        ]
        let isAgreed = try screens.ask(
            "Last look", lines.joined(separator: "\n"), yes: "Install", no: "Back")
        return isAgreed ? .on : .back
    }

    private func loginSummary(_ answers: Answers) -> String {
        let ways = [
            answers.authorizedKeys.isEmpty ? nil : "root by SSH key",
            answers.passwordHash == nil ? nil : "root by password",
        ]
        return ways.compactMap { $0 }.joined(separator: ", ")
    }

    private func answers(_ draft: Draft) -> Answers? {
        guard let layout = draft.layout else { return nil }
        var answers = Answers(layout: layout, hostname: draft.hostname)
        answers.disks = draft.disks.mapValues { DiskSelector(path: $0.path, serial: $0.serial) }
        answers.erase = draft.erase.sorted().map { DiskSelector(path: $0) }
        answers.timezone = draft.timezone
        answers.keymap = draft.keymap
        answers.network = draft.network
        // It was checked as it was typed.
        answers.authorizedKeys = (try? AuthorizedKey(draft.key)).map { [$0] } ?? []
        answers.passwordHash = draft.passwordHash
        // The last screen asks that.
        answers.whenDone = .shell
        return answers
    }
}

extension NetworkAnswer {
    /// The network in a few words.
    var summary: String {
        switch self {
        case .automatic: "DHCP on every wired interface"
        case .interfaces(let interfaces):
            interfaces.map { interface in
                let name =
                    switch interface.match {
                    case .hardwareAddress(let text), .name(let text): text
                    }
                return "\(interface.address ?? "DHCP") on \(name)"
            }.joined(separator: ", ")
        }
    }
}

extension ObservedDisk {
    /// The disk in a line: path, model, size, bus, serial.
    var shortTitle: String {
        let words = [
            model, ByteSize.shortText(byteCount), bus.rawValue, serial.map { "serial \($0)" },
            lun.map { "unit \($0)" },
        ]
        return "\(path) (\(words.compactMap { $0 }.joined(separator: ", ")))"
    }
}

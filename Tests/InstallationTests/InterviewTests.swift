import Storage
import Synchronization
import Testing

@testable import Installation
@testable import installer_rehearsal

@Suite struct InterviewTests {
    typealias Turn = ScriptedDialogs.Turn

    /// The screens up to the choice of the layout.
    static let beginning = [
        Turn("Welcome", .go), Turn("Keyboard", .text("de")), Turn("Layout", .text("tvs-663")),
    ]

    /// The disks of the target, as they are offered first.
    static let disks = [
        Turn("Disk for card", .go), Turn("Disk for nvme240", .go), Turn("Disk for nvme128", .go),
    ]

    /// The screens from the host's name to the end.
    static let end = [
        Turn("Host name", .text("nas")), Turn("Network", .text("dhcp")),
        Turn("SSH key", .text(AnswersSample.key)), Turn("Password", .text("")),
        Turn("Time zone", .text("Europe")), Turn("Time zone", .text("Europe/Oslo")),
        Turn("Last look", .yes),
    ]

    static func interview(
        _ turns: [Turn], _ machine: RehearsalMachine = .tvs663()
    ) throws -> (answers: Answers, shown: [String]) {
        let dialogs = ScriptedDialogs(turns)
        let answers = try Interview(
            dialogs, machine: machine, catalog: AnswersSample.catalog, release: "2026.11.21"
        ).run()
        #expect(dialogs.isOver)
        return (answers, dialogs.shown.withLock { $0 })
    }

    @Test("blank disks are installed on without a question about data")
    func blankDisks() throws {
        let turns = Self.beginning + Self.disks + [Turn("Before and after", .go)] + Self.end
        let (answers, shown) = try Self.interview(turns)
        #expect(answers.layout.name == "tvs-663")
        #expect(
            answers.disks.mapValues(\.path) == [
                "card": "/dev/sda", "nvme240": "/dev/nvme0n1", "nvme128": "/dev/nvme1n1",
            ])
        #expect(answers.erase == [])
        #expect(answers.hostname == "nas")
        #expect(answers.keymap == "de")
        #expect(answers.timezone == "Europe/Oslo")
        #expect(answers.network == .automatic)
        #expect(answers.authorizedKeys.map(\.line) == [AnswersSample.key])
        #expect(answers.passwordHash == nil)
        #expect(answers.whenDone == .shell)
        // Layouts that do not fit are told with the reason.
        #expect(shown[2].contains("mirror"))
        let last = try #require(shown.last)
        #expect(last.contains("card: /dev/sda (SD Reader, 63.9 GB, usb"))
        #expect(!last.contains("LOST"))
    }

    @Test("what the screens make, a file could have said")
    func sameAsFile() throws {
        let turns = Self.beginning + Self.disks + [Turn("Before and after", .go)] + Self.end
        let (answers, _) = try Self.interview(turns)
        let choice = DiskChoice(answers, in: try RehearsalMachine.tvs663().observe())
        #expect(choice.refusals == [])
        #expect(choice.assignments["card"] == "/dev/sda")
    }

    @Test("a disk that holds data is named by its serial, or nothing is agreed to")
    func dataIsNamed() throws {
        let machine = RehearsalMachine.tvs663(
            card: [.filesystem(type: "ext4", uuid: nil, label: "photos")])
        let turns =
            Self.beginning + Self.disks + [
                Turn("Data on card", .text("yes")), Turn("Data on card", .go),
                Turn("Data on card", .text("000000001206")), Turn("Before and after", .go),
            ] + Self.end
        let (answers, shown) = try Self.interview(turns, machine)
        #expect(answers.erase == [DiskSelector(path: "/dev/sda")])
        #expect(shown.contains { $0.contains("photos") && $0.contains("ALL OF IT WILL BE LOST") })
        #expect(shown.last?.contains("ALL DATA ON IT IS LOST") == true)
    }

    @Test("back from the question about data leads to the disks, and agrees to nothing")
    func dataIsKept() throws {
        let machine = RehearsalMachine.tvs663(
            card: [.filesystem(type: "ext4", uuid: nil, label: "photos")])
        let turns =
            Self.beginning + Self.disks + [
                Turn("Data on card", .back), Turn("Disk for card", .back), Turn("Layout", .back),
                Turn("Keyboard", .back), Turn("Welcome", .back), Turn("Leave", .yes),
            ]
        #expect(throws: DialogError.left) { try Self.interview(turns, machine) }
    }

    @Test("leaving is possible at every screen", arguments: 0..<14)
    func leave(at count: Int) throws {
        let turns = Self.beginning + Self.disks + [Turn("Before and after", .go)] + Self.end
        let dialogs = ScriptedDialogs(
            Array(turns.prefix(count)) + [Turn(turns[count].title, .back)])
        // Then the screen before comes, for which there is no turn.
        #expect(throws: ScriptedDialogs.Unexpected.self) {
            try Interview(
                dialogs, machine: RehearsalMachine.tvs663(), catalog: AnswersSample.catalog,
                release: "1"
            ).run()
        }
        #expect(dialogs.isOver)
    }

    @Test("a last look that is not agreed to installs nothing")
    func lastLookIsRefused() throws {
        let turns =
            Self.beginning + Self.disks + [Turn("Before and after", .go)] + Self.end.dropLast()
            + [
                Turn("Last look", .no), Turn("Time zone", .back), Turn("SSH key", .back),
                Turn("Network", .back), Turn("Host name", .back),
                // Nothing holds data, so that that screen is passed over in both directions.
                Turn("Before", .back), Turn("Disk for card", .back), Turn("Layout", .back),
                Turn("Keyboard", .back), Turn("Welcome", .back), Turn("Leave", .yes),
            ]
        let dialogs = ScriptedDialogs(turns)
        #expect(throws: DialogError.left) {
            try Interview(
                dialogs, machine: RehearsalMachine.tvs663(), catalog: AnswersSample.catalog,
                release: "1"
            ).run()
        }
    }

    @Test("mistakes are told, and typed again")
    func mistakes() throws {
        let turns =
            Self.beginning + Self.disks + [
                Turn("Before and after", .go), Turn("Host name", .text("-")),
                Turn("Host name", .go), Turn("Host name", .text("nas")),
                Turn("Network", .text("static")), Turn("Network", .go),
                Turn("Network", .text("192.0.2.10")), Turn("Network", .go),
                Turn("Network", .text("192.0.2.10/24")), Turn("Network", .text("192.0.2.1")),
                Turn("Network", .text("192.0.2.1 192.0.2.2")), Turn("SSH key", .text("")),
                Turn("Password", .text("")), Turn("Password", .go), Turn("Password", .text("a")),
                Turn("Password", .text("b")), Turn("Password", .go), Turn("Password", .text("a")),
                Turn("Password", .text("a")), Turn("Time zone", .text("Etc/UTC")),
                Turn("Last look", .yes),
            ]
        let (answers, shown) = try Self.interview(turns)
        #expect(
            answers.network
                == .interfaces([
                    InterfaceAnswer(
                        match: .hardwareAddress("00:08:9b:01:02:04"), address: "192.0.2.10/24",
                        gateway: "192.0.2.1", nameServers: ["192.0.2.1", "192.0.2.2"])
                ]))
        #expect(answers.passwordHash?.text == AnswersSample.hash)
        #expect(!shown.joined().contains(AnswersSample.hash))
    }

    @Test("a machine without the disks is told why, and nothing can be chosen")
    func noLayoutFits() throws {
        let dialogs = ScriptedDialogs([
            Turn("Welcome", .go), Turn("Keyboard", .text("de")), Turn("Layout", .go),
            Turn("Layout", .back), Turn("Keyboard", .back), Turn("Welcome", .back),
            Turn("Leave", .yes),
        ])
        #expect(throws: DialogError.left) {
            try Interview(
                dialogs, machine: RehearsalMachine(disks: []), catalog: AnswersSample.catalog,
                release: "1"
            ).run()
        }
        let shown = dialogs.shown.withLock { $0 }
        #expect(shown[2].contains("tvs-663: no disk for card (bus usb"))
    }

    @Test("no line of a screen is wider than its box")
    func width() throws {
        let turns = Self.beginning + Self.disks + [Turn("Before and after", .go)] + Self.end
        let (_, shown) = try Self.interview(turns)
        for text in shown {
            // Items of lists are cut when they are shown.
            for line in DialogSize.wrap(text).split(separator: "\n") where line.first == " " {
                #expect(line.count <= DialogSize.columns, "\(line)")
            }
        }
    }
}

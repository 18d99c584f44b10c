import CommandLine
import Deployment
import Events
import Glibc
import JSON
import Recovery
import Storage
import Syscalls

/// `slipway-host recover`: brings the appliance back.
enum RecoverCommand {
    static let spec = CommandSpec(
        name: "recover",
        abstract: "Find what is wrong with the disks of an appliance, and mend it",
        discussion: """
            Works from the live system of any version, and while the appliance runs. Finds the \
            layout that was written down, says what is wrong in one sentence, shows what is to be \
            done, and does it: a fresh card can be booted first, from what the surviving disk \
            holds, and is filled after. Ends with the proof that the machine will start, and a \
            report in state/slipway/reports on the boot volume.

            A disk that holds data is only erased when it was named. After a cut the same command \
            goes on and finishes. Where nothing is wrong, nothing is done.

            The exit code is 0 when all is well at the end, 4 when something is still missing, 5 \
            when the machine would not start, 1 when nothing may be done, and with --plan-only 3 \
            when there is something to do.
            """,
        options: [
            OptionSpec(name: "yes", short: "y", value: .flag, help: "Do not ask"),
            OptionSpec(
                name: "plan-only", value: .flag,
                help: "Show what would be done, and write nothing"),
            DiskOptions.erase, DiskOptions.disk,
            OptionSpec(
                name: "layout", value: .required("FILE", .file),
                help: "Take this layout, where no disk has a record of it"),
            OptionSpec(name: "json", value: .flag, help: "Print the plan, or the report, as JSON"),
            RecoveryOptions.volume, TrustOptions.key, DiskOptions.disks, DiskOptions.stall,
            DiskOptions.logFormat,
        ]
    ) { arguments in
        let conversation = Conversation(
            mayAsk: !arguments.flag("yes") && !arguments.flag("json")
                && isatty(STDIN_FILENO) == 1)
        var request = Recover.Request(
            record: try record(arguments), assignments: try DiskOptions.assignments(arguments),
            consents: Set(arguments.strings("erase")))
        let recover = Recover(
            observer: Observer(described: try DiskOptions.described(arguments)),
            volumePath: RecoveryOptions.volumeFolder(arguments),
            medium: try KernelWords.ofThisBoot().medium,
            keys: try TrustOptions.keys(arguments), events: DiskOptions.events(arguments),
            stallSeconds: arguments.integer("stall") ?? 300)
        var situation = try recover.look(request)
        while let path = conversation.nameDisk(among: situation.erasable) {
            request.consents.insert(path)
            situation = try recover.look(request)
        }
        if arguments.flag("plan-only") {
            let plan = try situation.plan()
            let text = "\(situation.sentence)\n\n\(plan.text)"
            print(arguments.flag("json") ? plan.json.text(.pretty) : text, terminator: "")
            return plan.steps.isEmpty ? ExitCode.done : ExitCode.wouldChange
        }
        let isQuiet = arguments.flag("json")
        if !isQuiet {
            print(
                "The layout is \(situation.record.layout.name)'s, from "
                    + "\(situation.record.place.text).\n\(situation.sentence)")
        }
        let report = try WorkLock.holding {
            try recover.run(request, from: situation) { plan in
                if !isQuiet { print("\n\(plan.text)") }
                // Before progress, which goes elsewhere.
                fflush(nil)
                return arguments.flag("yes") || conversation.agrees()
            }
        }
        if isQuiet {
            print(report.json.text(.pretty), terminator: "")
        } else {
            print("\n\(report.status?.text ?? "")", terminator: "")
            if report.wasWhole { print("Nothing had to be done.") }
        }
        return report.status?.health.exitCode ?? ExitCode.failed
    }

    /// The layout of `--layout`.
    private static func record(_ arguments: ParsedArguments) throws -> LayoutRecord? {
        guard let path = arguments.string("layout") else { return nil }
        return LayoutRecord(
            place: .file(path), disk: nil,
            layout: try Layout(parsing: FileSystem.read(path), file: path))
    }
}

/// What is asked of a person at a terminal.
private struct Conversation {
    /// Whether there is somebody to ask.
    let mayAsk: Bool

    /// Asks whether to go on; without a terminal nobody agrees.
    func agrees() -> Bool {
        guard mayAsk else { return false }
        return ask("Do this? Type yes: ") == "yes"
    }

    /// Asks for the disk whose data may go; nil when none would help, or none is named.
    func nameDisk(among disks: [ObservedDisk]) -> String? {
        guard mayAsk, !disks.isEmpty else { return nil }
        print("\nTo go on, all data on one of these disks would be lost:")
        for disk in disks {
            let content = disk.areas.flatMap(\.signatures).map(\.text).joined(separator: ", ")
            let size = ByteSize.shortText(disk.byteCount)
            print("  \(disk.title), \(size)\(content.isEmpty ? "" : ": \(content)")")
        }
        let answer = ask("Type the path of the disk to erase, or nothing to stop: ")
        return disks.first { $0.path == answer }?.path
    }

    private func ask(_ question: String) -> String? {
        print(question, terminator: "")
        fflush(nil)
        return readLine()
    }
}

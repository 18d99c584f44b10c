import Command
import CommandLine
import Deployment
import Events
import Glibc
import Installation
import JSON
import Release
import Storage
import Syscalls
import YAML

/// `slipway-host install`: the appliance onto this machine's disks.
enum InstallCommand {
    static let spec = CommandSpec(
        name: "install",
        abstract: "Install the appliance on this machine",
        discussion: """
            Asks on screens, or takes a file of answers: from --answers, or from where the \
            kernel's command line says (slipway.answers=). The payload, the answers and the \
            disks are all checked before anything is written. A disk that holds data is only \
            touched when it was named.

            After a cut the same command goes on and finishes. On a machine that is installed \
            as the answers say, nothing is done.

            The exit code is 0 when all is done, 1 when not, and with --plan-only 3 when there \
            is something to do.
            """,
        options: [
            OptionSpec(
                name: "answers", value: .required("FILE", .file),
                help: "Do not ask: this file has the answers"),
            OptionSpec(
                name: "payload", value: .required("FILE", .file),
                help: "Install this payload", default: "/run/slipway/payload.update"),
            OptionSpec(
                name: "plan-only", value: .flag,
                help: "Show what would be done, and write nothing"),
            OptionSpec(
                name: "json", value: .flag, help: "Print the plan for the disks as JSON"),
            DiskOptions.disk, DiskOptions.erase,
            TrustOptions.key, TrustOptions.allowUnsigned, TrustOptions.root, DiskOptions.disks,
            DiskOptions.stall, DiskOptions.logFormat,
        ]
    ) { arguments in
        let words = try KernelWords.ofThisBoot()
        let catalog = try InstallationCatalog(root: root(arguments))
        guard let source = try source(arguments, words) else {
            return try InstallScreens(arguments, words: words, catalog: catalog).run()
        }
        let (bytes, name) = try source.read()
        let answers = try Answers(parsing: bytes, file: name, catalog: catalog)
        let installation = try installation(
            answers, arguments, words, events: DiskOptions.events(arguments))
        let isOnlyPlanned = arguments.flag("plan-only")
        let plan = try WorkLock.holding {
            let plan = try installation.plan()
            print(
                arguments.flag("json") ? plan.storage.json.text(.pretty) : plan.text,
                terminator: "")
            if !isOnlyPlanned, !plan.isDone {
                try installation.carryOut(plan)
                if !arguments.flag("json") { print("installed \(plan.release.version)") }
            }
            return plan
        }
        if isOnlyPlanned { return plan.isDone ? ExitCode.done : ExitCode.wouldChange }
        // What follows may end this program before it would write by itself.
        fflush(nil)
        try finish(answers.whenDone)
        return ExitCode.done
    }

    /// Does with the live system what was asked for.
    static func finish(_ whenDone: WhenDone) throws {
        switch whenDone {
        case .powerOff: try Command("systemctl", ["poweroff"]).runChecked()
        case .reboot: try Command("systemctl", ["reboot"]).runChecked()
        case .shell: break
        }
    }

    /// Where the running image is, as the beginning of paths.
    private static func root(_ arguments: ParsedArguments) -> String {
        let root = arguments.string("root") ?? "/"
        return root == "/" ? "" : root
    }

    /// Where answers come from; nil where a person is to be asked.
    private static func source(
        _ arguments: ParsedArguments, _ words: KernelWords
    ) throws -> AnswersSource? {
        if let path = arguments.string("answers") { return .file(path) }
        return try AnswersSource(words)
    }

    static func installation(
        _ answers: Answers, _ arguments: ParsedArguments, _ words: KernelWords, events: EventStream
    ) throws -> Installation {
        Installation(
            answers, payload: arguments.string("payload") ?? "",
            verifier: try TrustOptions.verifier(arguments), words: words,
            described: try DiskOptions.described(arguments),
            assignments: try DiskOptions.assignments(arguments),
            consents: Set(arguments.strings("erase")),
            stallSeconds: arguments.integer("stall") ?? 300, events: events)
    }
}

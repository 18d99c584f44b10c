import CommandLine
import Glibc
import JSON
import Storage
import Syscalls

/// `slipway-host plan`: what would have to be done.
enum PlanCommand {
    static let spec = CommandSpec(
        name: "plan",
        abstract: "Work out how the disks become what a layout says",
        discussion: """
            Changes nothing. Installing, recovering and replacing a disk are all planned in this \
            way, from the layout and what the disks look like.

            The exit code is 0 when nothing is to be done, 3 when something is, and 1 when \
            nothing may be done: the reasons, and what would help, go to standard error.
            """,
        options: [
            OptionSpec(
                name: "layout", value: .required("FILE", .file), help: "What the disks must be"),
            OptionSpec(
                name: "observation", value: .required("FILE", .file),
                help: "Plan against what 'observe --json' printed, not against this machine"),
            DiskOptions.disks, BootLegOptions.bootVolume,
            DiskOptions.disk, DiskOptions.erase,
            OptionSpec(name: "json", value: .flag, help: "Print the plan as JSON"),
            OptionSpec(
                name: "output", short: "o", value: .required("FILE", .file),
                help: "Write the plan there, for 'apply'"),
        ]
    ) { arguments in
        let request = try request(arguments)
        let plan: Plan
        switch Planner.plan(request) {
        case .refused(let refusals):
            for refusal in refusals { complain("refused: \(refusal.reason)\n  \(refusal.cure)\n") }
            return ExitCode.failed
        case .plan(let made): plan = made
        }
        if let path = arguments.string("output") {
            try FileSystem.writeAtomically(plan.json.text(.pretty), to: path)
        }
        print(arguments.flag("json") ? plan.json.text(.pretty) : plan.text, terminator: "")
        return plan.steps.isEmpty ? ExitCode.done : ExitCode.wouldChange
    }

    private static func request(_ arguments: ParsedArguments) throws -> PlanRequest {
        guard let path = arguments.string("layout") else {
            throw arguments.usageError("--layout is needed: what are the disks to be?")
        }
        if arguments.isGiven("observation"), arguments.isGiven("disks") {
            throw arguments.usageError("--disks says nothing of a saved observation")
        }
        let layout = try Layout(parsing: FileSystem.read(path), file: path)
        let assignments = try DiskOptions.assignments(arguments)
        let observation =
            if let path = arguments.string("observation") {
                try DiskOptions.read(path) { json throws(SavedFormError) in
                    try Observation(json: json)
                }
            } else {
                try Observer(
                    described: DiskOptions.described(arguments),
                    bootLegs: BootLegOptions.writer(arguments)
                ).observe(for: layout, assignments: assignments)
            }
        return PlanRequest(
            layout: layout, observation: observation, assignments: assignments,
            consents: Set(arguments.strings("erase")),
            hasBootImage: arguments.isGiven("boot-volume"), seed: PlanRequest.randomSeed())
    }

    private static func complain(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            // Where standard error is closed there is nobody to tell; the exit code still does.
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}

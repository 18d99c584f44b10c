import CommandLine
import Syscalls

/// `slipway-e2e measure`: numbers of whole machines, for the benchmarks.
enum MeasureCommand {
    static let spec = CommandSpec(
        name: "measure",
        abstract: "Measure an emulated machine",
        discussion: Measure.all.map { "\($0.name): \($0.summary)." }.joined(separator: " "),
        options: [
            OptionSpec(
                name: "output", value: .required("FILE", .file),
                help: "Where the number goes", default: "work/e2e/number"),
            OptionSpec(
                name: "medium", value: .required("FILE", .file),
                help: "A Debian live image, whose root has the password \"live\"",
                default: "work/bench/debian-live.iso"),
            OptionSpec(
                name: "minutes", value: .required("N", .integer(1...1000)),
                help: "How long an idle machine is looked at", default: "30"),
        ] + MachineOptions.specs,
        operands: [OperandSpec(name: "what", help: "What is measured", arity: .one)]
    ) { arguments in
        guard let measure = Measure.all.first(where: { $0.name == arguments.operands[0] }) else {
            throw arguments.usageError("there is no measure \"\(arguments.operands[0])\"")
        }
        let output = try MachineOptions.path(arguments, "output")
        return try MachineOptions.run(arguments) { teller in
            let value = try teller.withMachine(measure.name) {
                try measure.take($0, teller, arguments)
            }
            print("\(measure.name) = \(value)")
            try FileSystem.writeAtomically("\(value)\n", to: output)
            return true
        }
    }
}

/// One number of a machine.
private struct Measure: Sendable {
    /// What it is called.
    let name: String
    /// What it is, with its unit.
    let summary: String
    /// Takes it.
    let take: @Sendable (StoryRun, Teller, ParsedArguments) throws -> Int64

    /// Units of systemd whose start is waited for.
    private static let prompt = "serial-getty@ttyS0.service"
    private static let multiUser = "multi-user.target"

    static let all = [
        Measure(
            name: "live-prompt",
            summary: "microseconds from the kernel's start to the installer's prompt"
        ) { run, _, _ in
            let medium = try run.media.first()
            let machine = try MediumStories.start(medium, .disc, key: "i", on: run)
            try machine.await("press Enter to install", seconds: 120)
            // End of input is a shell in place of the installer.
            try machine.console.type("\u{4}")
            return try moment(of: prompt, machine.type(command(prompt), seconds: 20))
        },
        Measure(
            name: "installed-multi-user",
            summary: "microseconds from the kernel's start to multi-user.target"
        ) { run, teller, _ in
            try teller.install(on: run)
            // The first start makes keys and more, once.
            let first = try LifeStories.start(on: run, image: Media.versions[0])
            try LifeStories.powerOff(first, run)
            let machine = try LifeStories.start(on: run, image: Media.versions[0])
            let moment = try moment(of: multiUser, run.shell.run(command(multiUser)))
            try LifeStories.powerOff(machine, run)
            return moment
        },
        Measure(
            name: "debian-prompt", summary: "microseconds to a Debian live image's prompt"
        ) { run, _, arguments in try debian(run, arguments, until: prompt) },
        Measure(
            name: "debian-multi-user",
            summary: "microseconds to a Debian live image's multi-user.target"
        ) { run, _, arguments in try debian(run, arguments, until: multiUser) },
        Measure(
            name: "idle",
            summary: "bytes an hour that an idle machine writes to its card, looked at for"
                + " --minutes after as many minutes"
        ) { run, teller, arguments in
            let minutes = arguments.integer("minutes") ?? 30
            try teller.install(on: run)
            let machine = try LifeStories.start(on: run, image: Media.versions[0])
            try machine.pause(seconds: minutes * 60)
            let before = try machine.bytesWritten(to: run.card)
            try machine.pause(seconds: minutes * 60)
            let written = try machine.bytesWritten(to: run.card) - before
            try LifeStories.expectHealthy(run, image: Media.versions[0])
            try LifeStories.powerOff(machine, run)
            return written * 60 / Int64(minutes)
        },
    ]

    /// Says when a unit was there, in microseconds since the kernel's start.
    private static func command(_ unit: String) -> String {
        "systemctl show --property=ActiveEnterTimestampMonotonic --value \(unit)"
    }

    /// Takes the number from what a shell printed, which may begin with the command itself.
    private static func moment(of unit: String, _ text: String) throws -> Int64 {
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
        guard let number = numbers.last, number > 0 else {
            throw StoryFailure.unexpected(what: unit, found: text)
        }
        return number
    }

    private static func debian(
        _ run: StoryRun, _ arguments: ParsedArguments, until unit: String
    ) throws -> Int64 {
        let path = try MachineOptions.path(arguments, "medium")
        let machine = try run.start(medium: Disk(name: "medium", path: path, bus: .disc))
        try machine.await("login:", seconds: 300)
        try machine.console.type("root\n")
        try machine.await("Password:", seconds: 30)
        try machine.console.type("live\n")
        // What is typed before the shell is there goes to login(1), which drops it.
        try machine.await(":~#", seconds: 60)
        try machine.type("systemctl is-system-running --wait", seconds: 200, wanted: nil)
        return try moment(of: unit, machine.type(command(unit), seconds: 20))
    }
}

import CommandLine
import Glibc
import HAL
import JSON
import Syscalls

/// `slipway-host hal`: lamps, buttons, beeper and sensors.
enum HalCommand {
    static let spec = CommandSpec(
        name: "hal",
        abstract: "Use the machine's lamps, buttons, beeper and sensors",
        discussion: """
            What a machine has is said by the descriptions of hardware in the image. On a machine \
            that none of them is of, by the names that its firmware gives, no port is touched.
            """,
        options: [
            OptionSpec(
                name: "hardware", value: .required("FILE", .file),
                help: "Take this description instead of the image's"),
            OptionSpec(name: "json", value: .flag, help: "Print JSON"),
            OptionSpec(
                name: "system", value: .required("DIR", .directory),
                help: "Take the kernel's files from this folder", isHidden: true),
        ],
        subcommands: [
            HalLedCommand.spec, HalButtonCommand.spec, HalBeepCommand.spec, HalSensorsCommand.spec,
            HalDisplayCommand.spec, HalTestCommand.spec,
        ])

    /// Where the kernel's files are.
    static func system(_ arguments: ParsedArguments) -> SystemTree {
        SystemTree(root: arguments.string("system") ?? "")
    }

    /// The description of this machine.
    ///
    /// - Throws: `HALError.unknownMachine`, `.otherMachine`; a description that cannot be read.
    static func hardware(_ arguments: ParsedArguments) throws -> Hardware {
        let machine = MachineIdentity(in: system(arguments))
        if let path = arguments.string("hardware") {
            let hardware = try Hardware(parsing: FileSystem.read(path), file: path)
            let mismatches = hardware.match.mismatches(machine)
            guard mismatches.isEmpty else {
                throw HALError.otherMachine(hardware.name, mismatches: mismatches)
            }
            return hardware
        }
        let catalog = try HardwareCatalog()
        guard let hardware = catalog.hardware(of: machine) else {
            throw HALError.unknownMachine(machine, known: catalog.all.map(\.name))
        }
        return hardware
    }

    /// The front panel of this machine.
    static func panel(_ arguments: ParsedArguments) throws -> FrontPanel {
        try .ofThisMachine(hardware(arguments), in: system(arguments))
    }

    /// Milliseconds on a clock that only goes forward.
    static func milliseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }

    /// Prints a result in the form that was asked for.
    static func show(_ json: JSON, _ lines: [String], _ arguments: ParsedArguments) {
        if arguments.flag("json") {
            print(json.text(.pretty), terminator: "")
        } else {
            for line in lines { print(line) }
        }
    }

    /// Lines of two columns.
    static func table(_ rows: [(name: String, value: String)]) -> [String] {
        let width = rows.map(\.name.count).max() ?? 0
        return rows.map { row in
            row.name + String(repeating: " ", count: width - row.name.count + 2) + row.value
        }
    }
}

extension FrontPanel {
    /// The panel through the machine's own ports.
    static func ofThisMachine(_ hardware: Hardware, in system: SystemTree) throws -> FrontPanel {
        let folder = system.path("/run/slipway")
        try FileSystem.makeDirectory(folder)
        return try FrontPanel(
            hardware, on: MachineIdentity(in: system), lockPath: "\(folder)/hal.lock"
        ) { () throws(HALError) in try DevicePorts(system.path("/dev/port")) }
    }
}

/// `slipway-host hal led`.
enum HalLedCommand {
    static let spec = CommandSpec(
        name: "led",
        abstract: "Show which LEDs are lit, or light them",
        discussion: """
            Without operands, shows all. STATE is on, off or blink. What blinks does so for \
            --seconds, and is then as it was before.
            """,
        options: [
            OptionSpec(
                name: "seconds", value: .required("N", .integer(1...3600)),
                help: "How long to blink", default: "10")
        ],
        operands: [OperandSpec(name: "NAME=STATE", help: "What an LED shall do", arity: .any)]
    ) { arguments in
        let panel = try HalCommand.panel(arguments)
        let wishes = try wishes(arguments, panel)
        try panel.set(wishes.filter { $0.pattern != .blink }.map { ($0.led, $0.pattern == .on) })
        try blink(wishes.filter { $0.pattern == .blink }.map(\.led), on: panel, arguments)
        let states = try panel.hardware.leds.map { ($0.name, try panel.isLit($0)) }
        HalCommand.show(
            .object(states.map { JSON.Member($0, .bool($1)) }),
            HalCommand.table(states.map { ($0, $1 ? "on" : "off") }), arguments)
        return ExitCode.done
    }

    private static func wishes(
        _ arguments: ParsedArguments, _ panel: FrontPanel
    ) throws -> [(led: Hardware.LED, pattern: LampPattern)] {
        try arguments.operands.map { operand in
            let parts = operand.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let pattern = LampPattern(rawValue: String(parts[1])) else {
                throw arguments.usageError(
                    "expected NAME=on, NAME=off or NAME=blink, got \"\(operand)\"")
            }
            return (try panel.led(String(parts[0])), pattern)
        }
    }

    private static func blink(
        _ leds: [Hardware.LED], on panel: FrontPanel, _ arguments: ParsedArguments
    ) throws {
        guard !leds.isEmpty else { return }
        let before = try leds.map { (led: $0, isLit: try panel.isLit($0)) }
        let end = HalCommand.milliseconds() + UInt64(arguments.integer("seconds") ?? 10) * 1000
        var isLit = true
        while HalCommand.milliseconds() < end {
            try panel.set(leds.map { ($0, isLit) })
            isLit.toggle()
            usleep(UInt32(LampPattern.halfMilliseconds) * 1000)
        }
        try panel.set(before)
    }
}

/// `slipway-host hal button`.
enum HalButtonCommand {
    static let spec = CommandSpec(
        name: "button",
        abstract: "Show which buttons are pressed, or wait for presses",
        discussion: """
            With --seconds, prints a line for each press, when the button is let go: its name, and \
            for how many milliseconds it was held.
            """,
        options: [
            OptionSpec(
                name: "seconds", value: .required("N", .integer(1...3600)),
                help: "Watch the buttons for so long")
        ]
    ) { arguments in
        let panel = try HalCommand.panel(arguments)
        guard let seconds = arguments.integer("seconds") else {
            let states = try panel.hardware.buttons.map { ($0.name, try panel.isPressed($0)) }
            HalCommand.show(
                .object(states.map { JSON.Member($0, .bool($1)) }),
                HalCommand.table(states.map { ($0, $1 ? "pressed" : "released") }), arguments)
            return ExitCode.done
        }
        let end = HalCommand.milliseconds() + UInt64(seconds) * 1000
        var watches = panel.hardware.buttons.map { ($0, ButtonWatch()) }
        while HalCommand.milliseconds() < end {
            for index in watches.indices {
                let button = watches[index].0
                let isPressed = try panel.isPressed(button)
                let press = watches[index].1.sample(isPressed, at: HalCommand.milliseconds())
                guard let press else { continue }
                let held = Int64(clamping: press.heldMilliseconds)
                let json = JSON.makeObject([
                    "button": .string(button.name), "held_milliseconds": .integer(held),
                ])
                print(arguments.flag("json") ? json.text() : "\(button.name)  \(held) ms")
                fflush(nil)
            }
            usleep(100_000)
        }
        return ExitCode.done
    }
}

/// `slipway-host hal beep`.
enum HalBeepCommand {
    static let spec = CommandSpec(
        name: "beep",
        abstract: "Play a sound on the beeper",
        operands: [
            OperandSpec(
                name: "SOUND", help: "Which: short, long or alarm", arity: .optional,
                kind: .words(Beeper.Sound.allCases.map(\.rawValue)))
        ]
    ) { arguments in
        let sound = arguments.operands.first.flatMap(Beeper.Sound.init) ?? .short
        try Beeper.ofThisMachine(
            HalCommand.hardware(arguments), in: HalCommand.system(arguments)
        ).play(sound)
        HalCommand.show(["played": .string(sound.rawValue)], [], arguments)
        return ExitCode.done
    }
}

extension Beeper {
    /// The beeper that a description names.
    static func ofThisMachine(
        _ hardware: Hardware, in system: SystemTree
    ) throws(HALError) -> Beeper {
        guard let name = hardware.beeper else {
            throw .absent(machine: hardware.name, kind: "beeper")
        }
        return try Beeper(name, in: system)
    }
}

import CommandLine
import Glibc
import HAL
import JSON
import Syscalls

/// `slipway-host hal sensors`.
enum HalSensorsCommand {
    static let spec = CommandSpec(
        name: "sensors",
        abstract: "Show temperatures and fans",
        discussion: "The exit code is 4 when a sensor does not answer."
    ) { arguments in
        let readings = SensorReading.all(
            of: try HalCommand.hardware(arguments), in: HalCommand.system(arguments))
        HalCommand.show(
            .array(readings.map(\.json)),
            HalCommand.table(readings.map { ($0.sensor.name, $0.text) }), arguments)
        return readings.contains { $0.value == nil } ? ExitCode.degraded : ExitCode.done
    }
}

/// `slipway-host hal display`.
enum HalDisplayCommand {
    static let spec = CommandSpec(
        name: "display",
        abstract: "Show two lines on the front display (unproven)",
        discussion: """
            Nobody has seen the display of a TVS-663 work with this. It is refused unless the \
            description says "enabled: true".
            """,
        operands: [
            OperandSpec(
                name: "LINE", help: "A line of 16 characters at most; two lines at most",
                arity: .many)
        ]
    ) { arguments in
        try Display(
            of: HalCommand.hardware(arguments), in: HalCommand.system(arguments)
        ).show(arguments.operands)
        HalCommand.show(
            ["shown": .array(arguments.operands.map { .string($0) })], [], arguments)
        return ExitCode.done
    }
}

/// `slipway-host hal test`.
enum HalTestCommand {
    /// What came of a part.
    private struct Outcome {
        let part: String
        /// What is wrong; nil when nothing is.
        let problem: String?
    }

    static let spec = CommandSpec(
        name: "test",
        abstract: "Try every LED, the beeper, the buttons and the sensors",
        discussion: """
            Lights each LED for --milliseconds and puts it out again, reads each time whether the \
            register took it, and leaves all as it was. A button that is down the whole time is \
            told as stuck. The exit code is 4 when something is wrong.
            """,
        options: [
            OptionSpec(
                name: "milliseconds", value: .required("N", .integer(0...10000)),
                help: "How long each LED is lit", default: "400")
        ]
    ) { arguments in
        let hardware = try HalCommand.hardware(arguments)
        let panel = try HalCommand.panel(arguments)
        let pause = UInt32(arguments.integer("milliseconds") ?? 400) * 1000
        var outcomes = hardware.leds.map { led in
            Outcome(part: "led \(led.name)", problem: problem { try trial(led, panel, pause) })
        }
        for button in hardware.buttons {
            outcomes.append(
                Outcome(
                    part: "button \(button.name)",
                    problem: problem { try panel.isPressed(button) ? "is down" : nil }))
        }
        if hardware.beeper != nil {
            let system = HalCommand.system(arguments)
            outcomes.append(
                Outcome(
                    part: "beeper",
                    problem: problem {
                        try Beeper.ofThisMachine(hardware, in: system).play(.short)
                        return nil
                    }))
        }
        for reading in SensorReading.all(of: hardware, in: HalCommand.system(arguments)) {
            outcomes.append(
                Outcome(
                    part: "sensor \(reading.sensor.name)",
                    problem: reading.value == nil ? reading.text : nil))
        }
        HalCommand.show(
            .array(
                outcomes.map {
                    .makeObject([
                        "part": .string($0.part), "ok": .bool($0.problem == nil),
                        "problem": $0.problem.map { .string($0) },
                    ])
                }), HalCommand.table(outcomes.map { ($0.part, $0.problem ?? "ok") }), arguments)
        return outcomes.allSatisfy { $0.problem == nil } ? ExitCode.done : ExitCode.degraded
    }

    /// Lights an LED, puts it out, and leaves it as it was.
    private static func trial(
        _ led: Hardware.LED, _ panel: FrontPanel, _ pause: UInt32
    ) throws -> String? {
        let wasLit = try panel.isLit(led)
        var problem: String?
        for isLit in [true, false] {
            try panel.set([(led, isLit)])
            if try panel.isLit(led) != isLit { problem = "stays \(isLit ? "dark" : "lit")" }
            if isLit { usleep(pause) }
        }
        try panel.set([(led, wasLit)])
        return problem
    }

    /// What a trial says, or the error that ended it.
    private static func problem(_ trial: () throws -> String?) -> String? {
        do { return try trial() } catch { return "\(error)" }
    }
}

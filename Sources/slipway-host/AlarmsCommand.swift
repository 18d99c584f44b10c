import Alarms
import ArrayWatch
import Calendar
import CommandLine
import JSON
import Storage
import Syscalls

/// `slipway-host alarms`: what is wrong, and what somebody has seen of it.
enum AlarmsCommand {
    static let spec = CommandSpec(
        name: "alarms",
        abstract: "List alarms, and acknowledge them",
        options: [state],
        subcommands: [AlarmsListCommand.spec, AlarmsAckCommand.spec, AlarmsTestCommand.spec])

    static let state = OptionSpec(
        name: "state", value: .required("DIR", .directory), help: "Where alarms are kept",
        default: AlarmStore.folder)

    /// Where alarms are kept.
    static func folder(_ arguments: ParsedArguments) -> String {
        arguments.string("state") ?? AlarmStore.folder
    }

    /// Where observations become alarms.
    static func desk(_ arguments: ParsedArguments) -> AlarmDesk {
        AlarmDesk(store: AlarmStore(in: folder(arguments)), journal: Journal())
    }
}

/// `slipway-host alarms list`.
enum AlarmsListCommand {
    static let spec = CommandSpec(
        name: "list",
        abstract: "Show the alarms that there are",
        discussion: """
            An alarm stays until what it says is no longer so and somebody has acknowledged it. \
            The exit code is 4 when there is one that is worse than a notice.
            """,
        options: [OptionSpec(name: "json", value: .flag, help: "Print JSON")]
    ) { arguments in
        let alarms = try AlarmStore(in: AlarmsCommand.folder(arguments)).read().book.sorted
        if arguments.flag("json") {
            print(JSON.array(alarms.map(\.json)).text(.pretty), terminator: "")
        } else {
            print(text(of: alarms), terminator: "")
        }
        return alarms.contains { $0.id.kind.severity > .notice }
            ? ExitCode.degraded : ExitCode.done
    }

    private static func text(of alarms: [Alarm]) -> String {
        guard !alarms.isEmpty else { return "no alarms\n" }
        return alarms.map { alarm in
            let time = UTCTime(secondsSince1970: alarm.raisedAt)
            let state = [
                alarm.isPresent ? nil : "over", alarm.isAcknowledged ? "seen" : nil,
                alarm.condition.percent.map { "\($0) %" },
            ].compactMap(\.self).joined(separator: ", ")
            return "\(alarm.id)  \(alarm.condition.text)" + (state.isEmpty ? "" : " (\(state))")
                + "\n    \(alarm.id.kind.severity.rawValue), since \(time.date()) \(time.time())"
                + " UTC\n"
        }.joined()
    }
}

/// `slipway-host alarms ack`.
enum AlarmsAckCommand {
    static let spec = CommandSpec(
        name: "ack",
        abstract: "Note that somebody has seen alarms",
        discussion: """
            Without operands all of them. What is over is then gone; what is not stays in the list, \
            without blinking, until it is.
            """,
        operands: [
            OperandSpec(
                name: "ALARM", help: "An alarm, as 'alarms list' shows it", arity: .any)
        ]
    ) { arguments in
        let ids = try arguments.operands.map { text in
            guard let id = AlarmID(text) else { throw AlarmError.unknown(text) }
            return id
        }
        let events = try AlarmsCommand.desk(arguments).acknowledge(ids.isEmpty ? nil : Set(ids))
        print("\(events.count) acknowledged")
        return ExitCode.done
    }
}

/// `slipway-host alarms test`.
enum AlarmsTestCommand {
    static let spec = CommandSpec(
        name: "test",
        abstract: "Send a message that says that messages arrive",
        discussion: "The service that watches sends it, within seconds."
    ) { arguments in
        try AlarmsCommand.desk(arguments).test()
        return ExitCode.done
    }
}

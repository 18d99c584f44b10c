import Alarms
import ArrayWatch
import CommandLine
import Glibc
import Storage
import Syscalls

/// `slipway-host alarm`: what mdadm and smartd call when something happens.
enum AlarmCommand {
    static let spec = CommandSpec(
        name: "alarm",
        abstract: "Take what mdadm or smartd tells",
        options: [AlarmsCommand.state],
        subcommands: [AlarmArraysCommand.spec, AlarmSmartCommand.spec], isHidden: true)
}

/// `slipway-host alarm md`: mdadm has told of an event.
enum AlarmArraysCommand {
    static let spec = CommandSpec(
        name: "md",
        abstract: "Look at the arrays now: mdadm told of an event",
        discussion: """
            What mdadm says is not believed but taken as a hint to look: so an event is never told \
            twice, and none of an array that is well again.
            """,
        options: [RecoveryOptions.volume, DiskOptions.disks],
        operands: [
            OperandSpec(name: "EVENT", help: "mdadm's word for what happened"),
            OperandSpec(name: "ARRAY", help: "The array's device"),
            OperandSpec(name: "LEG", help: "The leg's device", arity: .optional),
        ]
    ) { arguments in
        let desk = AlarmsCommand.desk(arguments)
        if arguments.operands[0] == "TestMessage" {
            try desk.test()
            return ExitCode.done
        }
        let machine = WatchedMachine(
            Observer(described: try DiskOptions.described(arguments)),
            volumePath: RecoveryOptions.volumeFolder(arguments))
        try desk.take { _ in machine.observations(try machine.look()) }
        return ExitCode.done
    }
}

/// `slipway-host alarm smart`: smartd has found something wrong with a disk.
enum AlarmSmartCommand {
    static let spec = CommandSpec(
        name: "smart",
        abstract: "Take from the environment what smartd found",
        options: [RecoveryOptions.volume, DiskOptions.disks]
    ) { arguments in
        let names = ["SMARTD_DEVICE", "SMARTD_FAILTYPE", "SMARTD_MESSAGE"]
        let environment = Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                getenv(name).map { (name, String(cString: $0)) }
            })
        guard let report = SmartReport(environment) else { throw WatchError.noSmartReport }
        let desk = AlarmsCommand.desk(arguments)
        if report.isTest {
            try desk.test()
            return ExitCode.done
        }
        let machine = WatchedMachine(
            Observer(described: try DiskOptions.described(arguments)),
            volumePath: RecoveryOptions.volumeFolder(arguments))
        let condition = try machine.condition(of: report)
        try desk.take { _ in [.report(condition)] }
        return ExitCode.done
    }
}

import CommandLine
import Events
import JSON
import Storage
import Syscalls

/// `slipway-host apply`: what a plan says.
enum ApplyCommand {
    static let spec = CommandSpec(
        name: "apply",
        abstract: "Do what a plan says, and nothing else",
        discussion: """
            Takes a plan that 'plan --output' wrote. Stops before the first write when the disks \
            are not as they were planned with. When it was cut, make a new plan: that has just \
            what is left to do.
            """,
        options: [
            DiskOptions.disks, DiskOptions.logFormat, BootLegOptions.bootVolume, DiskOptions.stall,
        ],
        operands: [OperandSpec(name: "PLAN", help: "The plan", kind: .file)]
    ) { arguments in
        let plan = try DiskOptions.read(arguments.operands[0]) { json throws(SavedFormError) in
            try Plan(json: json)
        }
        try WorkLock.holding {
            let bootLegs = try BootLegOptions.writer(arguments)
            try Applier(
                plan,
                observer: Observer(
                    described: try DiskOptions.described(arguments), bootLegs: bootLegs),
                bootLegs: bootLegs, events: DiskOptions.events(arguments),
                stallSeconds: arguments.integer("stall") ?? 300
            ).run()
        }
        return ExitCode.done
    }
}

import Alarms
import CommandLine
import Deployment
import Events
import JSON
import Recovery
import Storage
import Syscalls

/// `slipway-host status`: what runs on this machine, and whether it would start again.
enum StatusCommand {
    static let spec = CommandSpec(
        name: "status",
        abstract: "Show which image runs, how the disks are, and whether they can be booted",
        discussion: """
            Only reads. Shows the image that runs and those that may be started, each array with its \
            legs, and for each boot leg whether the firmware would start from it: table, boot code, \
            core image, and the files of the EFI system partition. The last line says it all in \
            one sentence.

            Large files count by their lengths; --prove reads them, and every file of the images \
            from each disk by itself, and compares them with the signed manifests.

            The exit code is 0 when all is well, 4 when something is missing or wrong, and 5 when \
            the machine would not start again.
            """,
        options: [
            OptionSpec(name: "json", value: .flag, help: "Print JSON"),
            OptionSpec(
                name: "prove", value: .flag,
                help: "Compare every byte that a start needs with the signed manifests"),
            OptionSpec(
                name: "root", value: .required("DIR", .directory),
                help: "Only look at the image in this folder"),
            RecoveryOptions.volume, TrustOptions.key, DiskOptions.disks,
            DiskOptions.logFormat,
        ]
    ) { arguments in
        if let root = arguments.string("root") {
            let image = try RunningImage(root: root)
            show(
                HostStatus(
                    image: image, words: KernelWords(""), state: nil, hasVolume: false,
                    arrays: []), [], arguments)
            return ExitCode.done
        }
        let reader = StatusReader(
            observer: Observer(described: try DiskOptions.described(arguments)),
            volumePath: RecoveryOptions.volumeFolder(arguments),
            keys: try TrustOptions.keys(arguments), events: DiskOptions.events(arguments))
        var status = try reader.read(
            image: runningImage(), words: .ofThisBoot(), isProving: arguments.flag("prove"))
        var alarms: [Alarm] = []
        do throws(AlarmError) {
            alarms = try AlarmStore().read().book.sorted
        } catch {
            status.otherProblems.append("\(error)")
        }
        show(status, alarms, arguments)
        return status.health.exitCode
    }

    /// The image that runs; nil on a machine that runs something else.
    private static func runningImage() throws -> RunningImage? {
        guard FileSystem.exists("/\(RunningImage.path)") else { return nil }
        return try RunningImage(root: "/")
    }

    private static func show(
        _ status: HostStatus, _ alarms: [Alarm], _ arguments: ParsedArguments
    ) {
        if arguments.flag("json") {
            let list = JSON.Member("alarms", .array(alarms.map(\.json)))
            print(JSON.object((status.json.members ?? []) + [list]).text(.pretty), terminator: "")
        } else {
            for alarm in alarms { print("alarm      \(alarm.id)  \(alarm.condition.text)") }
            print(status.text, terminator: "")
        }
    }
}

extension HostStatus.Health {
    /// The exit code that says it.
    var exitCode: Int32 {
        switch self {
        case .healthy: ExitCode.done
        case .degraded: ExitCode.degraded
        case .notBootable: ExitCode.notBootable
        }
    }
}

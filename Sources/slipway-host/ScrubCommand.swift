import CommandLine
import Deployment
import Events
import JSON
import Recovery
import Release
import Storage
import Syscalls

/// `slipway-host scrub`: which leg is rotten.
enum ScrubCommand {
    static let spec = CommandSpec(
        name: "scrub",
        abstract: "Read every image on each leg by itself, and mend what is rotten",
        discussion: """
            Reads every file of every image from each disk of the boot array alone, past every \
            cache, and compares it with the signed manifest: so it says which leg is rotten, and \
            in which file, which md cannot. --repair writes the bytes of a good leg back.

            The exit code is 0 when all is as signed, and 4 when something is not, or could not be \
            read.
            """,
        options: [
            OptionSpec(
                name: "repair", value: .flag,
                help: "Write the bytes of a good leg over those that are rotten"),
            OptionSpec(name: "json", value: .flag, help: "Print JSON"),
            RecoveryOptions.volume, TrustOptions.key, DiskOptions.logFormat,
        ]
    ) { arguments in
        let volume = RecoveryOptions.volumeFolder(arguments)
        let format = arguments.string("log-format").flatMap(EventFormat.init) ?? .auto
        let legs = try VolumeLeg.all(ofVolumeAt: volume)
        let scrub = Scrub(
            images: "\(volume)/images",
            legs: try legs.filter { $0.state == .whole }.map { try LegReader($0) },
            unreadLegs: Dictionary(
                legs.filter { $0.state != .whole }.map { ($0.device, $0.state.rawValue) },
                uniquingKeysWith: { first, _ in first }),
            keys: try TrustOptions.keys(arguments), events: .automatic(format: format))
        let report = try scrub.run(isRepairing: arguments.flag("repair"))
        print(
            arguments.flag("json") ? report.json.text(.pretty) : report.text, terminator: "")
        return report.isSound ? ExitCode.done : ExitCode.degraded
    }
}

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
            OptionSpec(
                name: "report", value: .required("FILE", .file),
                help: "Write what was found to this file as JSON, too"),
            RecoveryOptions.volume, TrustOptions.key, DiskOptions.disks,
            DiskOptions.logFormat,
        ]
    ) { arguments in
        let volume = RecoveryOptions.volumeFolder(arguments)
        let legs = try BootVolumeLegs(ofVolumeAt: volume, disks: disks(arguments, of: volume))
        let scrub = Scrub(
            images: "\(volume)/\(BootVolume.imagesFolder)", legs: legs.readers,
            unreadLegs: legs.unread.mapValues(\.rawValue),
            keys: try TrustOptions.keys(arguments), events: DiskOptions.events(arguments))
        let isRepairing = arguments.flag("repair")
        let report =
            if isRepairing {
                try WorkLock.holding { try scrub.run(isRepairing: true) }
            } else {
                try scrub.run(isRepairing: false)
            }
        if let path = arguments.string("report") {
            try FileSystem.writeAtomically(report.json.text(.pretty), to: path)
        }
        print(
            arguments.flag("json") ? report.json.text(.pretty) : report.text, terminator: "")
        return report.isSound ? ExitCode.done : ExitCode.degraded
    }

    /// The disk of each role, so that legs can be called by them; none without a recorded layout.
    private static func disks(
        _ arguments: ParsedArguments, of volume: String
    ) throws -> [String: ObservedDisk] {
        guard let volume = try? BootVolume(at: volume), try volume.layoutBytes() != nil else {
            return [:]
        }
        let observer = Observer(described: try DiskOptions.described(arguments))
        return try volume.layout().disks(in: observer.observe())
    }
}

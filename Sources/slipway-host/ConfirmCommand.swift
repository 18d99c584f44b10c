import BootLoader
import Command
import CommandLine
import Deployment
import Glibc
import JSON
import Storage
import Syscalls

/// `slipway-host confirm`: what is decided after a start.
enum ConfirmCommand {
    static let spec = CommandSpec(
        name: "confirm",
        abstract: "Confirm the image that runs on trial, or settle what is started",
        discussion: """
            On trial: when systemd has started everything and no unit failed, and the boot volume \
            takes writes, the image that runs becomes the confirmed one. With --wait that may take \
            so long; then the units that failed are named, and the machine starts the image before.

            On any other start: an image whose tries are used up is given up, and disks that were \
            away when what is started changed are brought up to it.

            Services of the image run this at each start.
            """,
        options: [
            OptionSpec(
                name: "wait", value: .required("SECONDS", .integer(1...86400)),
                help: "How long an image on trial has to come up"),
            ImagesCommand.json, RecoveryOptions.volume, DiskOptions.disks, DiskOptions.logFormat,
        ]
    ) { arguments in
        let deployer = try ImagesCommand.deployer(arguments)
        let trial = Trial(
            deployer, health: .ofThisSystem(deployer.volume),
            events: DiskOptions.events(arguments)
        ) { work in try WorkLock.holding(waits: true, work) }
        let outcome = try trial.run(waitSeconds: arguments.integer("wait"))
        let publication: Publication?
        let sentence: String
        switch outcome {
        case .confirmed(let image, let result):
            (sentence, publication) = ("Image \(image) is confirmed.", result)
        case .givenUp(let image, let result):
            (sentence, publication) = ("Image \(image) did not come up, and is given up.", result)
        case .refreshed(let result):
            let roles = result.written.sorted().joined(separator: ", ")
            sentence =
                result.written.isEmpty
                ? "What is started is not on all disks."
                : "Boot files of \(roles) have been brought up to what is started."
            publication = result
        case .settled:
            (sentence, publication) = ("Nothing is to be confirmed.", nil)
        case .restarting(let image, let reason):
            throw DeploymentError.notHealthy(image, reason: reason)
        }
        return ImagesCommand.show(sentence, try deployer.state(), publication, arguments)
    }
}

extension SystemHealth {
    /// The health of the running system, by systemd.
    static func ofThisSystem(_ volume: BootVolume) -> SystemHealth {
        SystemHealth(
            state: {
                // The exit status says no more than the word: 0 for "running".
                let result = try Command("systemctl", ["is-system-running"]).run()
                return String(result.text.prefix { !$0.isWhitespace })
            },
            failedUnits: {
                let output = try Command(
                    "systemctl", ["list-units", "--state=failed", "--output=json"]
                ).runChecked().output
                return try JSON(parsing: output).array?.compactMap { $0["unit"]?.string } ?? []
            },
            writeProblem: {
                let probe = "\(volume.path)/state/.writable"
                do throws(SystemError) {
                    try FileSystem.writeAtomically("", to: probe)
                    try FileSystem.removeFile(probe)
                    return nil
                } catch {
                    return error.description
                }
            },
            seconds: {
                var time = timespec()
                clock_gettime(CLOCK_MONOTONIC, &time)
                return UInt64(time.tv_sec)
            },
            pause: { sleep(1) },
            restart: { try Command("systemctl", ["reboot"]).runChecked() })
    }
}

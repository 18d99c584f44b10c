import Alarms
import ArrayWatch
import CommandLine
import Deployment
import Glibc
import HAL
import Recovery
import Storage
import Synchronization
import Syscalls

/// `slipway-host watch`: the service that watches this machine.
enum WatchCommand {
    /// Set by the signals that end the service.
    private static let stopRequested = Atomic<Bool>(false)

    static let spec = CommandSpec(
        name: "watch",
        abstract: "Watch arrays, disks and room, and tell of alarms",
        discussion: """
            Runs until it is told to stop; a service of the image does so. Looks at arrays when md \
            tells of a change and every few seconds, at what the machine starts from when a disk \
            comes or goes, at room and wear now and then. Disks that sleep are not woken.

            What is wrong becomes an alarm, once: in the journal, by mail and webhook as \
            /etc/slipway/watch.yaml says, and on the front panel of machines that have one. \
            'alarms' shows them.
            """,
        options: [
            OptionSpec(
                name: "config", value: .required("FILE", .file),
                help: "What is configured", default: WatchConfiguration.path),
            AlarmsCommand.state, RecoveryOptions.volume, TrustOptions.key, DiskOptions.disks,
            DiskOptions.logFormat,
        ]
    ) { arguments in
        for signal in [SIGTERM, SIGINT] { listen(for: signal) }
        let configuration = try WatchConfiguration(
            reading: arguments.string("config") ?? WatchConfiguration.path)
        let desk = AlarmsCommand.desk(arguments)
        let observer = Observer(described: try DiskOptions.described(arguments))
        let volume = RecoveryOptions.volumeFolder(arguments)
        let keys = try TrustOptions.keys(arguments)
        let front = FrontParts(desk.journal)
        let words = try KernelWords.ofThisBoot()
        let events = DiskOptions.events(arguments)
        let watcher = Watcher(
            Watcher.Parts(
                machine: WatchedMachine(observer, volumePath: volume),
                status: {
                    // What is half written is no alarm.
                    guard try WorkLock.isFree() else { return nil }
                    return try StatusReader(
                        observer: observer, volumePath: volume, keys: keys, events: events
                    ).read(image: nil, words: words, isProving: false)
                },
                panel: front.panel, beeper: front.beeper,
                ledger: LedgerFile("\(AlarmsCommand.folder(arguments))/wear.json"),
                scrubReport: "\(AlarmsCommand.folder(arguments))/scrub.json"),
            desk: desk, configuration: configuration)
        let courier = Courier(
            store: desk.store, senders: configuration.senders(host: hostName()),
            journal: desk.journal)
        _ = try WorkerThread.start { send(courier) }
        watcher.run { stopRequested.load(ordering: .relaxed) }
        return ExitCode.done
    }

    /// Sends messages for as long as the service runs.
    private static func send(_ courier: Courier) {
        var courier = courier
        var trouble: String?
        while true {
            do {
                try courier.deliver(at: Int64(Watcher.milliseconds() / 1000))
                trouble = nil
            } catch {
                // Once for as long as it goes on.
                if trouble != "\(error)" { Journal().write(.warning, "messages: \(error)") }
                trouble = "\(error)"
            }
            sleep(1)
        }
    }

    private static func listen(for signal: Int32) {
        // Made before a signal can come: the handler may not make it.
        _ = stopRequested.load(ordering: .relaxed)
        Glibc.signal(signal) { _ in
            WatchCommand.stopRequested.store(true, ordering: .relaxed)
        }
    }

    /// The machine's name.
    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// The front panel and the beeper, as far as there are any: a machine is watched without, too.
private struct FrontParts {
    var panel: FrontPanel?
    var beeper: Beeper?

    init(_ journal: Journal) {
        do {
            guard let hardware = try HardwareCatalog().hardware(of: MachineIdentity()) else {
                return
            }
            panel = try FrontPanel.ofThisMachine(hardware, in: .live)
            if hardware.beeper != nil {
                beeper = try Beeper.ofThisMachine(hardware, in: .live)
            }
        } catch {
            journal.write(.warning, "front panel: \(error)")
        }
    }
}

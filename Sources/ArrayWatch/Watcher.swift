package import Alarms
import CSyscalls
import Glibc
package import HAL
package import Recovery
import Storage
package import Syscalls

/// Watches a machine until it is told to stop: arrays, boot legs, room, wear, the front panel.
package final class Watcher {
    /// What the watcher needs of a machine, and where it keeps things.
    package struct Parts {
        /// The machine.
        package var machine: WatchedMachine
        /// How the boot legs are; nil while somebody writes to them.
        package var status: () throws -> HostStatus?
        /// The front panel; nil where there is none.
        package var panel: FrontPanel?
        /// The beeper; nil where there is none.
        package var beeper: Beeper?
        /// The kernel's files.
        package var system: SystemTree
        /// The ledger of wear.
        package var ledger: LedgerFile
        /// Where `scrub --report` leaves what it found.
        package var scrubReport: String

        /// Names the parts.
        package init(
            machine: WatchedMachine, status: @escaping () throws -> HostStatus?,
            panel: FrontPanel?, beeper: Beeper?, system: SystemTree = .live,
            ledger: LedgerFile, scrubReport: String
        ) {
            self.machine = machine
            self.status = status
            self.panel = panel
            self.beeper = beeper
            self.system = system
            self.ledger = ledger
            self.scrubReport = scrubReport
        }
    }

    /// How often things are looked at, in milliseconds; arrays at once, too, when md tells of a
    /// change.
    private enum Period {
        static let arrays: UInt64 = 5000
        static let rooms: UInt64 = 30000
        static let scrub: UInt64 = 2000
        static let boot: UInt64 = 6 * 3_600_000
        static let bootAgain: UInt64 = 60000
        static let wear: UInt64 = 3_600_000
        static let buttons: UInt64 = 100
    }

    private let parts: Parts
    private let desk: AlarmDesk
    private let configuration: WatchConfiguration
    private var due: [String: UInt64] = [:]
    private var troubles: [String: String] = [:]
    private var finding: WatchedMachine.Finding?
    private var panelWatch: PanelWatch?
    private var scrubSeen: FileStamp?
    private var alarms: (stamp: FileStamp?, sorted: [Alarm])?

    /// Prepares.
    package init(_ parts: Parts, desk: AlarmDesk, configuration: WatchConfiguration) {
        self.parts = parts
        self.desk = desk
        self.configuration = configuration
        panelWatch = parts.panel.map {
            PanelWatch($0, beeper: configuration.beeps ? parts.beeper : nil)
        }
    }

    /// Milliseconds on a clock that only goes forward.
    package static func milliseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }

    /// Watches.
    ///
    /// What fails is told once, and tried again: nothing ends the watch but the wish to.
    ///
    /// - Parameter isStopped: Asked a few times a second.
    package func run(until isStopped: () -> Bool) {
        var events = ArrayEvents(in: parts.system)
        while !isStopped() {
            round(at: Watcher.milliseconds())
            if events.wait(milliseconds: panelWatch == nil ? 1000 : Int32(Period.buttons)) {
                due["arrays"] = 0
            }
        }
        attempt("wear") { try countWear() }
    }

    /// Does what is due.
    package func round(at now: UInt64) {
        every(Period.arrays, "arrays", at: now) { try lookAtArrays() }
        every(Period.boot, "boot legs", at: now) { try lookAtBootLegs(at: now) }
        every(Period.rooms, "room", at: now) { try lookAtRooms() }
        every(Period.scrub, "scrub report", at: now) { try readScrubReport() }
        every(Period.wear, "wear", at: now) { try countWear() }
        attempt("front panel") {
            if panelWatch != nil, try panelWatch?.round(currentAlarms(), at: now) == true {
                try desk.acknowledge(nil)
            }
        }
    }

    private func every(
        _ period: UInt64, _ name: String, at now: UInt64, _ work: () throws -> Void
    ) {
        guard now >= due[name] ?? 0 else { return }
        due[name] = now + period
        // What failed is looked at again soon.
        if !attempt(name, work) { due[name] = now + min(period, Period.arrays) }
    }

    /// Does something, and tells when it begins to fail, fails in another way, or works again.
    @discardableResult
    private func attempt(_ name: String, _ work: () throws -> Void) -> Bool {
        do {
            try work()
            if troubles.removeValue(forKey: name) != nil {
                desk.journal.write(.notice, "\(name): works again")
            }
            return true
        } catch {
            let text = "\(error)"
            if troubles.updateValue(text, forKey: name) != text {
                desk.journal.write(.warning, "\(name): \(text)")
            }
            return false
        }
    }

    /// The alarms, read again when any program changed them.
    private func currentAlarms() throws -> [Alarm] {
        let stamp = try FileStamp(of: desk.store.path)
        if let alarms, alarms.stamp == stamp { return alarms.sorted }
        let sorted = try desk.store.read().book.sorted
        alarms = (stamp, sorted)
        return sorted
    }

    private func lookAtArrays() throws {
        try desk.take { _ in
            let finding = try parts.machine.look()
            self.finding = finding
            if finding.isNew { due["boot legs"] = 0 }
            return parts.machine.observations(finding)
        }
    }

    private func lookAtBootLegs(at now: UInt64) throws {
        guard let status = try parts.status() else {
            due["boot legs"] = now + Period.bootAgain
            return
        }
        let conditions = Conditions.ofBoot(status)
        try desk.take { _ in [.conditions([.notBootable], conditions)] }
        // Somebody is mending it, or will: that it is mended shall be told soon.
        if !conditions.isEmpty { due["boot legs"] = now + Period.bootAgain }
    }

    private func lookAtRooms() throws {
        let rooms = try parts.machine.rooms()
        try desk.take { book in
            let full = book.alarms.values.filter { $0.id.kind == .diskFull && $0.isPresent }
            let conditions = Conditions.of(
                rooms, leastPercent: configuration.leastRoomPercent,
                full: Set(full.map(\.id.subject)))
            return [.conditions([.diskFull], conditions)]
        }
    }

    private func readScrubReport() throws {
        let stamp = try FileStamp(of: parts.scrubReport)
        guard stamp != nil, stamp != scrubSeen else { return }
        let conditions = try Conditions.ofScrub(at: parts.scrubReport)
        try desk.take { _ in [.conditions([.scrubMismatch], conditions)] }
        scrubSeen = stamp
    }

    private func countWear() throws {
        guard let finding else { return }
        let start = parts.machine.start().id
        let ledger = try parts.ledger.update(onDamage: desk.journal.report) { ledger in
            for disk in finding.disks {
                guard let count = parts.machine.writtenByteCount(ofDisk: disk.path) else {
                    continue
                }
                ledger.count(disk.lastingName, counter: count, start: start, at: AlarmDesk.now())
            }
        }
        let conditions = Conditions.ofWear(
            ledger, disks: finding.roles, endurance: configuration.endurance)
        try desk.take { _ in [.conditions([.diskWorn], conditions)] }
    }
}

extension WatchedMachine {
    /// What was found, as alarms see it.
    package func observations(_ finding: Finding) -> [AlarmBook.Observation] {
        let start = start()
        return [
            .conditions(Conditions.arrayKinds, Conditions.of(finding.arrays)),
            .start(id: start.id, degraded: start.degraded, isWhole: finding.isWhole),
            .disks(Set(finding.disks.map(\.lastingName))),
        ]
    }
}

/// Which state of a file was seen: each that is written is another file, or has another time.
private struct FileStamp: Equatable {
    private let file: UInt64
    private let seconds: Int
    private let nanoseconds: Int

    /// The state of a file; nil where there is none.
    init?(of path: String) throws(SystemError) {
        guard let status = try FileSystem.status(path) else { return nil }
        file = UInt64(status.st_ino)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

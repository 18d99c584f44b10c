import Alarms
import Deployment
import HAL
import Recovery
import Storage
import Synchronization
import Syscalls
import Testing

@testable import ArrayWatch

/// The whole watch, on a machine made of files: two disks, an array, a front panel.
@Suite struct WatcherTests {
    private let machine: MadeMachine
    private let chip = Chip()
    private let desk: AlarmDesk
    private let watcher: Watcher

    init() throws {
        machine = try MadeMachine()
        let path = "conf/hardware/tvs-663.yaml"
        let hardware = try Hardware(parsing: FileSystem.read(path), file: path)
        let chip = chip
        let panel = try FrontPanel(
            hardware, on: MachineIdentity(values: hardware.match.values),
            lockPath: "\(machine.folder.path)/lock"
        ) { () throws(HALError) in chip }
        let state = "\(machine.folder.path)/state"
        desk = AlarmDesk(
            store: AlarmStore(in: state), journal: Journal(hasPriorities: true),
            alertsTerminals: false)
        watcher = Watcher(
            Watcher.Parts(
                machine: WatchedMachine(
                    Observer(system: machine.tree), volumePath: "\(machine.folder.path)/none"),
                status: {
                    HostStatus(
                        image: nil, words: KernelWords(""), state: nil, hasVolume: false,
                        arrays: [])
                }, panel: panel, beeper: nil, system: machine.tree,
                ledger: LedgerFile("\(state)/wear.json"), scrubReport: "\(state)/scrub.json"),
            desk: desk, configuration: WatchConfiguration())
    }

    private func alarms() throws -> [String] {
        try desk.store.read().book.sorted.map { alarm in
            "\(alarm.id.kind.rawValue)\(alarm.isPresent ? "" : " over")"
                + (alarm.isAcknowledged ? " seen" : "")
        }
    }

    private func raisedCount() throws -> Int {
        try desk.store.read().messages.count { message in
            if case .event(let event) = message.content { event.kind == .raised } else { false }
        }
    }

    @Test("a leg fails, its disk leaves, comes back and is filled; somebody presses the button")
    func story() throws {
        try machine.leg("sda", "in_sync")
        watcher.round(at: 0)
        #expect(try alarms().isEmpty)
        // Green is lit and red is dark: both by their bits of register 0x91, active low.
        #expect(chip.register(0x91) & 0b1100 == 0b1000)

        try machine.leg("sda", "faulty")
        watcher.round(at: 4999)
        #expect(try alarms().isEmpty)
        watcher.round(at: 5000)
        #expect(try alarms() == ["leg-lost"])
        #expect(chip.register(0x91) & 0b1100 == 0b0100)
        watcher.round(at: 5500)
        #expect(chip.register(0x91) & 0b1100 == 0b1100)
        for time in 2...20 as ClosedRange<UInt64> { watcher.round(at: time * 5000) }
        #expect(try raisedCount() == 1)

        try machine.remove("sda")
        watcher.round(at: 105_000)
        #expect(try alarms() == ["leg-lost"])
        #expect(try raisedCount() == 1)

        try machine.add("sda")
        try machine.leg("sda", "spare")
        try machine.sync("recover", "20 / 100")
        watcher.round(at: 110_000)
        #expect(try alarms() == ["leg-lost over", "rebuilding"])
        try machine.sync("idle", "none")
        try machine.leg("sda", "in_sync")
        watcher.round(at: 115_000)
        #expect(try alarms() == ["leg-lost over", "rebuilt over"])

        // The copy button is bit 2 of register 0xE2, active low.
        chip.set(0xE2, 0)
        watcher.round(at: 115_100)
        watcher.round(at: 115_200)
        #expect(try alarms().count == 2)
        chip.set(0xE2, 0b100)
        watcher.round(at: 115_300)
        #expect(try alarms().isEmpty)
        watcher.round(at: 115_400)
        #expect(chip.register(0x91) & 0b1100 == 0b1000)
        #expect(try raisedCount() == 3)
    }

    @Test("a machine that started without a leg says so once, until it is whole")
    func bootedDegraded() throws {
        try machine.leg("sda", "spare")
        try machine.write("", to: "/run/slipway/degraded")
        try machine.write("0001", to: "/proc/sys/kernel/random/boot_id")
        watcher.round(at: 0)
        #expect(try alarms() == ["booted-degraded", "rebuilding"])
        try desk.acknowledge(nil)
        #expect(try alarms() == ["booted-degraded seen", "rebuilding seen"])
        try machine.leg("sda", "in_sync")
        watcher.round(at: 5000)
        #expect(try alarms() == ["rebuilt over"])
        try machine.leg("sda", "faulty")
        watcher.round(at: 10000)
        #expect(try alarms() == ["leg-lost", "rebuilt over"])
    }

    @Test("what scrub left is read, what was written is counted, and trouble ends nothing")
    func files() throws {
        try machine.leg("sda", "in_sync")
        try machine.write("1 2 3 4 5 6 2048 8 9", to: "/sys/class/block/sda/stat")
        let report = "\(machine.folder.path)/state/scrub.json"
        watcher.round(at: 0)
        #expect(
            try LedgerFile("\(machine.folder.path)/state/wear.json").read()
                .entries["sda serial"]?.byteCount == 1 << 20)
        try FileSystem.writeAtomically("{\"sound\": ", to: report)
        watcher.round(at: 2000)
        #expect(try alarms().isEmpty)
        try FileSystem.writeAtomically(
            "{\"sound\": false, \"sentence\": \"Rotten: card, 1 file.\"}", to: report)
        watcher.round(at: 4000)
        #expect(try alarms() == ["scrub-mismatch"])
        try FileSystem.writeAtomically("{\"sound\": true, \"sentence\": \"Fine.\"}", to: report)
        watcher.round(at: 6000)
        #expect(try alarms() == ["scrub-mismatch over"])
    }

    @Test("what smartd says is of the disk, in its bay, until it leaves")
    func smart() throws {
        try machine.leg("sda", "in_sync")
        try FileSystem.makeDirectory(machine.tree.path("/dev/slipway"))
        try FileSystem.makeLink(machine.tree.path("/dev/slipway/bay4"), to: "../sda")
        let report = try #require(
            SmartReport([
                "SMARTD_DEVICE": "/dev/sda", "SMARTD_FAILTYPE": "Health",
                "SMARTD_MESSAGE": "FAILED!",
            ]))
        let watched = WatchedMachine(Observer(system: machine.tree), volumePath: "/nowhere")
        let condition = try watched.condition(of: report)
        #expect(condition.bay == 4)
        #expect(condition.id.subject == "sda serial")
        #expect(condition.text == "the disk in bay 4 is failing: FAILED!")
        try desk.take { _ in [.report(condition)] }
        watcher.round(at: 0)
        #expect(try alarms() == ["disk-failing"])
        // The error LED of bay 4 is bit 3 of register 0x81, active low.
        #expect(chip.register(0x81) & 0b1000 == 0)
        #expect(chip.register(0x81) & 0b111 == 0b111)
        try machine.remove("sda")
        watcher.round(at: 5000)
        #expect(try alarms().contains("disk-failing over"))
        #expect(throws: WatchError.noDisk("/dev/sda")) { try watched.condition(of: report) }
    }
}

/// A chip of 256 registers behind two ports.
private final class Chip: PortIO {
    private let state = Mutex((registers: [UInt8](repeating: 0xFF, count: 256), selected: 0))

    func read(_ port: UInt16) throws(HALError) -> UInt8 {
        state.withLock { port == 0xA06 ? $0.registers[$0.selected] : 0xFF }
    }

    func write(_ value: UInt8, to port: UInt16) throws(HALError) {
        state.withLock { state in
            if port == 0xA05 {
                state.selected = Int(value)
            } else {
                state.registers[state.selected] = value
            }
        }
    }

    func register(_ number: Int) -> UInt8 { state.withLock { $0.registers[number] } }

    func set(_ number: Int, _ value: UInt8) { state.withLock { $0.registers[number] = value } }
}

/// Files that look like a machine with two disks that are the legs of an array.
private struct MadeMachine {
    let folder: TemporaryFolder
    var tree: SystemTree { SystemTree(root: folder.path) }

    init() throws {
        folder = try TemporaryFolder()
        for path in ["/dev", "/sys/block", "/sys/class/block", "/proc/self"] {
            try FileSystem.makeDirectory(folder.path + path)
        }
        for disk in ["sda", "sdb"] { try add(disk) }
        try device("md127", ["dev": "9:127", "size": "2048"])
        for (name, value) in [
            "metadata_version": "1.0", "array_state": "clean", "level": "raid1",
            "raid_disks": "2", "component_size": "1024", "sync_action": "idle",
            "sync_completed": "none", "dev-sda/slot": "0", "dev-sdb/slot": "1",
            "dev-sdb/state": "in_sync",
        ] {
            try write(value, to: "/sys/devices/md127/md/\(name)")
        }
    }

    func write(_ text: String, to path: String) throws {
        let place = folder.path + path
        if let slash = place.lastIndex(of: "/") {
            try FileSystem.makeDirectory(String(place[..<slash]))
        }
        try FileSystem.writeAtomically(text + "\n", to: place)
    }

    private func device(_ name: String, _ attributes: [String: String]) throws {
        try FileSystem.makeDirectory("\(folder.path)/sys/devices/\(name)/holders")
        for (attribute, value) in attributes {
            try write(value, to: "/sys/devices/\(name)/\(attribute)")
        }
        for list in ["block", "class/block"] {
            let up = list == "block" ? "../" : "../../"
            try FileSystem.makeLink(
                "\(folder.path)/sys/\(list)/\(name)", to: "\(up)devices/\(name)")
        }
        try FileSystem.writeAtomically(
            [UInt8](repeating: 0, count: 1 << 20), to: "\(folder.path)/dev/\(name)")
    }

    func add(_ disk: String) throws {
        try device(
            disk, ["dev": disk == "sda" ? "8:0" : "8:16", "size": "2048"])
        try write("\(disk) serial", to: "/sys/devices/\(disk)/device/serial")
    }

    func remove(_ disk: String) throws {
        for list in ["block", "class/block"] {
            try FileSystem.removeFile("\(folder.path)/sys/\(list)/\(disk)")
        }
        try FileSystem.removeFile("\(folder.path)/dev/\(disk)")
    }

    func leg(_ disk: String, _ state: String) throws {
        try write(state, to: "/sys/devices/md127/md/dev-\(disk)/state")
    }

    func sync(_ action: String, _ completed: String) throws {
        try write(action, to: "/sys/devices/md127/md/sync_action")
        try write(completed, to: "/sys/devices/md127/md/sync_completed")
    }
}

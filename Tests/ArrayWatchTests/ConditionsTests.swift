import Deployment
import HAL
import JSON
import Storage
import Syscalls
import TestSamples
import Testing
import YAML

@testable import Alarms
@testable import ArrayWatch
@testable import Recovery

@Suite struct ConditionsTests {
    private func array(
        _ conditions: [ArrayStatus.LegCondition], isRunning: Bool = true,
        sync: ArrayStatus.Sync? = nil
    ) -> ArrayStatus {
        ArrayStatus(
            name: "boot", path: "/dev/md127", uuid: nil, state: "clean", isRunning: isRunning,
            legs: zip(["card", "nvme"], conditions).map {
                ArrayStatus.Leg(role: $0, device: nil, condition: $1)
            }, sync: sync)
    }

    @Test("a whole array is no alarm; each leg that is lost is one")
    func legs() {
        #expect(Conditions.of([array([.working, .working])]).isEmpty)
        for condition in [ArrayStatus.LegCondition.failed, .gone, .missing] {
            let found = Conditions.of([array([condition, .working])])
            #expect(found.map(\.id) == [AlarmID(.legLost, "boot/card")])
        }
        #expect(Conditions.of([array([.gone, .failed])]).count == 2)
        #expect(
            Conditions.of([array([.working, .working], isRunning: false)]).map(\.id)
                == [AlarmID(.legLost, "boot")])
    }

    @Test("a leg that is being filled is not lost, and tells how far it is")
    func rebuilding() {
        let sync = ArrayStatus.Sync(
            action: "recover", position: 30, end: 200, bytesPerSecond: nil)
        let found = Conditions.of([array([.filling, .working], sync: sync)])
        #expect(found.map(\.id) == [AlarmID(.rebuilding, "boot")])
        #expect(found.first?.percent == 15)
        #expect(Conditions.of([array([.filling, .working])]).first?.percent == 0)
        // A check of all legs is no rebuild.
        let check = ArrayStatus.Sync(action: "check", position: 1, end: 2, bytesPerSecond: nil)
        #expect(Conditions.of([array([.working, .working], sync: check)]).isEmpty)
    }

    @Test("a boot leg that cannot be started, and a machine that would not start again")
    func boot() {
        func status(_ proofs: [BootProof], hasVolume: Bool = true) -> HostStatus {
            HostStatus(
                image: nil, words: KernelWords(""), state: nil, hasVolume: hasVolume, arrays: [],
                proofs: proofs)
        }
        let bad = BootProof(
            role: "card", disk: "/dev/sda", startsFirmware: true,
            loaderProblems: ["no boot code"])
        let data = BootProof(
            role: "nvme", disk: "/dev/nvme0n1", startsFirmware: false, loaderProblems: ["x"])
        let found = Conditions.ofBoot(status([bad, data]))
        #expect(found.first?.id == AlarmID(.notBootable, "card"))
        #expect(found.first?.text == "card cannot be started: no boot code")
        #expect(!found.contains { $0.id.subject == "nvme" })
        #expect(found.contains { $0.id.subject == "machine" })
        #expect(Conditions.ofBoot(status([bad], hasVolume: false)).isEmpty)
    }

    @Test("what scrub found")
    func scrub() throws {
        #expect(Conditions.ofScrub(["sound": true, "sentence": "Fine."]) == [])
        let rotten = Conditions.ofScrub(["sound": false, "sentence": "Rotten: card, 1 file."])
        #expect(rotten?.map(\.text) == ["Rotten: card, 1 file"])
        #expect(Conditions.ofScrub([]) == nil)
        #expect(Conditions.ofScrub(["sound": 1]) == nil)
    }

    @Test("a volume is full until it has some more room than that", arguments: 0...100)
    func room(percent: Int) {
        let volume = VolumeRoom(
            name: "boot", byteCount: 1000, availableByteCount: UInt64(percent) * 10)
        let before = Conditions.of([volume], leastPercent: 5, full: [])
        let after = Conditions.of([volume], leastPercent: 5, full: ["boot"])
        #expect(before.isEmpty == (percent >= 5))
        #expect(after.isEmpty == (percent >= 7))
        #expect(
            Conditions.of(
                [VolumeRoom(name: "x", byteCount: 0, availableByteCount: 0)], leastPercent: 50,
                full: ["x"]
            ).isEmpty)
    }

    @Test("a disk is worn at four fifths of what it lasts for")
    func wear() {
        for percent in 0..<200 as Range<UInt64> {
            var ledger = WearLedger()
            ledger.count("guid", counter: percent * 10, start: "a", at: 0)
            let found = Conditions.ofWear(
                ledger, disks: ["card": "guid"], endurance: ["card": 1000, "gone": 1])
            #expect(found.map(\.id.subject) == (percent >= 80 ? ["card"] : []))
        }
    }

    @Test("what smartd says")
    func smart() {
        let report = SmartReport([
            "SMARTD_DEVICE": "/dev/sda", "SMARTD_FAILTYPE": "CurrentPendingSector",
            "SMARTD_MESSAGE": "Device: /dev/sda,\n8 pending sectors",
        ])
        #expect(report?.message == "Device: /dev/sda, 8 pending sectors")
        #expect(report?.isTest == false)
        #expect(SmartReport(["SMARTD_DEVICE": "/dev/sda"]) == nil)
        #expect(SmartReport(["SMARTD_DEVICE": "sda", "SMARTD_FAILTYPE": "Health"]) == nil)
        let test = SmartReport(["SMARTD_DEVICE": "/dev/sda", "SMARTD_FAILTYPE": "EmailTest"])
        #expect(test?.isTest == true)
        #expect(test?.message == "EmailTest")
    }
}

@Suite struct WatchConfigurationTests {
    private func parse(_ text: String) throws -> WatchConfiguration {
        try WatchConfiguration(parsing: Array(text.utf8), file: "watch.yaml")
    }

    @Test("all of it")
    func all() throws {
        let configuration = try parse(
            """
            mail: {to: [a@b.c, d@e], from: host@b.c, program: /usr/bin/msmtp, arguments: [-C, x]}
            webhook: https://example.org/hook?key=1
            beeper: false
            least-room: 10
            endurance: {card: 30 TB}
            """)
        #expect(configuration.mail?.to == ["a@b.c", "d@e"])
        #expect(configuration.mail?.arguments == ["-C", "x"])
        #expect(configuration.endurance == ["card": 30_000_000_000_000])
        #expect(configuration.senders(host: "h").map(\.name) == ["mail", "webhook"])
        #expect(try WatchConfiguration(reading: "/nowhere/watch.yaml") == WatchConfiguration())
    }

    @Test(
        "what is wrong is told",
        arguments: [
            "mails: x", "mail: {to: [], from: a@b}", "mail: {to: [\"a@b\\nBcc: x@y\"], from: a@b}",
            "mail: {to: [a@b], from: root}", "mail: {to: [\"a@b, c@d\"], from: a@b}",
            "webhook: ftp://x", "webhook: \"http://x/ \\\"\"", "least-room: 0",
            "least-room: 51", "endurance: {card: much}", "endurance: {card: 0 B}",
        ])
    func mistakes(text: String) {
        #expect(throws: YAMLIssues.self) { try parse(text) }
    }
}

@Suite struct LampPlanTests {
    private func alarm(
        _ kind: AlarmKind, _ subject: String, bay: Int? = nil, seen: Bool = false
    ) -> Alarm {
        Alarm(
            condition: AlarmCondition(kind, subject, "text", bay: bay), isPresent: true,
            isAcknowledged: seen, isReported: false, raisedAt: 0, changedAt: 0)
    }

    @Test("red blinks until all was seen, green is lit when nothing is wrong, a bay has its own")
    func patterns() throws {
        let path = "conf/hardware/tvs-663.yaml"
        let roles = try Hardware(parsing: FileSystem.read(path), file: path).roles
        func patterns(_ alarms: Alarm...) -> [String: LampPattern] {
            LampPlan.patterns(of: alarms, roles)
        }
        let calm = patterns()
        #expect(calm["status-green"] == .on)
        #expect(calm.filter { $0.value != .off }.count == 1)
        #expect(calm.count == 8)
        #expect(patterns(alarm(.rebuilding, "boot")) == calm)
        let lost = patterns(alarm(.legLost, "boot/card"))
        #expect(lost["status-red"] == .blink)
        #expect(lost["status-green"] == .off)
        let seen = patterns(alarm(.legLost, "boot/card", seen: true))
        #expect(seen["status-red"] == .on)
        let failing = patterns(
            alarm(.diskFailing, "a", bay: 3, seen: true), alarm(.diskFailing, "b", bay: 5))
        #expect(failing["disk-3-error"] == .on)
        #expect(failing["disk-5-error"] == .blink)
        #expect(failing["disk-1-error"] == .off)
        #expect(failing["status-red"] == .blink)
        // A bay that has no lamp is told by the others.
        #expect(patterns(alarm(.diskFailing, "c", bay: 9))["status-red"] == .blink)
    }
}

import JSON
import Storage
import Testing

@testable import Recovery

@Suite struct DiagnosisTests {
    private func planning(
        card: ObservedDisk?, nvme: ObservedDisk?, consents: Set<String> = []
    ) throws -> (Planning, Layout, Observation) {
        let layout = try SampleSystem.layout()
        let observation = Observation(
            disks: [nvme, card].compactMap { $0 }.sorted { $0.path < $1.path }, arrays: [])
        let planning = Planner.plan(
            PlanRequest(
                layout: layout, observation: observation, consents: consents,
                seed: [UInt8](repeating: 7, count: 32)))
        return (planning, layout, observation)
    }

    private func plan(_ planning: Planning) throws -> Plan {
        guard case .plan(let plan) = planning else {
            throw RecoveryError.noLayout
        }
        return plan
    }

    private var blank: ObservedDisk {
        ObservedDisk(path: "/dev/sda", byteCount: 512 << 20, bus: .usb, serial: "R")
    }

    private func leg(_ path: String, _ bus: Bus, slot: Int, active: [Bool], events: UInt64)
        -> ObservedDisk
    {
        var disk = SampleSystem.disk(
            path, bus, SampleSystem.member(slot: slot, active: active, events: events))
        disk.table = .gpt(
            ObservedGPT(
                guid: "G",
                partitions: disk.areas.enumerated().map { index, area in
                    ObservedPartition(
                        number: index + 1,
                        type: [
                            "21686148-6449-6E6F-744E-656564454649",
                            "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
                            "A19D880F-05FC-4D3B-A006-743F0F84911E",
                        ][index], guid: "P\(index)", name: ["bios", "esp", "boot"][index],
                        extent: area.extent)
                }))
        return disk
    }

    @Test("a fresh card is named, and the beginning of the plan only reaches the array")
    func freshCard() throws {
        let nvme = leg("/dev/nvme", .nvme, slot: 1, active: [false, true], events: 30)
        let (planning, layout, observation) = try planning(card: blank, nvme: nvme)
        #expect(
            Diagnosis.sentence(planning, layout, observation)
                == "/dev/sda, which is to be card, holds nothing of the system.")
        let plan = try plan(planning)
        #expect(!plan.isHarmless)
        let beginning = plan.beginning(throughStartOf: "boot")
        #expect(beginning.steps.count < plan.steps.count)
        guard case .startArray("boot", _, _)? = beginning.steps.last?.action else {
            Issue.record("it does not end with the start of the array")
            return
        }
        #expect(plan.beginning(throughStartOf: "other").steps.isEmpty)
    }

    @Test("legs that are whole are only started, which does no harm")
    func whole() throws {
        let (planning, layout, observation) = try planning(
            card: leg("/dev/sda", .usb, slot: 0, active: [true, true], events: 30),
            nvme: leg("/dev/nvme", .nvme, slot: 1, active: [true, true], events: 30))
        #expect(Diagnosis.sentence(planning, layout, observation) == "Nothing is wrong.")
        #expect(try plan(planning).isHarmless)
    }

    @Test("a start with a leg less is no harmless one: it makes the other leg stale")
    func missingDisk() throws {
        let (planning, layout, observation) = try planning(
            card: nil, nvme: leg("/dev/nvme", .nvme, slot: 1, active: [true, true], events: 30))
        #expect(
            Diagnosis.sentence(planning, layout, observation) == "The disk of card is missing.")
        #expect(try !plan(planning).isHarmless)
    }

    @Test("why nothing may be done is the diagnosis then")
    func split() throws {
        let (planning, layout, observation) = try planning(
            card: leg("/dev/sda", .usb, slot: 0, active: [true, false], events: 30),
            nvme: leg("/dev/nvme", .nvme, slot: 1, active: [false, true], events: 30))
        #expect(
            Diagnosis.sentence(planning, layout, observation)
                .hasPrefix("Both legs of boot ran alone"))
    }

    @Test("a report says when, what and why in JSON that a program can read")
    func report() throws {
        var report = RecoverReport(
            wrong: "x.", origin: "/dev/sda3", layout: "pair", began: 1_795_132_800, seconds: 12,
            plans: [])
        #expect(report.wasWhole)
        #expect(report.fileName == "2026-11-20T000000Z.json")
        report.failure = "the disk"
        #expect(!report.wasWhole)
        #expect(report.json["failure"]?.string == "the disk")
        #expect(report.json["time"]?.string == "2026-11-20T00:00:00Z")
    }
}

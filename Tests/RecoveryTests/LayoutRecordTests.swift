import Storage
import Testing

@testable import Recovery

@Suite struct LayoutRecordTests {
    /// A layout that can be told from others.
    private func layout(_ name: String, array: String = SampleSystem.array) throws -> Layout {
        var layout = try SampleSystem.layout(array: array)
        layout.name = name
        return layout
    }

    private func leg(_ disk: String, _ layout: Layout, events: UInt64) -> LayoutRecord {
        LayoutRecord(
            place: .filesystem(device: "\(disk)3"), disk: disk, layout: layout, events: events)
    }

    private func copy(_ disk: String, _ layout: Layout, events: UInt64) -> LayoutRecord {
        LayoutRecord(
            place: .systemPartition(disk: disk), disk: disk, layout: layout, events: events)
    }

    private func observation(card: ObservedMember?, nvme: ObservedMember?) -> Observation {
        Observation(
            disks: [
                SampleSystem.disk("/dev/sda", .usb, card),
                SampleSystem.disk("/dev/nvme", .nvme, nvme),
            ], arrays: [])
    }

    @Test("a leg that another one proves stale has no say, whatever its event count")
    func stale() throws {
        let observation = observation(
            card: SampleSystem.member(slot: 0, events: 900),
            nvme: SampleSystem.member(slot: 1, active: [false, true], events: 30))
        let records = [
            leg("/dev/sda", try layout("old"), events: 900),
            copy("/dev/sda", try layout("old"), events: 900),
            leg("/dev/nvme", try layout("new"), events: 30),
        ]
        let chosen = try LayoutRecord.choose(among: records, in: observation, consents: [])
        #expect(chosen?.layout.name == "new")
    }

    @Test("where no leg's filesystem can be read, the copy beside a leg that has the data counts")
    func copies() throws {
        let observation = observation(
            card: SampleSystem.member(slot: 0),
            nvme: SampleSystem.member(slot: 1, active: [false, true], events: 30))
        let records = [
            copy("/dev/sda", try layout("old"), events: 20),
            copy("/dev/nvme", try layout("new"), events: 30),
        ]
        let chosen = try LayoutRecord.choose(among: records, in: observation, consents: [])
        #expect(chosen?.place == .systemPartition(disk: "/dev/nvme"))
    }

    @Test("a leg's own filesystem counts before a copy")
    func order() throws {
        let observation = observation(
            card: SampleSystem.member(slot: 0), nvme: SampleSystem.member(slot: 1))
        let records = [
            copy("/dev/nvme", try layout("copy"), events: 20),
            leg("/dev/sda", try layout("leg"), events: 20),
        ]
        let chosen = try LayoutRecord.choose(among: records, in: observation, consents: [])
        #expect(chosen?.layout.name == "leg")
    }

    @Test("records of two systems are refused, until the disk of one may be erased")
    func severalSystems() throws {
        let other = "99999999:22222222:33333333:44444444"
        let observation = observation(
            card: SampleSystem.member(slot: 0, array: other), nvme: SampleSystem.member(slot: 1))
        let records = [
            leg("/dev/sda", try layout("other", array: other), events: 900),
            leg("/dev/nvme", try layout("own"), events: 30),
        ]
        #expect(
            throws: RecoveryError.severalSystems(["other on /dev/sda3", "own on /dev/nvme3"])
        ) { try LayoutRecord.choose(among: records, in: observation, consents: []) }
        let chosen = try LayoutRecord.choose(
            among: records, in: observation, consents: ["/dev/sda"])
        #expect(chosen?.layout.name == "own")
    }

    @Test("without any record there is none")
    func none() throws {
        let observation = observation(card: nil, nvme: nil)
        #expect(try LayoutRecord.choose(among: [], in: observation, consents: []) == nil)
    }
}

import Storage
import Testing

@testable import Recovery

@Suite struct ArrayStatusTests {
    private func status(
        _ array: ObservedArray?, without path: String? = nil, rates: [String: UInt64] = [:]
    ) throws -> ArrayStatus {
        var observation = SampleSystem.observation(array ?? SampleSystem.array([]))
        if array == nil { observation.arrays = [] }
        observation.disks.removeAll { $0.path == path }
        return try #require(
            ArrayStatus.all(of: SampleSystem.layout(), in: observation, rates: rates).first)
    }

    private func member(_ device: String, slot: Int?, _ flags: Set<String>) -> ObservedArray.Member
    {
        ObservedArray.Member(device: device, slot: slot, flags: flags)
    }

    @Test("a whole array has its legs by their roles")
    func whole() throws {
        let status = try status(
            SampleSystem.array([
                member("/dev/nvme3", slot: 1, ["in_sync"]),
                member("/dev/sda3", slot: 0, ["in_sync", "write_mostly"]),
            ]))
        #expect(status.legs.map(\.role) == ["card", "nvme"])
        #expect(status.isWhole)
        #expect(status.problems.isEmpty)
    }

    @Test("a pulled card is gone, though md calls it in sync")
    func gone() throws {
        let status = try status(
            SampleSystem.array([
                member("/dev/sda3", slot: 0, ["in_sync"]),
                member("/dev/nvme3", slot: 1, ["in_sync"]),
            ]), without: "/dev/sda")
        #expect(status.legs.map(\.role) == ["card", "nvme"])
        #expect(status.legs.map(\.condition) == [.gone, .working])
        #expect(status.problems == ["the disk of card is gone from array boot"])
    }

    @Test("failed, filling and missing legs are told apart")
    func lacking() throws {
        let failed = try status(
            SampleSystem.array([
                member("/dev/sda3", slot: nil, ["faulty"]),
                member("/dev/nvme3", slot: 1, ["in_sync"]),
            ]))
        #expect(failed.problems == ["card has failed in array boot"])
        let missing = try status(
            SampleSystem.array([member("/dev/nvme3", slot: 1, ["in_sync"])]))
        #expect(missing.problems == ["array boot lacks card"])
        let filling = try status(
            SampleSystem.array(
                [
                    member("/dev/sda3", slot: 0, ["spare"]),
                    member("/dev/nvme3", slot: 1, ["in_sync"]),
                ], action: "recover", position: 50, end: 200), rates: ["/dev/md127": 25])
        #expect(filling.problems == ["card is being filled in array boot, 25 %"])
        #expect(filling.sync?.percent == 25)
        #expect(filling.sync?.remainingSeconds == 6)
    }

    @Test("an array that the kernel does not have, or that waits, does not run")
    func stopped() throws {
        #expect(try status(nil).problems == ["array boot does not run"])
        let waiting = SampleSystem.array(
            [member("/dev/nvme3", slot: 1, ["in_sync"])], state: "inactive")
        #expect(try status(waiting).problems == ["array boot does not run"])
    }

    @Test("without a layout the kernel's own arrays are shown")
    func noLayout() {
        let array = SampleSystem.array([member("/dev/nvme3", slot: 1, ["in_sync"])])
        let statuses = ArrayStatus.all(of: nil, in: SampleSystem.observation(array))
        #expect(statuses.map(\.name) == ["boot"])
        #expect(statuses.first?.legs.map(\.condition) == [.working, .missing])
    }
}

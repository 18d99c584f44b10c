import Storage
import Testing

@testable import Installation

@Suite struct DiskChoiceTests {
    static func choice(_ change: (inout Answers) -> Void) throws -> DiskChoice {
        var answers = try AnswersSample.parse(AnswersSample.least)
        change(&answers)
        return DiskChoice(answers, in: Observation(disks: DiskSelectorTests.disks, arrays: []))
    }

    @Test("a disk that is not there is a refusal that names those that are")
    func missing() throws {
        let choice = try Self.choice { $0.disks = ["disk": DiskSelector(serial: "X")] }
        #expect(
            choice.refusals == [
                Refusal(
                    "there is no disk for the answers' disks.disk (serial X)",
                    cure:
                        "put it in, or name one of /dev/sda (SD Reader, serial SDREADER, unit 0), "
                        + "/dev/nvme0n1 (Patriot P310, serial P310)")
            ])
    }

    @Test("a description that fits two disks is a refusal")
    func ambiguous() throws {
        let choice = try Self.choice {
            $0.disks = ["disk": DiskSelector(match: DiskMatch(model: "*"))]
        }
        #expect(choice.refusals.count == 1)
        #expect(choice.refusals[0].cure == "say more of it")
    }

    @Test("a reader's serial does not agree to lose what is on a card")
    func serialOfReader() throws {
        let alone = try Self.choice { $0.erase = [DiskSelector(serial: "SDREADER")] }
        #expect(alone.consents == [])
        #expect(alone.refusals.count == 1)
        let sized = try Self.choice {
            $0.erase = [
                DiskSelector(
                    serial: "SDREADER",
                    match: DiskMatch(size: .range(60_000_000_000...68_000_000_000)))
            ]
        }
        #expect(sized.consents == ["/dev/sda"])
        let fixed = try Self.choice { $0.erase = [DiskSelector(serial: "P310")] }
        #expect(fixed.consents == ["/dev/nvme0n1"])
    }

    @Test("the medium is no disk to install to")
    func medium() {
        var disks = DiskSelectorTests.disks
        disks[0].areas = [
            ObservedArea(
                extent: Extent(start: 0, byteCount: 1 << 30), device: "/dev/sda",
                signatures: [
                    .filesystem(type: "iso9660", uuid: "2026-11-21-00-00-00-00", label: "S")
                ])
        ]
        let observation = Observation(disks: disks, arrays: [])
        #expect(observation.withoutMedium("2026-11-21-00-00-00-00").disks.count == 2)
        // Another ISO is a disk as any other.
        #expect(observation.withoutMedium("2026-01-01-00-00-00-00").disks.count == 3)
        #expect(observation.withoutMedium(nil).disks.count == 3)
    }
}

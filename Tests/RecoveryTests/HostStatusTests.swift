import BootLoader
import Deployment
import JSON
import Release
import Testing

@testable import Recovery

@Suite struct HostStatusTests {
    private func status(
        confirmed: String? = "2.0", proofs: [BootProof], legs: [ArrayStatus.LegCondition],
        missing: [String] = []
    ) throws -> HostStatus {
        let names = ["card", "nvme"]
        return HostStatus(
            image: nil, words: KernelWords(""),
            state: BootState(
                generation: 1,
                confirmed: try confirmed.map { try ReleaseName($0, field: "version") }),
            hasVolume: true, bootArray: "boot",
            arrays: [
                ArrayStatus(
                    name: "boot", path: "/dev/md127", uuid: nil, state: "clean", isRunning: true,
                    legs: zip(names, legs).map {
                        ArrayStatus.Leg(role: $0, device: "/dev/\($0)", condition: $1)
                    }, sync: nil)
            ], missingRoles: missing, proofs: proofs)
    }

    private func card(_ problems: [String] = [], disk: String? = "/dev/sda") -> BootProof {
        BootProof(role: "card", disk: disk, startsFirmware: true, loaderProblems: problems)
    }

    private let nvme = BootProof(
        role: "nvme", disk: "/dev/nvme", startsFirmware: false, loaderProblems: [])

    @Test("with nothing wrong it is healthy")
    func healthy() throws {
        let status = try status(proofs: [card(), nvme], legs: [.working, .working])
        #expect(status.health == .healthy)
        #expect(status.sentence == "All is well: 2.0 starts from card.")
    }

    @Test("a leg that lacks data, or rotten images, degrade it")
    func degraded() throws {
        let failed = try status(proofs: [card(), nvme], legs: [.working, .failed])
        #expect(failed.health == .degraded)
        #expect(
            failed.sentence
                == "It works, with less than it should have: nvme has failed in array boot.")
        var rotten = nvme
        rotten.imageProblems = ["images/2.0/vmlinuz: not what the manifest says"]
        let status = try status(proofs: [card(), rotten], legs: [.working, .working])
        #expect(status.health == .degraded)
        #expect(
            status.problems == ["nvme: images/2.0/vmlinuz: not what the manifest says"])
    }

    @Test("without a leg that the firmware starts from it is not bootable, whatever md says")
    func notBootable() throws {
        let broken = try status(
            proofs: [card(["the boot code differs from byte 0 on"]), nvme],
            legs: [.working, .working])
        #expect(broken.health == .notBootable)
        #expect(
            broken.sentence == "It would not start again: card: the boot code differs from byte 0"
                + " on; its data are on card, nvme.")
        let pulled = try status(
            proofs: [card(disk: nil), nvme], legs: [.gone, .working], missing: ["card"])
        #expect(pulled.health == .notBootable)
        #expect(
            pulled.sentence == "It would not start again: no disk is there for card (and 1 more);"
                + " its data are on nvme.")
        #expect(pulled.problems.count == 2)
    }

    @Test("an installation that was not finished is not bootable")
    func unfinished() throws {
        let status = try status(
            confirmed: nil, proofs: [card(), nvme], legs: [.working, .working])
        #expect(status.health == .notBootable)
        #expect(status.sentence.contains("was not finished"))
    }

    @Test("a machine that is no appliance has nothing wrong")
    func otherMachine() {
        let status = HostStatus(
            image: nil, words: KernelWords(""), state: nil, hasVolume: false, arrays: [])
        #expect(status.health == .healthy)
        #expect(status.sentence == "This is no Slipway system.")
    }

    @Test("the JSON form says what the text says")
    func json() throws {
        let status = try status(proofs: [card(["x"]), nvme], legs: [.working, .gone])
        #expect(status.json["health"]?.string == "not bootable")
        #expect(status.json["sentence"]?.string == status.sentence)
        #expect(
            status.json["arrays"]?.array?.first?["legs"]?.array?.last?["condition"]?.string
                == "gone")
        #expect(status.text.hasSuffix(status.sentence + "\n"))
        #expect(status.text.contains("[U_]"))
    }
}

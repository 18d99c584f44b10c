import BootLoader
import Deployment
import Events
import Release
import Synchronization
import Syscalls
import Testing

@Suite(.enabled(if: hasTools, "needs dosfstools and mtools"))
struct TrialTests {
    /// A system whose state changes while one waits; its clock goes with the waiting.
    private final class System: Sendable {
        let seconds = Atomic<UInt64>(1000)
        let restarts = Atomic<Int>(0)
        let states: [String]
        let writeProblem: String?

        init(_ states: [String], writeProblem: String? = nil) {
            self.states = states
            self.writeProblem = writeProblem
        }

        var health: SystemHealth {
            SystemHealth(
                state: {
                    let waited = Int(self.seconds.load(ordering: .relaxed) - 1000)
                    return self.states[min(waited, self.states.count - 1)]
                },
                failedUnits: { ["a.service", "b.mount"] },
                writeProblem: { self.writeProblem },
                seconds: { self.seconds.load(ordering: .relaxed) },
                pause: { self.seconds.wrappingAdd(1, ordering: .relaxed) },
                restart: { self.restarts.wrappingAdd(1, ordering: .relaxed) })
        }
    }

    private func onTrial() throws -> (Machine, Deployer) {
        let machine = try Machine()
        try machine.install("1.0")
        try machine.add(machine.payload("2.0"))
        return (machine, machine.deployer("slipway.image=2.0 slipway.leg=card slipway.try=1"))
    }

    private func run(_ deployer: Deployer, _ system: System, wait: Int?) throws
        -> Trial.Outcome
    {
        try Trial(deployer, health: system.health, events: .discarding)
            .run(waitSeconds: wait)
    }

    @Test("a system that comes up in time is confirmed")
    func comesUp() throws {
        let (_, deployer) = try onTrial()
        let system = System(["starting", "degraded", "starting", "running"])
        guard case .confirmed(let image, _) = try run(deployer, system, wait: 10) else {
            Issue.record("not confirmed")
            return
        }
        #expect(image.text == "2.0")
        #expect(try deployer.state().confirmed == image)
        #expect(system.restarts.load(ordering: .relaxed) == 0)
        #expect(try run(deployer, system, wait: 10) == .settled)
    }

    @Test("one whose units fail is started anew at the deadline, and they are named")
    func failedUnits() throws {
        let (_, deployer) = try onTrial()
        let system = System(["starting", "degraded"])
        let image = try ReleaseName("2.0", field: "version")
        let reason = "the system is degraded, failed: a.service, b.mount"
        #expect(try run(deployer, system, wait: 5) == .restarting(image, reason: reason))
        #expect(system.restarts.load(ordering: .relaxed) == 1)
        #expect(system.seconds.load(ordering: .relaxed) == 1005)
        #expect(try deployer.state().trying == image)
        // Whom nobody told to wait only complains.
        #expect(throws: DeploymentError.notHealthy(image, reason: reason)) {
            try run(deployer, system, wait: nil)
        }
        #expect(system.restarts.load(ordering: .relaxed) == 1)
    }

    @Test("a boot volume that takes no writes is not well")
    func readOnly() throws {
        let (_, deployer) = try onTrial()
        let system = System(["running"], writeProblem: "read-only")
        let image = try ReleaseName("2.0", field: "version")
        #expect(
            try run(deployer, system, wait: 1) == .restarting(image, reason: "read-only"))
    }

    @Test("a start that was no try is settled, whatever the system's state")
    func noTry() throws {
        let (machine, _) = try onTrial()
        try machine.count("0", on: "card")
        let deployer = machine.deployer("slipway.image=1.0 slipway.leg=card")
        guard
            case .givenUp(let image, _) = try run(deployer, System(["degraded"]), wait: nil)
        else {
            Issue.record("not given up")
            return
        }
        #expect(image.text == "2.0")
    }
}

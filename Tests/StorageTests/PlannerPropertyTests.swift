import TestSamples
import Testing

@testable import Storage

/// What must hold for every layout and every state of the disks.
@Suite struct PlannerPropertyTests {
    private static let seeds = Array(UInt64(0)..<1500)

    @Test("a plan leads to the layout, or there is a reason against one")
    func converges() {
        var planned = 0
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            let world = RandomWorld(using: &random)
            let consents = Self.consents(world, &random)
            let request = world.machine.request(world.layout, consents: consents)
            let answer = Planner.plan(request)
            #expect(answer == Planner.plan(request), "seed \(seed): two answers")
            switch answer {
            case .refused(let refusals):
                #expect(!refusals.isEmpty, "seed \(seed): refused without a reason")
            case .plan(let plan):
                planned += 1
                check(plan, world, consents, seed, &random)
            }
        }
        // Neither answer is rare among these worlds.
        #expect(planned > Self.seeds.count / 4)
        #expect(planned < Self.seeds.count * 9 / 10)
    }

    private static func consents(
        _ world: RandomWorld, _ random: inout SplitMix64
    ) -> Set<String> {
        var consents: Set<String> = []
        for disk in world.machine.observation.disks
        where Int.random(in: 0..<4, using: &random) == 0 {
            consents.insert(disk.path)
        }
        return consents
    }

    private func check(
        _ plan: Plan, _ world: RandomWorld, _ consents: Set<String>, _ seed: UInt64,
        _ random: inout SplitMix64
    ) {
        let context = "seed \(seed): \(world.story.joined(separator: "; "))"
        let before = world.machine
        var machine = before
        run(plan, on: &machine, context)
        keepsData(before, machine, plan, consents, context)
        touchesOnly(plan, before, machine, context)
        settles(machine, world, consents, context)
        guard !plan.steps.isEmpty else { return }
        // A power cut anywhere: what is planned then has the same end.
        var cut = before
        run(
            plan, on: &cut, context, steps: 0..<Int.random(in: 0..<plan.steps.count, using: &random)
        )
        cut.reboot()
        guard
            case .plan(let rest) = Planner.plan(cut.request(world.layout, consents: consents))
        else {
            Issue.record("\(context): after a cut nothing can be planned")
            return
        }
        run(rest, on: &cut, context)
        settles(cut, world, consents, context)
    }

    /// Runs a plan as `apply` does: all that can be checked first, then each step.
    private func run(
        _ plan: Plan, on machine: inout ModelMachine, _ context: String,
        steps: Range<Int>? = nil
    ) {
        for condition in plan.steps.flatMap(\.conditions) where condition.isInitial {
            let failure = condition.failure(in: machine.observation, plan: plan)
            #expect(failure == nil, "\(context): before the first step")
        }
        for step in plan.steps[steps ?? plan.steps.indices] {
            for condition in step.conditions {
                let failure = condition.failure(in: machine.observation, plan: plan)
                #expect(failure == nil, "\(context): before \(step.action)")
            }
            machine.apply(step, of: plan)
        }
    }

    private func settles(
        _ machine: ModelMachine, _ world: RandomWorld, _ consents: Set<String>,
        _ context: String
    ) {
        let answer = Planner.plan(machine.request(world.layout, consents: consents))
        guard case .plan(let plan) = answer else {
            Issue.record("\(context): refused when done: \(answer)")
            return
        }
        let rest = plan.steps.map { "\($0.action)" }.joined(separator: "\n")
        #expect(plan.steps.isEmpty, "\(context): still to do: \(rest)")
    }

    /// Disks that the plan does not name stay as they are.
    private func touchesOnly(
        _ plan: Plan, _ before: ModelMachine, _ after: ModelMachine, _ context: String
    ) {
        let named = Set(plan.disks.values.map(\.path))
        for disk in before.observation.disks where !named.contains(disk.path) {
            var same = after[disk: disk.path]
            // A superblock of an array that goes on without the disk is not the plan's to write.
            same.areas = disk.areas
            #expect(same == disk, "\(context): \(disk.path) was touched")
        }
    }

    /// The data of an array that had some are the same after the plan, on every leg; and what no
    /// one agreed to lose is still there.
    private func keepsData(
        _ before: ModelMachine, _ after: ModelMachine, _ plan: Plan, _ consents: Set<String>,
        _ context: String
    ) {
        for disk in before.observation.disks where !consents.contains(disk.path) {
            for area in disk.areas {
                for signature in area.signatures {
                    guard case .filesystem("ntfs", _, _) = signature else { continue }
                    let now = after[disk: disk.path].areas.first { $0.extent == area.extent }
                    #expect(
                        now?.signatures.contains(signature) == true,
                        "\(context): data of \(disk.path) are gone")
                }
            }
        }
        guard consents.isEmpty else { return }
        for array in after.observation.arrays {
            let contents = array.members.compactMap { member -> String? in
                guard
                    let disk = after.observation.disks.first(where: { disk in
                        disk.areas.contains { $0.device == member.device }
                    }), let area = disk.areas.first(where: { $0.device == member.device })
                else { return nil }
                return after.data[
                    ModelMachine.Place(disk: disk.path, start: area.extent.start)]
            }
            #expect(Set(contents).count <= 1, "\(context): \(array.name)'s legs differ")
            #expect(
                !contents.contains("old"), "\(context): \(array.name) has its data from an old leg")
        }
    }
}

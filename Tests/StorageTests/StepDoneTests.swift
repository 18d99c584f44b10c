import Testing

@testable import Storage

/// Whether steps know their own results, on the model of a machine.
@Suite struct StepDoneTests {
    /// Applies a plan to the model: each step is done after it, and stays done to the plan's end.
    private func check(_ machine: inout ModelMachine, _ layout: Layout, _ context: String) throws {
        guard case .plan(let plan) = Planner.plan(machine.request(layout)) else {
            Issue.record("\(context): refused")
            return
        }
        #expect(!plan.steps.isEmpty, "\(context): nothing to do")
        for step in plan.steps {
            machine.apply(step, of: plan)
            // A boot leg is complete after the last of its steps.
            if case .writeSystemPartition = step.action { continue }
            let isDone = step.isDone(in: machine.observation, plan: plan)
            #expect(isDone, "\(context): \(step.action.text) does not know that it is done")
        }
        for step in plan.steps {
            let isDone = step.isDone(in: machine.observation, plan: plan)
            #expect(isDone, "\(context): \(step.action.text) would be done again")
        }
    }

    @Test("installing", arguments: Sample.layouts.indices)
    func install(index: Int) throws {
        let layout = Sample.layouts[index]
        var machine = ModelMachine(Sample.blanks(for: layout))
        guard case .plan(let plan) = Planner.plan(machine.request(layout)) else {
            Issue.record("refused")
            return
        }
        for step in plan.steps {
            let isDone = step.isDone(in: machine.observation, plan: plan)
            #expect(!isDone, "\(step.action.text) is done before anything is")
        }
        try check(&machine, layout, layout.name)
    }

    @Test("a blank disk in place of each", arguments: Sample.layouts.indices)
    func replacement(index: Int) throws {
        let layout = Sample.layouts[index]
        for (number, role) in layout.disks.enumerated() {
            for rebooted in [false, true] {
                var machine = Sample.installed(layout)
                let path = "/dev/disk\(number)"
                machine.remove(path)
                machine[disk: path] = Sample.disk(for: role, at: path, serial: "new")
                if rebooted { machine.reboot() }
                // What lay on this disk alone is lost, and has to be agreed to elsewhere.
                try check(&machine, layout, "\(layout.name), \(role.name), rebooted \(rebooted)")
            }
        }
    }
}

@Suite struct ConditionTests {
    private let card = ObservedDisk(
        path: "/dev/sda", byteCount: 64 * mebibyte, bus: .usb, serial: "R", lun: 1,
        table: .gpt(ObservedGPT(guid: "G", partitions: [])),
        areas: [
            ObservedArea(
                extent: Extent(start: 0, byteCount: 64 * mebibyte), device: "/dev/sda"),
            ObservedArea(
                extent: Extent(start: mebibyte, byteCount: mebibyte), device: "/dev/sda1",
                partition: 1, signatures: [.other(type: "swap", uuid: "1")]),
        ])

    private func failure(
        _ condition: Condition, _ change: (inout ObservedDisk) -> Void = { _ in },
        arrays: [ObservedArray] = []
    ) -> String? {
        var disk = card
        change(&disk)
        let plan = Plan(
            layout: "l",
            disks: ["card": PlannedDisk(path: "/dev/sda", model: nil, identity: card.identity)],
            steps: [])
        return condition.failure(
            in: Observation(disks: [disk], arrays: arrays), plan: plan)
    }

    @Test("the disk is known by serial, WWN, unit and size, not by its table")
    func identity() {
        #expect(failure(.disk("card")) == nil)
        #expect(failure(.disk("card")) { $0.table = .none } == nil)
        #expect(failure(.disk("card")) { $0.serial = "Q" }?.contains("serial is Q, was R") == true)
        #expect(failure(.disk("card")) { $0.lun = 0 } != nil)
        #expect(failure(.disk("card")) { $0.wwn = "naa.1" } != nil)
        #expect(failure(.disk("card")) { $0.byteCount -= 512 } != nil)
        #expect(failure(.disk("card")) { $0.path = "/dev/sdb" } != nil)
        #expect(failure(.disk("other")) != nil)
    }

    @Test("table and content are those that were planned with")
    func content() {
        #expect(failure(.table(disk: "card", guid: "G")) == nil)
        #expect(failure(.table(disk: "card", guid: nil)) != nil)
        #expect(failure(.table(disk: "card", guid: nil)) { $0.table = .other("dos") } == nil)
        let place = Extent(start: mebibyte, byteCount: mebibyte)
        let swap = Signature.other(type: "swap", uuid: "1")
        #expect(failure(.content(disk: "card", extent: place, signatures: [swap])) == nil)
        #expect(failure(.content(disk: "card", extent: place, signatures: [])) != nil)
        let empty = Extent(start: 4 * mebibyte, byteCount: mebibyte)
        #expect(failure(.content(disk: "card", extent: empty, signatures: [])) == nil)
    }

    @Test("a place is free unless somebody uses bytes of it")
    func free() {
        let place = Extent(start: mebibyte, byteCount: mebibyte)
        let behind = Extent(start: 40 * mebibyte, byteCount: mebibyte)
        #expect(failure(.free(disk: "card", extent: place)) == nil)
        #expect(failure(.unused(disk: "card")) == nil)
        #expect(
            failure(.free(disk: "card", extent: place)) { $0.areas[1].holders = ["md1"] } != nil)
        #expect(
            failure(.free(disk: "card", extent: behind)) { $0.areas[1].holders = ["md1"] } == nil)
        #expect(failure(.unused(disk: "card")) { $0.areas[1].mountPoints = ["/mnt"] } != nil)
        // A whole-disk leg uses its data's place, and regions lie behind that.
        func holdWhole(_ disk: inout ObservedDisk) {
            disk.areas[0].holders = ["md127"]
            disk.areas[0].signatures = [
                .member(
                    ObservedMember(
                        metadata: .v1_0, arrayUUID: "u", arrayName: "a", deviceUUID: "d",
                        raidDisks: 2, dataByteCount: 32 * mebibyte, role: .slot(0),
                        activeSlots: [true, true], events: 7)),
                .filesystem(type: "ext4", uuid: "f", label: nil),
            ]
        }
        #expect(failure(.free(disk: "card", extent: place), holdWhole) != nil)
        #expect(failure(.free(disk: "card", extent: behind), holdWhole) == nil)
        let survivor = Condition.survivor(disk: "card", deviceUUID: "d", leastEvents: 7)
        #expect(failure(survivor, holdWhole) == nil)
        #expect(failure(survivor) != nil)
        #expect(
            failure(.survivor(disk: "card", deviceUUID: "d", leastEvents: 8), holdWhole) != nil)
    }

    @Test("an inactive array does not run")
    func running() {
        func array(_ state: String) -> [ObservedArray] {
            [
                ObservedArray(
                    path: "/dev/md127", uuid: "u", name: "a", metadata: .v1_0, raidDisks: 2,
                    dataByteCount: 1, state: state, members: [])
            ]
        }
        #expect(failure(.running(uuid: "u"), arrays: array("clean")) == nil)
        #expect(failure(.running(uuid: "u"), arrays: array("inactive")) != nil)
        #expect(failure(.notRunning(uuid: "u"), arrays: array("read-auto")) != nil)
        #expect(failure(.notRunning(uuid: "u"), arrays: array("inactive")) == nil)
    }
}

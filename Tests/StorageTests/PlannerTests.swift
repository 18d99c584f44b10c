import Testing

@testable import Storage

/// What the planner answers to the cases that people meet.
@Suite struct PlannerTests {
    private func plan(
        _ machine: ModelMachine, _ layout: Layout = Sample.cardAndNVMe,
        consents: Set<String> = [], assignments: [String: String] = [:]
    ) throws -> Plan {
        let request = machine.request(layout, consents: consents, assignments: assignments)
        switch Planner.plan(request) {
        case .plan(let plan): return plan
        case .refused(let refusals): throw refusals[0]
        }
    }

    private func refusal(
        _ machine: ModelMachine, _ layout: Layout = Sample.cardAndNVMe,
        consents: Set<String> = [], assignments: [String: String] = [:]
    ) -> String {
        let request = machine.request(layout, consents: consents, assignments: assignments)
        guard case .refused(let refusals) = Planner.plan(request) else { return "a plan" }
        return refusals.map(\.reason).joined(separator: "\n")
    }

    private func names(_ plan: Plan) -> [String] {
        plan.steps.map { String("\($0.action)".prefix { $0 != "(" }) }
    }

    private let blankCard = Sample.disk(
        for: Sample.cardAndNVMe.disks[0], at: "/dev/disk0", serial: "S0")

    @Test("blank disks are laid out, and then nothing is left to do", arguments: Sample.layouts)
    func install(_ layout: Layout) throws {
        let machine = Sample.installed(layout)
        #expect(try plan(machine, layout).steps.isEmpty)
    }

    @Test("superblocks that are read while the kernel writes them do not make a leg stale")
    func superblocksInFlight() throws {
        let layout = Sample.cardAndNVMe
        var request = Sample.installed(layout).request(layout)
        var count = 0
        for disk in request.observation.disks.indices {
            for area in request.observation.disks[disk].areas.indices {
                let signatures = request.observation.disks[disk].areas[area].signatures
                request.observation.disks[disk].areas[area].signatures = signatures.map {
                    guard case .member(var member) = $0, member.role == .slot(1) else { return $0 }
                    // The other leg has come back a moment ago, and is in sync for the kernel.
                    member.activeSlots[0] = false
                    count += 1
                    return .member(member)
                }
            }
        }
        #expect(count == 1)
        guard case .plan(let plan) = Planner.plan(request) else {
            Issue.record("refused")
            return
        }
        #expect(plan.steps.isEmpty)
    }

    @Test("the steps of an installation come in this order")
    func installSteps() throws {
        let machine = ModelMachine(Sample.blanks(for: Sample.cardAndNVMe))
        #expect(
            names(try plan(machine)) == [
                "writeTable", "writeTable", "createArray", "makeFilesystem",
                "writeSystemPartition", "writeBootCode", "recordIdentities",
            ])
    }

    @Test("a blank card is bootable first, then gets what is used")
    func freshCard() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.remove("/dev/disk0")
        machine[disk: "/dev/disk0"] = blankCard
        machine.reboot()
        let plan = try plan(machine)
        #expect(
            names(plan) == [
                "writeTable", "startArray", "writeSystemPartition", "writeBootCode",
                "addLegUsedOnly", "waitForSync", "recordIdentities",
            ])
        #expect(plan.steps.allSatisfy { $0.erases.isEmpty })
        machine.run(plan)
        #expect(try self.plan(machine).steps.isEmpty)
    }

    @Test("on the running host the dead leg is taken out before the new one goes in")
    func hotReplacement() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.remove("/dev/disk0")
        machine[disk: "/dev/disk9"] = Sample.disk(
            for: Sample.cardAndNVMe.disks[0], at: "/dev/disk9", serial: "S0")
        #expect(
            names(try plan(machine)) == [
                "removeLeg", "writeTable", "writeSystemPartition", "writeBootCode",
                "addLegUsedOnly", "waitForSync", "recordIdentities",
            ])
    }

    @Test("a card a little smaller fits, as a size is what cards are sold as")
    func smallerCard() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.remove("/dev/disk0")
        for percent in [95, 100, 109] as [UInt64] {
            machine[disk: "/dev/disk0"] = Sample.disk(
                for: Sample.cardAndNVMe.disks[0], at: "/dev/disk0", serial: "S0",
                byteCount: 64 * gigabyte / 100 * percent)
            machine.reboot()
            #expect(names(try plan(machine)).contains("addLegUsedOnly"))
        }
        machine[disk: "/dev/disk0"].byteCount = 32 * gigabyte
        // It is no card of 64 GB, so it does not come into question at all.
        let plan = try plan(machine)
        #expect(plan.disks["card"] == nil)
        #expect(plan.notes == ["no disk is there for card: boot stays degraded"])
        #expect(
            refusal(machine, assignments: ["card": "/dev/disk0"]).contains("card"))
    }

    @Test("an old card of this array is never the source, and is filled again")
    func staleCard() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        let old = machine[disk: "/dev/disk0"]
        machine.remove("/dev/disk0")
        machine[disk: "/dev/disk0"] = old
        machine.reboot()
        let plan = try plan(machine)
        #expect(
            plan.steps.first?.action
                == .startArray(
                    name: "boot",
                    uuid: machine.member(at: machine.place("/dev/disk1", "boot"))
                        .map(\.arrayUUID) ?? "", legs: [.slice(disk: "nvme", slice: "boot")]))
        #expect(names(plan).contains("addLegUsedOnly"))
    }

    @Test("an old copy of a card that another has replaced since is filled again")
    func copyOfReplacedCard() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.reboot()
        let (card, nvme) = (
            machine.place("/dev/disk0", "boot"), machine.place("/dev/disk1", "boot")
        )
        var old = try #require(machine.member(at: card))
        old.deviceUUID = "99999999:99999999:99999999:99999999"
        machine.setMember(old, at: card)
        var survivor = try #require(machine.member(at: nvme))
        // md takes legs together that are one event apart, each with all legs at work.
        survivor.events = old.events + 1
        machine.setMember(survivor, at: nvme)
        #expect(!names(try plan(machine)).contains("addLegUsedOnly"))
        survivor.events = old.events + 2
        machine.setMember(survivor, at: nvme)
        #expect(names(try plan(machine)).contains("addLegUsedOnly"))
    }

    @Test("a leg whose bitmap is damaged is filled again")
    func damagedBitmap() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.reboot()
        let place = machine.place("/dev/disk0", "boot")
        var member = try #require(machine.member(at: place))
        (member.bitmapChunkByteCount, member.bitmapEventsCleared) = (nil, nil)
        machine.setMember(member, at: place)
        #expect(names(try plan(machine)).contains("addLegUsedOnly"))
    }

    @Test("a leg that shows no content does not make the array an empty one")
    func contentOfOneLeg() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.reboot()
        machine.change(machine.place("/dev/disk0", "boot")) {
            $0.signatures.removeAll { !$0.isMember }
        }
        #expect(!names(try plan(machine)).contains("makeFilesystem"))
    }

    @Test("a blank disk has to be blank still, and unused, when its table is written")
    func blankUntilThen() throws {
        let plan = try plan(ModelMachine(Sample.blanks(for: Sample.cardAndNVMe)))
        let whole = Extent(
            start: 0, byteCount: try #require(plan.disks["card"]?.identity.byteCount))
        let conditions = try #require(plan.steps.first).conditions
        #expect(conditions.contains(.content(disk: "card", extent: whole, signatures: [])))
        #expect(conditions.contains(.unused(disk: "card")))
    }

    @Test("a write-protected disk is refused, blank or with a leg")
    func writeProtected() {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine[disk: "/dev/disk0"].isReadOnly = true
        #expect(refusal(machine).hasSuffix("is write-protected"))
        machine = ModelMachine(Sample.blanks(for: Sample.cardAndNVMe))
        machine[disk: "/dev/disk0"].isReadOnly = true
        #expect(refusal(machine).hasSuffix("is write-protected"))
    }

    @Test("legs that both ran alone are refused, whichever has more events")
    func split() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.reboot()
        for (path, events) in [("/dev/disk0", 90), ("/dev/disk1", 40)] as [(String, UInt64)] {
            let place = machine.place(path, "boot")
            var member = try #require(machine.member(at: place))
            member.events = events
            member.activeSlots = [path == "/dev/disk0", path == "/dev/disk1"]
            machine.setMember(member, at: place)
        }
        #expect(refusal(machine).hasPrefix("both legs of boot ran alone"))
        // Who agrees to lose one has said whose data stay.
        let plan = try plan(machine, consents: ["/dev/disk0"])
        #expect(plan.steps.contains { $0.erases.contains { $0.contains("/dev/disk0") } })
        #expect(names(plan).contains("addLegUsedOnly"))
    }

    @Test("data are erased only where their disk was named")
    func foreignData() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.remove("/dev/disk0")
        var card = blankCard
        card.areas[0].signatures = [.filesystem(type: "exfat", uuid: nil, label: "HOLIDAY")]
        machine[disk: "/dev/disk0"] = card
        machine.reboot()
        #expect(refusal(machine).contains("holds data: exfat \"HOLIDAY\""))
        let plan = try plan(machine, consents: ["/dev/disk0"])
        #expect(plan.steps.flatMap(\.erases).count == 1)
    }

    @Test("a leg of another array is data like any other")
    func foreignLeg() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.reboot()
        let place = machine.place("/dev/disk0", "boot")
        var member = try #require(machine.member(at: place))
        member.arrayUUID = "11111111:22222222:33333333:44444444"
        machine.setMember(member, at: place)
        #expect(refusal(machine).hasPrefix("legs of different arrays"))
        #expect(names(try plan(machine, consents: ["/dev/disk0"])).contains("wipe"))
    }

    @Test("a lost table is written again around the leg, which stays")
    func lostTable() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.reboot()
        machine[disk: "/dev/disk1"].table = .none
        for index in machine[disk: "/dev/disk1"].areas.indices.dropFirst() {
            machine[disk: "/dev/disk1"].areas[index].device = nil
        }
        #expect(names(try plan(machine)).prefix(2) == ["writeTable", "startArray"])
        #expect(try plan(machine).steps.allSatisfy { $0.erases.isEmpty })
    }

    @Test("a leg without its superblock still shows the array's own filesystem")
    func lostSuperblock() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.reboot()
        machine.change(machine.place("/dev/disk0", "boot")) {
            $0.signatures.removeAll(where: \.isMember)
        }
        let plan = try plan(machine)
        #expect(names(plan).contains("addLegUsedOnly"))
    }

    @Test("of two slots in a reader the empty one is no disk")
    func emptySlot() throws {
        var machine = ModelMachine(Sample.blanks(for: Sample.cardAndNVMe))
        var empty = blankCard
        (empty.path, empty.lun, empty.byteCount, empty.areas) = ("/dev/disk9", 1, 0, [])
        machine[disk: "/dev/disk9"] = empty
        #expect(try plan(machine).disks["card"]?.path == "/dev/disk0")
    }

    @Test("nothing is guessed where two disks could be meant")
    func ambiguous() throws {
        var machine = ModelMachine(Sample.blanks(for: Sample.cardAndNVMe))
        machine[disk: "/dev/disk9"] = Sample.disk(
            for: Sample.cardAndNVMe.disks[0], at: "/dev/disk9", serial: "S9")
        #expect(refusal(machine).hasPrefix("more disks than one could be card"))
        let chosen = try plan(machine, assignments: ["card": "/dev/disk9"])
        #expect(chosen.disks["card"]?.path == "/dev/disk9")
        #expect(!chosen.disks.values.contains { $0.path == "/dev/disk0" })
    }

    @Test("two disks that say the same of themselves are refused")
    func twins() {
        var machine = ModelMachine(Sample.blanks(for: Sample.mirror))
        machine[disk: "/dev/disk1"].serial = "S0"
        #expect(refusal(machine, Sample.mirror).contains("report the same serial"))
    }

    @Test("a store that holds no ext4 gets its leg filled whole, and the plan says why")
    func foreignStore() throws {
        let layout = Sample.threeDisks
        var machine = Sample.installed(layout)
        machine.remove("/dev/disk2")
        machine[disk: "/dev/disk2"] = Sample.disk(
            for: layout.disks[2], at: "/dev/disk2", serial: "new")
        machine.reboot()
        let plan = try plan(machine, layout)
        #expect(names(plan).contains("addLeg"))
        #expect(plan.notes.contains { $0.hasPrefix("nvme128/vms is filled whole") })
    }

    @Test("a working leg is copied away before it goes, where a disk was chosen for its role")
    func replacement() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine[disk: "/dev/disk9"] = Sample.disk(
            for: Sample.cardAndNVMe.disks[0], at: "/dev/disk9", serial: "S9")
        let plan = try plan(machine, assignments: ["card": "/dev/disk9"])
        #expect(names(plan).contains("replaceLeg"))
        machine.run(plan)
        #expect(
            try self.plan(machine, assignments: ["card": "/dev/disk9"]).steps.isEmpty)
    }

    @Test("a leg that is being filled is waited for, not begun anew")
    func rebuilding() throws {
        var machine = Sample.installed(Sample.cardAndNVMe)
        machine.remove("/dev/disk0")
        machine[disk: "/dev/disk0"] = blankCard
        let first = try plan(machine)
        let add = try #require(names(first).firstIndex(of: "addLegUsedOnly"))
        machine.run(first, steps: 0..<(add + 1))
        #expect(names(try plan(machine)).prefix(1) == ["waitForSync"])
        // After a power cut it is begun anew: the superblock says how far it was.
        machine.reboot()
        #expect(names(try plan(machine)).contains("addLegUsedOnly"))
    }

    @Test("a whole disk with partitions that show nothing is not taken unless it was named")
    func tableOnWholeDisk() throws {
        let layout = Layout(
            name: "whole",
            disks: [Bus.sata, .nvme].map {
                DiskRole(
                    name: $0.rawValue, match: DiskMatch(bus: $0),
                    division: .wholeDisk(array: "store", regions: []))
            },
            arrays: [ArraySpec(name: "store", metadata: .v1_2, bitmapChunkByteCount: nil)],
            volumes: [])
        var machine = ModelMachine(Sample.blanks(for: layout))
        #expect(names(try plan(machine, layout)).contains("createArray"))
        machine[disk: "/dev/disk1"].table = .other("dos")
        #expect(refusal(machine, layout).contains("a partition table of its own"))
        let named = try plan(machine, layout, consents: ["/dev/disk1"])
        #expect(names(named).contains("createArray"))
    }

    @Test("without an image the disks are laid out, and a note says that none of them boots yet")
    func noImage() throws {
        var request = ModelMachine(Sample.blanks(for: Sample.cardAndNVMe))
            .request(Sample.cardAndNVMe)
        request.hasBootImage = false
        guard case .plan(let plan) = Planner.plan(request) else { throw Refusal("", cure: "") }
        #expect(!names(plan).contains("writeBootCode"))
        #expect(plan.notes == ["card cannot start the machine yet: no image was given"])
    }

    @Test("without a disk for a role nothing is made")
    func missing() {
        let machine = ModelMachine([blankCard])
        #expect(refusal(machine).hasPrefix("no disk is there for nvme"))
    }
}

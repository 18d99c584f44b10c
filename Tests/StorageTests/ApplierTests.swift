import DiskFormats
import Events
import JSON
import Syscalls
import Testing

@testable import Storage

private let guid = "0B5A1B9E-2C43-4A0F-9A51-6C1DE2D9E0A1"

/// What can be carried out on image files: no kernel has to take part.
@Suite struct ApplierTests {
    private let system: RecordedSystem

    init() throws {
        system = try RecordedSystem()
        try system.image("/card.img", byteCount: 32 * mebibyte)
    }

    private var observer: Observer {
        Observer(
            system: system.tree,
            described: [DescribedDisk(path: "/card.img", bus: .usb, serial: "READER")])
    }

    private var partitions: [PartitionToMake] {
        [
            PartitionToMake(
                number: 1, name: "bios", type: GUID.biosBoot.description,
                guid: "11111111-2C43-4A0F-9A51-6C1DE2D9E0A1",
                extent: Extent(start: mebibyte, byteCount: mebibyte)),
            PartitionToMake(
                number: 2, name: "boot", type: GUID.linuxRAID.description,
                guid: "22222222-2C43-4A0F-9A51-6C1DE2D9E0A1",
                extent: Extent(start: 2 * mebibyte, byteCount: 20 * mebibyte)),
        ]
    }

    private func plan(serial: String? = "READER", _ steps: [Step]? = nil) -> Plan {
        Plan(
            layout: "test",
            disks: [
                "card": PlannedDisk(
                    path: "/card.img", model: nil,
                    identity: DiskIdentity(serial: serial, byteCount: 32 * mebibyte))
            ],
            steps: steps ?? [
                Step(
                    .writeTable(disk: "card", guid: guid, partitions: partitions), why: "",
                    conditions: [.disk("card"), .table(disk: "card", guid: nil)])
            ])
    }

    private func apply(_ plan: Plan) throws {
        try Applier(plan, observer: observer, bootLegs: nil, events: .discarding).run()
    }

    private func journal() throws -> [String?] {
        try FileSystem.readText(system.tree.path("/run/slipway/journal")).split(separator: "\n")
            .map { try JSON(parsing: String($0))["event"]?.string }
    }

    @Test("a table is written, is there, and is not written twice")
    func table() throws {
        try apply(plan())
        guard case .gpt(let table) = try observer.observe().disks[0].table else {
            Issue.record("no table")
            return
        }
        #expect(table.guid == guid)
        #expect(table.faults == [])
        #expect(table.partitions.map(\.name) == ["bios", "boot"])
        try apply(plan())
        #expect(try journal() == ["start", "done", "skip"])
    }

    @Test("a table of which any part was written is finished", arguments: 0..<5)
    func cutTable(count: Int) throws {
        let writes = try tableWrites()
        for write in writes.prefix(count) { try system.write(write, to: "/card.img") }
        // A plan that was made before the cut: what is there by now is the plan's own table.
        var again = plan()
        again.steps[0].conditions = [.disk("card")]
        try apply(again)
        guard case .gpt(let table) = try observer.observe().disks[0].table else {
            Issue.record("no table")
            return
        }
        #expect(table.faults == [])
        #expect(table.partitions.count == 2)
    }

    private func tableWrites() throws -> [ByteWrite] {
        let path = system.tree.path("/card.img")
        let before = try FileSystem.read(path)
        try apply(plan())
        let after = try FileSystem.read(path)
        let table = try #require(GPT.read(from: MemoryBytes(after)).table)
        try system.image("/card.img", byteCount: 32 * mebibyte)
        return try table.writes(sectorCount: 64 << 10, firstSector: Array(before[..<512]))
    }

    @Test("a locked disk is left alone until the lock goes")
    func locked() throws {
        let path = system.tree.path("/card.img")
        var locks: DiskLocks? = try DiskLocks([path])
        withExtendedLifetime(locks) {
            _ = #expect(throws: ApplyError.locked(path)) {
                try DiskLocks([path], secondsWhileLocked: 0)
            }
        }
        locks = nil
        try apply(plan())
    }

    @Test("another disk at the same path is not touched")
    func moved() throws {
        let before = try FileSystem.read(system.tree.path("/card.img"))
        #expect(
            throws: ApplyError.moved(
                step: 1, action: "write a table of 2 partitions to card",
                reason: "/card.img (card): serial is READER, was OTHER")
        ) { try apply(plan(serial: "OTHER")) }
        #expect(try FileSystem.read(system.tree.path("/card.img")) == before)
    }

    @Test("a condition of a later step stops it before the first")
    func checkedFirst() throws {
        let before = try FileSystem.read(system.tree.path("/card.img"))
        var plan = plan()
        plan.steps.append(
            Step(
                .waitForSync(array: "boot", uuid: "1:2:3:4"), why: "",
                conditions: [.survivor(disk: "card", deviceUUID: "x", leastEvents: 1)]))
        #expect(throws: ApplyError.self) { try apply(plan) }
        #expect(try FileSystem.read(system.tree.path("/card.img")) == before)
    }

    @Test("a plan with boot legs needs somebody who makes them")
    func bootLegs() throws {
        let leg = BootLegToMake(
            disk: "card", biosBoot: nil, systemPartition: Extent(start: 0, byteCount: 1),
            firmware: [.efi])
        let plan = plan([Step(.writeSystemPartition(leg), why: "")])
        #expect(throws: ApplyError.noBootLegWriter) { try apply(plan) }
    }

    @Test("signatures are erased, damaged superblocks too")
    func wipe() throws {
        try system.run("mkswap", ["-q"], on: "/card.img")
        var damaged = try superblock(
            .v1_0, deviceByteCount: 32 * mebibyte, dataByteCount: 8 * mebibyte, slot: 0
        ).write
        damaged.bytes[100] ^= 0xff
        try system.write(damaged, to: "/card.img")
        let whole = Extent(start: 0, byteCount: 32 * mebibyte)
        let found = try observer.observe().disks[0].signatures(at: whole)
        #expect(found.count == 2)
        try apply(
            plan([
                Step(
                    .wipe(disk: "card", extent: whole), why: "",
                    conditions: [.content(disk: "card", extent: whole, signatures: found)])
            ]))
        #expect(try observer.observe().disks[0].signatures(at: whole) == [])
    }

    @Test("no filesystem is made on what holds something")
    func holdsData() throws {
        try apply(plan())
        // The whole disk stands for a device that a signature was found on after planning.
        try system.run("mkswap", ["-q"], on: "/card.img")
        let step = Step(
            .makeFilesystem(volume: "v", on: .disk("card"), label: "v", uuid: "u"), why: "")
        do {
            try apply(plan([step]))
            Issue.record("it was made")
        } catch let error as ApplyError {
            guard case .failed(1, _, let cause) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(cause.contains("should be empty"))
        }
        #expect(try journal().last == "failed")
    }
}

@Suite struct SyncWaitTests {
    private func system(_ attributes: [String: String]) throws -> RecordedSystem {
        let system = try RecordedSystem()
        let all = [
            "md/metadata_version": "1.0", "md/level": "raid1", "md/raid_disks": "2",
            "md/component_size": "1024", "md/dev-a/slot": "0", "md/dev-a/state": "in_sync",
            "md/dev-b/slot": "1",
        ].merging(attributes) { $1 }
        try system.disk(
            "md127", at: "virtual/block", number: "9:127", byteCount: mebibyte, all)
        return system
    }

    private func wait(_ system: RecordedSystem) throws {
        try SyncWait(in: system.tree, stallSeconds: 0).wait(
            for: "/dev/md127", EventStream.discarding.begin("wait"))
    }

    @Test("an array that waits for its first write is let go on")
    func readAuto() throws {
        let system = try system([
            "md/array_state": "read-auto", "md/sync_action": "idle", "md/dev-b/state": "in_sync",
        ])
        try wait(system)
        #expect(
            try FileSystem.readText(system.tree.path("/sys/block/md127/md/array_state"))
                .hasPrefix("active"))
    }

    @Test("a copy that does not move is an error that says where")
    func stalled() throws {
        let system = try system([
            "md/array_state": "clean", "md/sync_action": "recover",
            "md/sync_completed": "8 / 2048", "md/dev-b/state": "spare",
        ])
        #expect(
            throws: ApplyError.stalled(
                array: "/dev/md127", action: "recover", position: 4096, seconds: 0)
        ) { try wait(system) }
    }

    @Test("an array that is gone is not waited for")
    func gone() throws {
        #expect(throws: ApplyError.self) { try wait(try RecordedSystem()) }
    }
}

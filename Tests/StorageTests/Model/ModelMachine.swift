import DiskFormats

@testable import Storage

/// A machine whose disks are an observation: steps change it as Linux and md would.
///
/// Beside what an observation shows it knows whose data lie where, so that a test can tell whether
/// a plan kept the right ones.
struct ModelMachine {
    var observation: Observation
    /// The data of each place that holds some: the path of its disk and where it starts.
    var data: [Place: String] = [:]
    private var nextDevice = 0

    struct Place: Hashable {
        let disk: String
        let start: UInt64
    }

    init(_ disks: [ObservedDisk]) {
        observation = Observation(
            disks: disks.sorted { $0.path < $1.path }, arrays: [], recordedIdentities: [:])
    }

    // MARK: Steps

    mutating func apply(_ step: Step, of plan: Plan) {
        switch step.action {
        case .stopArray(let path, _):
            observation.arrays.removeAll { $0.path == path }
        case .startArray(let name, let uuid, let legs):
            start(name, uuid, legs.map { place($0, plan) })
        case .wipe(let role, let extent):
            change(plan.disks[role]?.path, extent) { $0.signatures = [] }
        case .writeTable(let role, let guid, let partitions):
            writeTable(plan.disks[role]?.path ?? "", guid, partitions)
        case .makeRegion(let device, let extent):
            makeRegion(plan.disks[device.disk ?? ""]?.path ?? "", extent)
        case .createArray(let array):
            create(array, plan)
        case .removeLeg(_, let uuid, let slot, let device):
            let index = array(uuid)
            let members = observation.arrays[index].members
            observation.arrays[index].members = members.filter { member in
                guard let device else { return place(ofDevice: member.device) != nil }
                return member.device != device || member.slot != slot
            }
            rewriteSuperblocks(uuid)
        case .addLegUsedOnly(_, let uuid, _, let leg, let isWriteMostly),
            .addLeg(_, let uuid, let leg, let isWriteMostly):
            add(place(leg, plan), to: uuid, isWriteMostly: isWriteMostly, isNew: true)
        case .reAddLeg(_, let uuid, let leg):
            add(place(leg, plan), to: uuid, isWriteMostly: false, isNew: false)
        case .replaceLeg(_, let uuid, let device, let leg, let isWriteMostly):
            observation.arrays[array(uuid)].members.removeAll { $0.device == device }
            add(place(leg, plan), to: uuid, isWriteMostly: isWriteMostly, isNew: true)
        case .growArray(_, let uuid, let dataByteCount):
            observation.arrays[array(uuid)].dataByteCount = dataByteCount
        case .makeFilesystem(let volume, let device, let label, let uuid):
            makeFilesystem(volume, device, label, uuid, plan)
        case .writeSystemPartition(let leg):
            let path = plan.disks[leg.disk]?.path
            change(path, leg.systemPartition) {
                $0.signatures = [.filesystem(type: "vfat", uuid: "AAAA-BBBB", label: "ESP")]
            }
            if !leg.firmware.contains(.bios) { setComplete(path) }
        case .writeBootCode(let leg):
            setComplete(plan.disks[leg.disk]?.path)
        case .waitForSync(_, let uuid):
            finishSync(uuid)
        case .recordIdentities:
            observation.recordedIdentities = plan.disks.mapValues { planned in
                observation.disks.first { $0.path == planned.path }?.identity
                    ?? planned.identity
            }
        }
    }

    /// A power cut, or a reboot after which nothing has assembled the arrays.
    mutating func reboot() {
        observation.arrays = []
        for index in observation.disks.indices {
            // Loop devices are gone; partitions come back.
            for area in observation.disks[index].areas.indices
            where observation.disks[index].areas[area].device?.contains("loop") == true {
                observation.disks[index].areas[area].device = nil
            }
        }
    }

    // MARK: Places

    func place(_ device: DeviceReference, _ plan: Plan) -> Place {
        let disk = observation.disks.first { $0.path == plan.disks[device.disk ?? ""]?.path }
        guard let disk else { fatalError("\(device) is on no disk of the plan") }
        guard case .slice(_, let name) = device else { return Place(disk: disk.path, start: 0) }
        guard case .gpt(let table) = disk.table,
            let partition = table.partitions.first(where: { $0.name == name })
        else { fatalError("\(disk.path) has no partition \(name)") }
        return Place(disk: disk.path, start: partition.extent.start)
    }

    private func area(_ place: Place) -> (disk: Int, area: Int) {
        for (index, disk) in observation.disks.enumerated() where disk.path == place.disk {
            // A partition rather than the whole disk, where both start there.
            let areas = disk.areas.indices.filter {
                disk.areas[$0].extent.start == place.start
            }
            if let area = areas.last { return (index, area) }
        }
        fatalError("nothing lies at \(place)")
    }

    private mutating func change(
        _ path: String?, _ extent: Extent, _ body: (inout ObservedArea) -> Void
    ) {
        guard let disk = observation.disks.firstIndex(where: { $0.path == path }) else {
            fatalError("a step speaks of \(path ?? "no disk"), which is not there")
        }
        if let area = observation.disks[disk].areas.firstIndex(where: { $0.extent == extent }) {
            body(&observation.disks[disk].areas[area])
        }
    }

    mutating func change(_ place: Place, _ body: (inout ObservedArea) -> Void) {
        let (disk, index) = area(place)
        body(&observation.disks[disk].areas[index])
    }

    func member(at place: Place) -> ObservedMember? {
        let (disk, index) = area(place)
        for case .member(let member) in observation.disks[disk].areas[index].signatures {
            return member
        }
        return nil
    }

    mutating func setMember(_ member: ObservedMember, at place: Place) {
        change(place) { area in
            area.signatures.removeAll(where: \.isMember)
            area.signatures.insert(.member(member), at: 0)
        }
    }

    private func device(at place: Place) -> String {
        let (disk, index) = area(place)
        return observation.disks[disk].areas[index].device ?? place.disk
    }

    private func place(ofDevice device: String) -> Place? {
        for disk in observation.disks {
            if let area = disk.areas.first(where: { $0.device == device }) {
                return Place(disk: disk.path, start: area.extent.start)
            }
        }
        return nil
    }

    func array(_ uuid: String) -> Int {
        guard let index = observation.arrays.firstIndex(where: { $0.uuid == uuid }) else {
            fatalError("no array \(uuid) runs")
        }
        return index
    }

    // MARK: Disks

    private mutating func setComplete(_ path: String?) {
        for index in observation.disks.indices where observation.disks[index].path == path {
            observation.disks[index].bootLeg = .complete
        }
    }

    private mutating func writeTable(
        _ path: String, _ guid: String, _ partitions: [PartitionToMake]
    ) {
        guard let index = observation.disks.firstIndex(where: { $0.path == path }) else {
            fatalError("no disk \(path)")
        }
        let disk = observation.disks[index]
        observation.disks[index].table = .gpt(
            ObservedGPT(
                guid: guid,
                partitions: partitions.map {
                    ObservedPartition(
                        number: $0.number, type: $0.type, guid: $0.guid, name: $0.name,
                        extent: $0.extent)
                }))
        observation.disks[index].areas =
            disk.areas.filter { $0.extent.byteCount == disk.byteCount }
            + partitions.map { partition in
                let old = disk.areas.first { $0.extent == partition.extent }
                return ObservedArea(
                    extent: partition.extent, device: "\(path)p\(partition.number)",
                    partition: partition.number, signatures: old?.signatures ?? [])
            }
    }

    private mutating func makeRegion(_ path: String, _ extent: Extent) {
        guard let index = observation.disks.firstIndex(where: { $0.path == path }) else {
            fatalError("no disk \(path)")
        }
        nextDevice += 1
        let device = "/dev/loop\(nextDevice)"
        if let area = observation.disks[index].areas.firstIndex(where: { $0.extent == extent }) {
            observation.disks[index].areas[area].device = device
        } else {
            observation.disks[index].areas.append(ObservedArea(extent: extent, device: device))
        }
    }

    private mutating func makeFilesystem(
        _ volume: String, _ device: DeviceReference, _ label: String, _ uuid: String,
        _ plan: Plan
    ) {
        let signature = Signature.filesystem(type: "ext4", uuid: uuid, label: label)
        guard case .array(let name) = device else {
            let place = place(device, plan)
            change(place) { $0.signatures = [signature] }
            data[place] = uuid
            return
        }
        guard let index = observation.arrays.firstIndex(where: { $0.name == name }) else {
            fatalError("no array \(name) runs")
        }
        observation.arrays[index].signatures = [signature]
        for member in observation.arrays[index].members {
            guard let place = place(ofDevice: member.device) else { continue }
            change(place) { area in
                area.signatures.removeAll { !$0.isMember }
                area.signatures.append(signature)
            }
            data[place] = uuid
        }
    }

    // MARK: Arrays

    private mutating func create(_ array: ArrayToMake, _ plan: Plan) {
        let legs = array.legs.map { leg in leg.device.map { place($0, plan) } }
        observation.arrays.append(
            ObservedArray(
                path: "/dev/md/\(array.name)", uuid: array.uuid, name: array.name,
                metadata: array.metadata, raidDisks: legs.count,
                dataByteCount: array.dataByteCount, state: "clean",
                members: legs.enumerated().compactMap { slot, leg in
                    leg.map {
                        ObservedArray.Member(device: device(at: $0), slot: slot, flags: ["in_sync"])
                    }
                }, bitmapChunkByteCount: array.bitmapChunkByteCount))
        for (slot, leg) in legs.enumerated() {
            guard let leg else { continue }
            let member = ObservedMember(
                metadata: array.metadata, arrayUUID: array.uuid, arrayName: array.name,
                deviceUUID: "\(leg.disk)@\(leg.start)#\(nextDevice)", raidDisks: legs.count,
                dataByteCount: array.dataByteCount, dataOffset: array.dataOffset,
                role: .slot(slot),
                activeSlots: legs.map { $0 != nil }, events: 1,
                bitmapChunkByteCount: array.bitmapChunkByteCount,
                bitmapEventsCleared: array.bitmapChunkByteCount.map { _ in 1 })
            nextDevice += 1
            setMember(member, at: leg)
            data[leg] = "empty"
        }
    }

    mutating func start(_ name: String, _ uuid: String, _ legs: [Place]) {
        let members = legs.compactMap { place in member(at: place).map { (place, $0) } }
        guard let first = members.first?.1 else { fatalError("nothing to start \(name) from") }
        let content = observation.disks.flatMap(\.areas).first { area in
            area.signatures.contains(.member(first))
        }
        observation.arrays.append(
            ObservedArray(
                path: "/dev/md/\(name)", uuid: uuid, name: first.arrayName,
                metadata: first.metadata, raidDisks: first.raidDisks,
                dataByteCount: first.dataByteCount, state: "clean",
                members: members.map { place, member in
                    var slot: Int?
                    if case .slot(let number) = member.role { slot = number }
                    return ObservedArray.Member(
                        device: device(at: place), slot: slot, flags: ["in_sync"])
                }, bitmapChunkByteCount: first.bitmapChunkByteCount,
                signatures: content?.signatures.filter { !$0.isMember } ?? []))
        rewriteSuperblocks(uuid)
    }

    /// Marks a member as failed; md never does that to the last one that has the data.
    mutating func fail(member number: Int, of index: Int) {
        let members = observation.arrays[index].members
        let hasOther = members.indices.contains {
            $0 != number && members[$0].flags.contains("in_sync")
        }
        guard hasOther || !members[number].flags.contains("in_sync") else { return }
        observation.arrays[index].members[number].flags = ["faulty"]
        observation.arrays[index].members[number].slot = nil
        rewriteSuperblocks(observation.arrays[index].uuid)
    }

    /// What md writes whenever the state of a member changes.
    mutating func rewriteSuperblocks(_ uuid: String) {
        let array = observation.arrays[array(uuid)]
        let places = array.members.compactMap { member in
            member.flags.contains("faulty") ? nil : place(ofDevice: member.device)
        }
        let events = (places.compactMap { member(at: $0)?.events }.max() ?? 0) + 1
        var active = [Bool](repeating: false, count: array.raidDisks)
        for member in array.members where !member.flags.contains("faulty") {
            if let slot = member.slot { active[slot] = true }
        }
        for member in array.members where !member.flags.contains("faulty") {
            guard let place = place(ofDevice: member.device), var block = self.member(at: place)
            else { continue }
            block.events = events
            block.activeSlots = active
            block.role = member.slot.map { .slot($0) } ?? .spare
            block.recoveryOffset = member.recoveryOffset
            setMember(block, at: place)
        }
    }

    private mutating func add(
        _ place: Place, to uuid: String, isWriteMostly: Bool, isNew: Bool
    ) {
        let index = array(uuid)
        let array = observation.arrays[index]
        let taken = array.members.compactMap(\.slot)
        guard let slot = (0..<array.raidDisks).first(where: { !taken.contains($0) }) else {
            fatalError("no slot is free")
        }
        nextDevice += 1
        let template = observation.disks.flatMap(\.areas).flatMap(\.signatures)
            .compactMap { signature -> ObservedMember? in
                if case .member(let member) = signature, member.arrayUUID == uuid {
                    member
                } else {
                    nil
                }
            }.first
        guard var member = isNew ? template : self.member(at: place) else {
            fatalError("no superblock of \(uuid)")
        }
        if isNew { member.deviceUUID = "\(place.disk)@\(place.start)#\(nextDevice)" }
        member.isWriteMostly = isWriteMostly
        setMember(member, at: place)
        data[place] = nil
        observation.arrays[index].members.append(
            ObservedArray.Member(
                device: device(at: place), slot: slot, flags: [], recoveryOffset: 0))
        observation.arrays[index].syncAction = "recover"
        rewriteSuperblocks(uuid)
    }

    private mutating func finishSync(_ uuid: String) {
        let index = array(uuid)
        let array = observation.arrays[index]
        let sources = array.members.filter { $0.flags.contains("in_sync") }
        guard let source = sources.first.flatMap({ place(ofDevice: $0.device) }) else { return }
        for (number, member) in array.members.enumerated()
        where !member.flags.contains("in_sync") && !member.flags.contains("faulty") {
            observation.arrays[index].members[number].flags.insert("in_sync")
            observation.arrays[index].members[number].recoveryOffset = nil
            guard let place = place(ofDevice: member.device) else { continue }
            data[place] = data[source]
            change(place) { area in
                area.signatures.removeAll { !$0.isMember }
                area.signatures += array.signatures
            }
        }
        observation.arrays[index].syncAction = "idle"
        rewriteSuperblocks(uuid)
    }
}

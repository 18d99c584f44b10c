import TestSamples

@testable import Storage

/// A layout and a machine in some state that could befall it.
struct RandomWorld {
    let layout: Layout
    var machine: ModelMachine
    /// What befell it, for the report of a failure.
    private(set) var story: [String] = []

    private static let arrayNames = ["boot", "vms", "store"]

    init(using random: inout SplitMix64) {
        layout =
            Bool.random(using: &random)
            ? Sample.layouts.randomElement(using: &random) ?? Sample.mirror
            : RandomWorld.makeLayout(using: &random)
        if Int.random(in: 0..<8, using: &random) == 0 {
            machine = ModelMachine(Sample.blanks(for: layout))
        } else {
            machine = Sample.installed(layout)
        }
        for _ in 0..<Int.random(in: 0...4, using: &random) { befall(using: &random) }
    }

    private static func makeLayout(using random: inout SplitMix64) -> Layout {
        let legCount = Int.random(in: 2...4, using: &random)
        let arrayCount = Int.random(in: 1...3, using: &random)
        let sizes = (0..<arrayCount).map { _ in
            UInt64.random(in: 2...20, using: &random) * gibibyte
        }
        let versions = (0..<arrayCount).map { _ in
            [MetadataVersion.v1_0, .v1_2].randomElement(using: &random) ?? .v1_0
        }
        let hasBitmaps = (0..<arrayCount).map { _ in Bool.random(using: &random) }
        let disks = (0..<legCount).map { index in
            var slices: [Slice] = []
            let isBoot = index == 0 || Bool.random(using: &random)
            if isBoot {
                slices = [
                    Slice(name: "bios", content: .biosBoot, size: .bytes(mebibyte)),
                    Slice(name: "esp", content: .esp, size: .bytes(512 * mebibyte)),
                ]
            }
            for array in 0..<arrayCount {
                slices.append(
                    Slice(
                        name: arrayNames[array], content: .leg(array: arrayNames[array]),
                        size: .bytes(sizes[array] + 256 * mebibyte),
                        isWriteMostly: Bool.random(using: &random)))
            }
            if Bool.random(using: &random) {
                slices.append(
                    Slice(
                        name: "plain", content: .volume("plain\(index)"),
                        size: .bytes(gibibyte)))
            }
            return DiskRole(
                name: "disk\(index)",
                match: DiskMatch(bus: Bus.allCases[index % Bus.allCases.count]),
                firmware: isBoot ? [.bios, .efi] : [], division: .partitions(slices))
        }
        let plain = disks.flatMap(\.division.slices).compactMap { slice -> VolumeSpec? in
            guard case .volume(let name) = slice.content else { return nil }
            return VolumeSpec(name: name, array: nil, filesystem: .ext4, label: name)
        }
        return Layout(
            name: "random", disks: disks,
            arrays: (0..<arrayCount).map { index in
                ArraySpec(
                    name: arrayNames[index], metadata: versions[index],
                    size: .bytes(sizes[index]),
                    bitmapChunkByteCount: hasBitmaps[index] ? 64 * mebibyte : nil)
            },
            volumes: (0..<arrayCount).map { index in
                VolumeSpec(
                    name: arrayNames[index], array: arrayNames[index],
                    filesystem: Bool.random(using: &random) ? .ext4 : .foreign,
                    label: arrayNames[index])
            } + plain)
    }

    // MARK: What can befall a machine

    private mutating func befall(using random: inout SplitMix64) {
        guard let disk = machine.observation.disks.randomElement(using: &random) else { return }
        let role = layout.disks.first { $0.match.accepts(disk) } ?? layout.disks[0]
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
            story.append("a reboot")
            machine.reboot()
        case 1:
            story.append("\(disk.path) is gone")
            machine.remove(disk.path, noticed: Bool.random(using: &random))
        case 2:
            story.append("\(disk.path) is replaced by a blank one")
            machine.remove(disk.path)
            machine[disk: disk.path] = Sample.disk(
                for: role, at: disk.path, serial: "new\(story.count)")
        case 3:
            story.append("\(disk.path) is replaced by one with data")
            machine.remove(disk.path)
            var stranger = Sample.disk(for: role, at: disk.path, serial: "data\(story.count)")
            stranger.areas[0].signatures = [
                .filesystem(type: "ntfs", uuid: "\(story.count)", label: nil)
            ]
            machine[disk: disk.path] = stranger
        case 4:
            story.append("\(disk.path) was away for a while")
            beAway(disk)
        case 5:
            story.append("\(disk.path) has lost its table")
            guard !machine.isBusy(disk.path) else { return }
            machine[disk: disk.path].table = .none
            for index in machine[disk: disk.path].areas.indices.dropFirst() {
                machine[disk: disk.path].areas[index].device = nil
                machine[disk: disk.path].areas[index].partition = nil
            }
        case 6:
            story.append("\(disk.path) has lost a signature")
            guard !machine.isBusy(disk.path),
                let index = disk.areas.indices.randomElement(using: &random)
            else { return }
            machine[disk: disk.path].areas[index].signatures = []
        case 7:
            story.append("\(disk.path)'s superblocks say that they are alone")
            runAlone(disk)
        case 8:
            story.append("\(disk.path) does not boot")
            machine[disk: disk.path].bootLeg = .incomplete(["core image differs"])
        case 9:
            story.append("a further disk that fits \(role.name)")
            let path = "/dev/more\(story.count)"
            machine[disk: path] = Sample.disk(for: role, at: path, serial: path)
        case 10:
            story.append("\(disk.path)'s table is damaged")
            guard case .gpt(var table) = disk.table else { return }
            table.faults = ["backup header: checksum"]
            machine[disk: disk.path].table = .gpt(table)
        default:
            story.append("\(disk.path)'s first leg failed")
            machine.fail(disk.path)
        }
    }

    /// The disk comes back as it was; what md went on without is old then.
    private mutating func beAway(_ disk: ObservedDisk) {
        let data = machine.data.filter { $0.key.disk == disk.path }
        machine.remove(disk.path)
        machine[disk: disk.path] = disk
        let faulty = machine.observation.arrays.flatMap(\.members)
            .filter { $0.flags.contains("faulty") }.map(\.device)
        for (place, text) in data {
            let device = disk.areas.last { $0.extent.start == place.start }?.device
            machine.data[place] = faulty.contains { $0 == device } ? "old" : text
        }
    }

    private mutating func runAlone(_ disk: ObservedDisk) {
        guard !machine.isBusy(disk.path) else { return }
        for area in disk.areas {
            let place = ModelMachine.Place(disk: disk.path, start: area.extent.start)
            for case .member(var member) in area.signatures {
                guard case .slot(let slot) = member.role else { continue }
                member.activeSlots = member.activeSlots.indices.map { $0 == slot }
                member.events += 7
                machine.setMember(member, at: place)
            }
        }
    }
}

extension ModelMachine {
    /// Whether an array that runs works with the disk.
    func isBusy(_ path: String) -> Bool {
        let devices = Set(self[disk: path].areas.compactMap(\.device))
        return observation.arrays.contains { array in
            array.members.contains { devices.contains($0.device) }
        }
    }

    /// Marks a disk's first running leg as failed.
    mutating func fail(_ path: String) {
        let devices = Set(self[disk: path].areas.compactMap(\.device))
        for index in observation.arrays.indices {
            let members = observation.arrays[index].members
            if let number = members.firstIndex(where: { devices.contains($0.device) }) {
                return fail(member: number, of: index)
            }
        }
    }
}

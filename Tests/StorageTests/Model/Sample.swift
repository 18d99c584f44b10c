@testable import Storage

let mebibyte: UInt64 = 1 << 20
let gibibyte: UInt64 = 1 << 30
let gigabyte: UInt64 = 1_000_000_000

/// Layouts and disks that tests speak of.
enum Sample {
    /// A card and an NVMe SSD, as `conf/layouts/sd-nvme.yaml` has them.
    static let cardAndNVMe = Layout(
        name: "sd-nvme",
        disks: [
            DiskRole(
                name: "card",
                match: DiskMatch(bus: .usb, removable: true, size: .soldAs(64 * gigabyte)),
                firmware: [.bios], division: .partitions(bootSlices(isWriteMostly: true))),
            DiskRole(
                name: "nvme", match: DiskMatch(bus: .nvme),
                division: .partitions(bootSlices(isWriteMostly: false))),
        ], arrays: [bootArray], volumes: [bootVolume])

    /// Two equal disks.
    static let mirror = Layout(
        name: "mirror",
        disks: ["left", "right"].map {
            DiskRole(
                name: $0, match: DiskMatch(bus: .sata), firmware: [.bios, .efi],
                division: .partitions(bootSlices(isWriteMostly: false)))
        }, arrays: [bootArray], volumes: [bootVolume])

    /// The layout of the first machine: three disks, two arrays, a volume without one.
    static let threeDisks: Layout = {
        let storeLeg = Slice(name: "vms", content: .leg(array: "vms"), size: .rest)
        // The card says how large the array is.
        var large = bootSlices(isWriteMostly: false, size: .array)
        large += [
            Slice(name: "vms", content: .leg(array: "vms"), size: .bytes(110 * gibibyte)),
            Slice(name: "iso", content: .volume("iso"), size: .rest),
        ]
        return Layout(
            name: "three",
            disks: [
                cardAndNVMe.disks[0],
                DiskRole(
                    name: "nvme240",
                    match: DiskMatch(bus: .nvme, size: .soldAs(240 * gigabyte)),
                    division: .partitions(large)),
                DiskRole(
                    name: "nvme128",
                    match: DiskMatch(bus: .nvme, size: .soldAs(128 * gigabyte)),
                    division: .partitions([storeLeg])),
            ],
            arrays: [
                bootArray,
                ArraySpec(name: "vms", metadata: .v1_2, bitmapChunkByteCount: 64 * mebibyte),
            ],
            volumes: [
                bootVolume,
                VolumeSpec(name: "vms", array: "vms", filesystem: .foreign, label: "vms"),
                VolumeSpec(name: "iso", array: nil, filesystem: .ext4, label: "iso"),
            ])
    }()

    /// All of them.
    static let layouts = [cardAndNVMe, mirror, threeDisks]

    private static func bootSlices(isWriteMostly: Bool, size: SliceSize = .rest) -> [Slice] {
        [
            Slice(name: "bios", content: .biosBoot, size: .bytes(mebibyte)),
            Slice(name: "esp", content: .esp, size: .bytes(gibibyte)),
            Slice(
                name: "boot", content: .leg(array: "boot"), size: size,
                isWriteMostly: isWriteMostly),
        ]
    }

    private static let bootArray = ArraySpec(
        name: "boot", metadata: .v1_0, bitmapChunkByteCount: mebibyte)
    private static let bootVolume = VolumeSpec(
        name: "boot", array: "boot", filesystem: .ext4, label: "slipway-boot",
        mountPoint: "/run/slipway/boot")

    /// A blank disk that takes a role.
    static func disk(
        for role: DiskRole, at path: String, serial: String, byteCount: UInt64? = nil
    ) -> ObservedDisk {
        let size: UInt64
        switch role.match.size {
        case .soldAs(let nominal): size = nominal / 100 * 98
        case .range(let range): size = range.lowerBound
        case nil: size = 240 * gigabyte
        }
        let byteCount = (byteCount ?? size) / 512 * 512
        return ObservedDisk(
            path: path, byteCount: byteCount, bus: role.match.bus ?? .sata,
            isRemovable: role.match.removable ?? false, model: "Model of \(role.name)",
            serial: serial, areas: [whole(path, byteCount)], bootLeg: .incomplete(["blank"]))
    }

    static func whole(_ path: String, _ byteCount: UInt64) -> ObservedArea {
        ObservedArea(extent: Extent(start: 0, byteCount: byteCount), device: path)
    }

    /// Blank disks for all roles of a layout.
    static func blanks(for layout: Layout) -> [ObservedDisk] {
        layout.disks.enumerated().map { index, role in
            disk(for: role, at: "/dev/disk\(index)", serial: "S\(index)")
        }
    }

    /// A machine on which a layout was installed, all of it.
    static func installed(_ layout: Layout) -> ModelMachine {
        var machine = ModelMachine(blanks(for: layout))
        let answer = Planner.plan(machine.request(layout))
        guard case .plan(let plan) = answer else {
            fatalError("blank disks are refused: \(answer)")
        }
        machine.run(plan)
        return machine
    }
}

extension ModelMachine {
    func request(
        _ layout: Layout, consents: Set<String> = [], assignments: [String: String] = [:]
    ) -> PlanRequest {
        PlanRequest(
            layout: layout, observation: observation, assignments: assignments,
            consents: consents, seed: [7])
    }

    /// Does some steps of a plan; all of them unless told.
    mutating func run(_ plan: Plan, steps: Range<Int>? = nil) {
        for step in plan.steps[steps ?? plan.steps.indices] { apply(step, of: plan) }
    }

    subscript(disk path: String) -> ObservedDisk {
        get {
            guard let disk = observation.disks.first(where: { $0.path == path }) else {
                fatalError("no disk \(path)")
            }
            return disk
        }
        set {
            observation.disks.removeAll { $0.path == path }
            observation.disks.append(newValue)
            observation.disks.sort { $0.path < $1.path }
        }
    }

    /// Takes a disk away while the machine runs: md has not noticed unless it is told.
    mutating func remove(_ path: String, noticed: Bool = true) {
        let devices = Set(self[disk: path].areas.compactMap(\.device))
        observation.disks.removeAll { $0.path == path }
        data = data.filter { $0.key.disk != path }
        guard noticed else { return }
        for index in observation.arrays.indices {
            for number in observation.arrays[index].members.indices
            where devices.contains(observation.arrays[index].members[number].device) {
                fail(member: number, of: index)
            }
        }
    }

    /// The place of a role's leg on a disk that has been laid out.
    func place(_ path: String, _ partition: String) -> Place {
        guard case .gpt(let table) = self[disk: path].table,
            let found = table.partitions.first(where: { $0.name == partition })
        else { fatalError("\(path) has no partition \(partition)") }
        return Place(disk: path, start: found.extent.start)
    }
}

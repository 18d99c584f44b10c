import Syscalls

/// An md array as sysfs shows it (Documentation/admin-guide/md.rst).
struct KernelArray: Sendable, Equatable {
    let device: KernelDevice
    let partitions: [KernelPartition]
    let metadata: MetadataVersion
    let level: Int
    let raidDisks: Int
    let dataByteCount: UInt64
    let state: String
    let syncAction: String
    let syncPosition: UInt64?
    let syncEnd: UInt64?
    let members: [ObservedArray.Member]
    let bitmapChunkByteCount: UInt64?

    /// All arrays with superblocks of md's own, in the order of their names.
    ///
    /// Containers of firmware RAID (`external:…`) are not ours to describe; their disks show them
    /// as holders.
    static func all(in system: SystemTree) -> [KernelArray] {
        system.names("/sys/block").compactMap { KernelArray($0, in: system) }
    }

    private init?(_ name: String, in system: SystemTree) {
        let folder = "/sys/block/\(name)/md"
        guard system.exists(folder), let disk = KernelDisk(name, in: system),
            let version = system.text("\(folder)/metadata_version"),
            let metadata = MetadataVersion(rawValue: version),
            let state = system.text("\(folder)/array_state")
        else { return nil }
        device = disk.device
        partitions = disk.partitions
        self.metadata = metadata
        self.state = state
        let level = system.text("\(folder)/level") ?? ""
        self.level = level.hasPrefix("raid") ? Int(level.dropFirst(4)) ?? -1 : -1
        raidDisks = KernelArray.first(system.text("\(folder)/raid_disks")) ?? 0
        let kibibytes = system.number("\(folder)/component_size") ?? 0
        dataByteCount = (kibibytes.multipliedReportingOverflow(by: 2).partialValue).bytesOfSectors
        syncAction = system.text("\(folder)/sync_action") ?? "idle"
        // "123 / 456" in sectors, "none" or "delayed".
        let completed = (system.text("\(folder)/sync_completed") ?? "").split(separator: " ")
        let numbers = completed.compactMap { UInt64($0) }
        syncPosition = numbers.count == 2 ? numbers[0].bytesOfSectors : nil
        syncEnd = numbers.count == 2 ? numbers[1].bytesOfSectors : nil
        members = system.names(folder).filter { $0.hasPrefix("dev-") }.map {
            KernelArray.member($0, in: folder, system)
        }
        let hasBitmap = !["none", nil].contains(system.text("\(folder)/bitmap/location"))
        bitmapChunkByteCount =
            hasBitmap ? system.number("\(folder)/bitmap/chunksize") : nil
    }

    /// The devices of the members, those that failed last: their superblocks say least.
    var speakingMembers: [String] {
        members.filter { !$0.flags.contains("faulty") }.map(\.device)
            + members.filter { $0.flags.contains("faulty") }.map(\.device)
    }

    /// A superblock of the array, read from a member; nil when none can be read.
    func superblock(in system: SystemTree) -> ObservedMember? {
        for device in speakingMembers {
            guard let bytes = try? DeviceBytes(system.path(device)) else { continue }
            for case .member(let member) in Signature.members(of: bytes)
            where member.metadata == metadata {
                return member
            }
        }
        return nil
    }

    /// While a reshape runs there are two numbers, "3 (2)".
    private static func first(_ text: String?) -> Int? {
        text?.split(separator: " ").first.flatMap { Int($0) }
    }

    /// A member's folder is called after its device, which outlives the device itself.
    private static func member(_ name: String, in folder: String, _ system: SystemTree)
        -> ObservedArray.Member
    {
        let folder = "\(folder)/\(name)"
        let flags = (system.text("\(folder)/state") ?? "").split(separator: ",").map(String.init)
        let recovered = system.number("\(folder)/recovery_start")
        let device = name.dropFirst(4).map { $0 == "!" ? "/" : $0 }
        return ObservedArray.Member(
            device: "/dev/" + String(device),
            slot: system.number("\(folder)/slot").flatMap(Int.init(exactly:)),
            flags: Set(flags), recoveryOffset: recovered?.bytesOfSectors)
    }
}

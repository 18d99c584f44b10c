import CSyscalls
import DiskFormats
package import Syscalls

/// Reads what the disks of a machine look like, and changes nothing.
///
/// Sources are sysfs, `/proc`, the disks' own bytes, and one run of wipefs for what only libblkid
/// knows; udev is not needed. What is damaged becomes part of the observation.
package struct Observer: Sendable {
    /// The kernel's files.
    package var system: SystemTree
    /// What sysfs does not know.
    package var described: [DescribedDisk]
    /// Places to look at, by their disk's path, where it has no table that would name them.
    package var places: [String: Set<Extent>]
    /// Who knows whether a boot leg is complete; nil to leave that out.
    package var bootLegs: (any BootLegWriting)?

    /// Makes an observer.
    ///
    /// - Parameters:
    ///   - system: The kernel's files.
    ///   - described: Image files to observe, and facts of disks that sysfs does not know.
    ///   - places: Where to look on disks that have no table, by the disk's path.
    ///   - bootLegs: Who knows whether a boot leg is complete.
    package init(
        system: SystemTree = .live, described: [DescribedDisk] = [],
        places: [String: Set<Extent>] = [:], bootLegs: (any BootLegWriting)? = nil
    ) {
        self.system = system
        self.described = described
        self.places = places
        self.bootLegs = bootLegs
    }

    /// Looks at all disks and arrays.
    ///
    /// - Throws: `CommandError` when wipefs or blkid cannot be run, `SystemError` when a disk may not
    ///   be read.
    package func observe() throws -> Observation {
        let mounts = MountTable(
            mountInfo: system.text("/proc/self/mountinfo") ?? "",
            swaps: system.text("/proc/swaps") ?? "")
        let loops = KernelLoop.all(in: system)
        let arrays = KernelArray.all(in: system)
        let subjects = try disks(beneath: loops).map {
            try DiskReading($0, in: system, mounts: mounts, loops: loops)
        }
        let paths =
            subjects.flatMap(\.probedPaths)
            + arrays.filter { $0.isReadable }.map(\.device.path)
        let findings = try SignatureScan.findings(on: paths, in: system)

        var observation = Observation(
            disks: try subjects.map { try disk($0, findings) }.sorted { $0.path < $1.path },
            arrays: [])
        observation.arrays = arrays.map { array in
            ObservedArray(
                array, superblock: superblock(of: array, observation.disks),
                findings: (findings[array.device.path] ?? []) ?? [],
                filesystem: array.isReadable ? ext4(on: array.device.path) : nil, mounts: mounts)
        }
        observation.recordedIdentities = try RecordedLayout.identities(
            in: observation, of: system)
        return observation
    }

    /// The disks that were described, and those of sysfs that are not what these are made of: a
    /// described `/dev/dm-0` takes the place of the disk below.
    private func disks(beneath loops: [KernelLoop]) -> [DiskReading.Subject] {
        let listed = described.filter { system.exists($0.path) }.map { disk in
            DiskReading.Subject(
                description: disk,
                kernel: kernelName(of: disk.path).flatMap { KernelDisk($0, in: system) })
        }
        let names = Set(listed.compactMap(\.kernel?.name))
        let below = Set(
            loops.filter { names.contains(String($0.device.path.dropFirst(5))) }.map(\.backing))
        let others = KernelDisk.names(in: system).compactMap { name -> KernelDisk? in
            guard !names.contains(name), let disk = KernelDisk(name, in: system) else {
                return nil
            }
            let isBelow =
                below.contains(disk.device.path)
                || !disk.device.holders.isEmpty && names.isSuperset(of: disk.device.holders)
            return isBelow ? nil : disk
        }
        return listed
            + others.map { disk in
                DiskReading.Subject(
                    description: DescribedDisk(path: disk.device.path), kernel: disk)
            }
    }

    /// What sysfs would call a device; nil for a file that is elsewhere.
    private func kernelName(of path: String) -> String? {
        let parts = system.target(of: path).split(separator: "/")
        guard parts.first == "dev", parts.count > 1 else { return nil }
        return parts.dropFirst().joined(separator: "!")
    }

    private func disk(
        _ reading: DiskReading, _ findings: [String: [SignatureScan.Finding]?]
    ) throws -> ObservedDisk {
        var disk = try reading.disk(
            findings: findings, places: places[reading.subject.description.path] ?? [])
        if let bootLegs, let leg = BootLeg(of: disk) {
            do {
                disk.bootLeg = try bootLegs.state(of: leg)
            } catch {
                disk.bootLeg = .incomplete([String(describing: error)])
            }
        }
        return disk
    }

    /// A superblock of an array: of a member that has been read, or else read from the device.
    private func superblock(
        of array: KernelArray, _ disks: [ObservedDisk]
    ) -> ObservedMember? {
        let areas = disks.flatMap(\.areas)
        for device in array.speakingMembers {
            let known = areas.filter { $0.device == device }.flatMap(\.signatures)
            for case .member(let member) in known where member.metadata == array.metadata {
                return member
            }
        }
        return array.superblock(in: system)
    }

    private func ext4(on path: String) -> Ext4Superblock? {
        guard let bytes = try? DeviceBytes(system.path(path)) else { return nil }
        return try? Ext4Superblock(reading: bytes)
    }
}

extension KernelArray {
    /// Whether its data can be read.
    fileprivate var isReadable: Bool {
        !["clear", "inactive"].contains(state) && device.byteCount > 0
    }
}

extension ObservedArray {
    fileprivate init(
        _ array: KernelArray, superblock: ObservedMember?, findings: [SignatureScan.Finding],
        filesystem: Ext4Superblock?, mounts: MountTable
    ) {
        let devices = [array.device] + array.partitions.map(\.device)
        // Of an array that waits for legs the kernel has read nothing yet; its superblocks know.
        let waiting = array.state == "inactive" ? superblock : nil
        self.init(
            path: array.device.path, uuid: superblock?.arrayUUID ?? "",
            name: superblock?.arrayName ?? "", metadata: array.metadata,
            level: waiting?.level ?? array.level,
            raidDisks: waiting?.raidDisks ?? array.raidDisks,
            dataByteCount: waiting?.dataByteCount ?? array.dataByteCount, state: array.state,
            syncAction: array.syncAction, syncPosition: array.syncPosition,
            syncEnd: array.syncEnd, members: array.members,
            bitmapChunkByteCount: waiting?.bitmapChunkByteCount ?? array.bitmapChunkByteCount,
            signatures: findings.map(\.signature),
            filesystemByteCount: filesystem?.byteCount,
            holders: devices.flatMap(\.holders),
            mountPoints: devices.flatMap { mounts.uses(ofDevice: $0.number, at: $0.path) })
    }
}

extension BootLeg {
    /// The boot leg on a disk, by the types of its partitions; nil when it has no EFI system
    /// partition.
    package init?(of disk: ObservedDisk) {
        guard case .gpt(let table) = disk.table else { return nil }
        func extent(_ type: GUID) -> Extent? {
            table.partitions.first { $0.type == type.description }?.extent
        }
        guard let systemPartition = extent(.esp) else { return nil }
        let biosBoot = extent(.biosBoot)
        self.init(
            role: nil, disk: disk.path, biosBoot: biosBoot, systemPartition: systemPartition,
            firmware: biosBoot == nil ? [.efi] : [.bios, .efi])
    }
}

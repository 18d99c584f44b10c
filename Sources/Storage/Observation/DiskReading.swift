import CSyscalls
import Syscalls

/// One disk while it is being observed: what sysfs says, its open bytes, and its areas so far.
struct DiskReading {
    /// A disk or an image file to read.
    struct Subject {
        /// Its path, and what was said of it.
        let description: DescribedDisk
        /// What sysfs says; nil for an image file.
        let kernel: KernelDisk?
    }

    let subject: Subject
    /// The bytes; nil when the disk gives errors, or the reader has no card.
    let source: DeviceBytes?
    private let byteCount: UInt64
    private let sectorByteCount: UInt32
    private let system: SystemTree
    /// The parts that have a device: the whole, the kernel's partitions, loop regions.
    private let parts: [ObservedArea]
    private let members: [Signature]

    /// Opens a disk, and finds the devices that reach it or a part of it.
    ///
    /// - Throws: `SystemError` when it may not be read; one that cannot be is observed as such.
    init(
        _ subject: Subject, in system: SystemTree, mounts: MountTable, loops: [KernelLoop]
    ) throws(SystemError) {
        self.subject = subject
        self.system = system
        let path = subject.description.path
        source = try DiskReading.open(
            system.path(path), byteCount: subject.kernel?.device.byteCount)
        byteCount = source?.byteCount ?? subject.kernel?.device.byteCount ?? 0
        sectorByteCount =
            subject.kernel?.sectorByteCount ?? source?.sectorByteCount ?? 512
        members = source.map { Signature.members(of: $0) } ?? []
        guard byteCount > 0 else {
            parts = []
            return
        }
        let whole = Extent(start: 0, byteCount: byteCount)
        let device = subject.kernel?.device
        var parts = [
            ObservedArea(
                extent: whole, device: device?.path, holders: device?.holders ?? [],
                mountPoints: device.map { mounts.uses(ofDevice: $0.number, at: $0.path) } ?? [])
        ]
        parts += (subject.kernel?.partitions ?? []).filter { $0.extent.end <= whole.end }.map {
            ObservedArea(
                extent: $0.extent, device: $0.device.path, partition: $0.number,
                holders: $0.device.holders,
                mountPoints: mounts.uses(ofDevice: $0.device.number, at: $0.device.path))
        }
        let backings = parts.filter { $0.device != nil }
        for loop in loops {
            let start: UInt64
            if loop.backing == path || loop.backing == device?.path {
                start = 0
            } else if let partition = backings.first(where: { $0.device == loop.backing }) {
                start = partition.extent.start
            } else {
                continue
            }
            let (first, overflows) = start.addingReportingOverflow(loop.extent.start)
            guard !overflows, first <= whole.end, loop.extent.byteCount <= whole.end - first else {
                continue
            }
            let devices = [loop.device] + loop.partitions.map(\.device)
            parts.append(
                ObservedArea(
                    extent: Extent(start: first, byteCount: loop.extent.byteCount),
                    device: loop.device.path, holders: devices.flatMap(\.holders),
                    mountPoints: devices.flatMap {
                        mounts.uses(ofDevice: $0.number, at: $0.path)
                    }))
        }
        self.parts = parts
    }

    /// Opens a disk; nil when it gives errors, or is empty.
    private static func open(_ path: String, byteCount: UInt64?) throws(SystemError)
        -> DeviceBytes?
    {
        if byteCount == 0 { return nil }
        do throws(SystemError) {
            return try DeviceBytes(path)
        } catch {
            if error.code == EACCES || error.code == EPERM { throw error }
            return nil
        }
    }

    /// What libblkid has to look at: every device, and an image file as a whole.
    var probedPaths: [String] {
        guard source != nil else { return [] }
        return parts.compactMap(\.device)
            + (subject.kernel == nil ? [subject.description.path] : [])
    }

    /// Puts the disk together.
    ///
    /// - Parameter findings: What libblkid found, by path.
    /// - Returns: The disk.
    /// - Throws: `CommandError` when blkid cannot be run on an image file.
    func disk(findings: [String: [SignatureScan.Finding]?]) throws -> ObservedDisk {
        let description = subject.description
        let kernel = subject.kernel
        var disk = ObservedDisk(
            path: description.path, byteCount: byteCount, sectorByteCount: sectorByteCount,
            bus: description.bus ?? kernel?.bus ?? .other,
            isRemovable: description.isRemovable ?? kernel?.isRemovable ?? false,
            isReadOnly: kernel?.isReadOnly ?? false,
            model: description.model ?? kernel?.model,
            serial: description.serial ?? kernel?.serial,
            wwn: description.wwn ?? kernel?.wwn, lun: description.lun ?? kernel?.lun)
        guard byteCount > 0 else { return disk }
        guard let source else {
            disk.areas = parts
            disk.areas[0].signatures = [.unreadable]
            return disk
        }
        let wholeFindings =
            (findings[parts[0].device ?? description.path] ?? []) ?? []
        disk.table = ObservedTable(
            of: source, sectorByteCount: sectorByteCount, members: members,
            otherType: wholeFindings.first { $0.isTable && !["gpt", "PMBR"].contains($0.type) }?
                .type)
        for area in numbered(parts, by: disk.table) {
            var area = area
            let isWhole = area.extent.byteCount == byteCount
            let found: [SignatureScan.Finding]?
            if let path = area.device ?? (isWhole ? description.path : nil) {
                found = findings[path] ?? []
            } else {
                found =
                    try SignatureScan.finding(
                        at: area.extent, of: system.path(description.path)
                    ).map { [$0] } ?? []
            }
            area.signatures = try signatures(
                of: AreaBytes(area.extent, of: source), found, isWhole: isWhole,
                isHeld: !area.holders.isEmpty)
            disk.areas.append(area)
        }
        return disk
    }

    /// The areas, with those of the table: a partition that the kernel has at another place is not
    /// the table's, and one that only the table has gets an area without a device.
    private func numbered(_ parts: [ObservedArea], by table: ObservedTable) -> [ObservedArea] {
        var entries: [ObservedPartition] = []
        if case .gpt(let table) = table { entries = table.partitions }
        var parts = parts.compactMap { part -> ObservedArea? in
            guard let number = part.partition else { return part }
            if entries.contains(where: { $0.number == number && $0.extent == part.extent }) {
                return part
            }
            var part = part
            part.partition = nil
            // Partitions of a table that is inside of an array matter only while somebody uses them.
            let isInside = table == .none && !members.isEmpty
            return isInside && part.holders.isEmpty && part.mountPoints.isEmpty ? nil : part
        }
        let known = Set(parts.compactMap(\.partition))
        for entry in entries where entry.extent.end <= byteCount && !known.contains(entry.number) {
            parts.append(
                ObservedArea(extent: entry.extent, device: nil, partition: entry.number))
        }
        return parts
    }

    /// What an area's bytes say: superblocks, then what lies in the place of the data.
    ///
    /// While an array does not run, its content shows through its legs; where the data start with
    /// the device it was found there, else it is looked for.
    private func signatures(
        of bytes: AreaBytes<DeviceBytes>, _ found: [SignatureScan.Finding]?, isWhole: Bool,
        isHeld: Bool
    ) throws -> [Signature] {
        let superblocks = Signature.members(of: bytes)
        guard let found else {
            return superblocks.filter { $0 != .unreadable } + [.unreadable]
        }
        let inner = superblocks.compactMap { signature -> Extent? in
            guard case .member(let member) = signature, member.dataOffset > 0 else { return nil }
            return bytes.extent.part(from: member.dataOffset, byteCount: member.dataByteCount)
        }
        guard let data = inner.first else {
            let isKnown = !superblocks.isEmpty
            return superblocks
                + found.filter { !(isWhole && $0.isTable) && !($0.isMember && isKnown) }
                .map(\.signature)
        }
        if let ext4 = Signature.ext4(of: AreaBytes(data, of: bytes.disk)) {
            return superblocks + [ext4]
        }
        if isHeld { return superblocks }
        let finding = try SignatureScan.finding(
            at: data, of: system.path(subject.description.path))
        return superblocks + [finding?.signature].compactMap(\.self)
    }
}

extension Extent {
    /// A part of it; nil when that is empty or not within.
    fileprivate func part(from offset: UInt64, byteCount: UInt64) -> Extent? {
        guard byteCount > 0, offset <= self.byteCount, byteCount <= self.byteCount - offset else {
            return nil
        }
        return Extent(start: start + offset, byteCount: byteCount)
    }
}

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
    /// - Parameters:
    ///   - findings: What libblkid found, by path.
    ///   - places: Where to look beside, if there is no table that names them.
    /// - Returns: The disk.
    /// - Throws: `CommandError` when blkid cannot be run on an image file.
    func disk(
        findings: [String: [SignatureScan.Finding]?], places: Set<Extent>
    ) throws -> ObservedDisk {
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
        let areas = numbered(parts, by: disk.table)
        for area in areas + unnamed(places, beside: areas, disk.table) {
            var area = area
            let isWhole = area.extent.byteCount == byteCount
            let bytes = AreaBytes(area.extent, of: source)
            let superblocks = Signature.members(of: bytes)
            let found: [SignatureScan.Finding]?
            if let path = area.device ?? (isWhole ? description.path : nil) {
                found = findings[path] ?? []
            } else {
                found = [try finding(bytes, isMember: !superblocks.isEmpty)].compactMap(\.self)
            }
            area.signatures = try signatures(
                of: bytes, superblocks, found, isWhole: isWhole, isHeld: !area.holders.isEmpty)
            // A place that nothing reaches is there only for what was found in it.
            if area.device == nil, area.partition == nil, !isWhole, area.signatures.isEmpty {
                continue
            }
            disk.areas.append(area)
        }
        disk.areas.sort { ($0.extent.start, $1.extent.end) < ($1.extent.start, $0.extent.end) }
        return disk
    }

    /// Places to look at that no area is, on a disk without a table.
    private func unnamed(
        _ places: Set<Extent>, beside areas: [ObservedArea], _ table: ObservedTable
    ) -> [ObservedArea] {
        guard table == .none || table == .damagedGPT else { return [] }
        return places.subtracting(areas.map(\.extent))
            .filter { $0.end <= byteCount && $0.byteCount > 0 }
            .map { ObservedArea(extent: $0, device: nil) }
    }

    /// What libblkid finds at a place without a device; it is not asked where there is nothing.
    private func finding(
        _ bytes: AreaBytes<DeviceBytes>, isMember: Bool
    ) throws -> SignatureScan.Finding? {
        let extent = bytes.extent
        let edge = Int(min(DiskReading.edgeByteCount, extent.byteCount))
        let isBlank = [0, extent.byteCount - UInt64(edge)].allSatisfy { offset in
            (try? bytes.bytes(edge, at: offset).allSatisfy { $0 == 0 }) ?? false
        }
        if isBlank { return nil }
        return try SignatureScan.finding(
            at: extent, of: system.path(subject.description.path), isMember: isMember)
    }

    /// Where signatures lie, from either end: ZFS has the largest of them, two labels of 256 KiB.
    private static let edgeByteCount: UInt64 = 512 << 10

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
        of bytes: AreaBytes<DeviceBytes>, _ superblocks: [Signature],
        _ found: [SignatureScan.Finding]?, isWhole: Bool, isHeld: Bool
    ) throws -> [Signature] {
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
        return superblocks
            + [try finding(AreaBytes(data, of: bytes.disk), isMember: true)?.signature].compactMap(
                \.self)
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

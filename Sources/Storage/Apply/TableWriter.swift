import DiskFormats
import Glibc
import Syscalls

/// Writes a partition table, and has the kernel take it up.
///
/// Cut anywhere, one copy of the table is whole: the backup is written first, the primary last (see
/// `GPT.writes`). The observation then has a table with faults, and the rerun writes all of it again.
/// What the kernel knows is compared with the table each time, so that a cut between the two does
/// no harm either.
struct TableWriter {
    private let system: SystemTree

    init(in system: SystemTree) { self.system = system }

    /// Writes the table.
    ///
    /// - Parameters:
    ///   - disk: The disk as it is.
    ///   - guid: The disk's GUID.
    ///   - partitions: All of them.
    /// - Throws: `ApplyError`, or `SystemError` when the disk cannot be written.
    func write(_ disk: ObservedDisk, guid: String, _ partitions: [PartitionToMake]) throws {
        let place = system.path(disk.path)
        let writer = try DeviceWriter(place)
        for write in try writes(disk, guid, partitions, firstSector: firstSector(of: place)) {
            try writer.write(write)
        }
        guard BlockDevice.isBlockDevice(try writer.device.status()) else { return }
        try announce(partitions, on: disk, writer.device)
    }

    private func firstSector(of place: String) throws -> [UInt8] {
        try DeviceBytes(place).bytes(512, at: 0)
    }

    private func writes(
        _ disk: ObservedDisk, _ guid: String, _ partitions: [PartitionToMake],
        firstSector: [UInt8]
    ) throws(ApplyError) -> [ByteWrite] {
        guard let sectorSize = GPT.SectorSize(rawValue: UInt64(disk.sectorByteCount)),
            let diskGUID = GUID(guid)
        else {
            throw .table(
                disk: disk.path,
                reason: "no table for sectors of \(disk.sectorByteCount) bytes, or GUID \(guid)")
        }
        let unit = sectorSize.rawValue
        do throws(FormatFault) {
            let sectorCount = disk.byteCount / unit
            var entries: [GPT.Entry] = []
            for partition in partitions {
                guard let type = GUID(partition.type), let unique = GUID(partition.guid),
                    partition.extent.start % unit == 0, partition.extent.byteCount % unit == 0,
                    partition.extent.byteCount > 0
                else {
                    throw .badField(
                        .primaryEntries, field: "partition",
                        value: UInt64(clamping: partition.number),
                        problem: "its GUIDs or its place are none")
                }
                entries.append(
                    GPT.Entry(
                        number: partition.number, type: type, unique: unique,
                        firstLBA: partition.extent.start / unit,
                        lastLBA: partition.extent.end / unit - 1, name: partition.name))
            }
            return try GPT(
                sectorSize: sectorSize, sectorCount: sectorCount, diskGUID: diskGUID,
                entries: entries
            ).writes(sectorCount: sectorCount, firstSector: firstSector)
        } catch {
            throw .table(disk: disk.path, reason: error.description)
        }
    }

    /// Has the kernel read the table; where a partition is in use, only what differs is changed.
    ///
    /// udev opens every disk that somebody closed after writing, and the kernel is busy until it
    /// has looked.
    private func announce(
        _ partitions: [PartitionToMake], on disk: ObservedDisk, _ device: File
    ) throws {
        for attempt in 0..<50 {
            do throws(SystemError) {
                try BlockDevice.rereadPartitions(of: device)
                break
            } catch {
                guard error.code == EBUSY || error.code == EINVAL else { throw error }
                if attempt >= 10 || error.code == EINVAL {
                    try changePartitions(partitions, on: disk, device)
                    break
                }
                Pause.milliseconds(100)
            }
        }
        var missing: [Int] = []
        for _ in 0..<50 {
            missing = partitions.filter { !isSeen($0, on: disk) }.map(\.number)
            if missing.isEmpty { return }
            Pause.milliseconds(100)
        }
        throw ApplyError.partitionsNotSeen(disk: disk.path, missing: missing)
    }

    private func changePartitions(
        _ partitions: [PartitionToMake], on disk: ObservedDisk, _ device: File
    ) throws(SystemError) {
        let known = kernelDisk(disk)?.partitions ?? []
        for old in known where !partitions.contains(where: { $0.isAt(old) }) {
            try BlockDevice.removePartition(old.number, of: device)
        }
        for new in partitions where !known.contains(where: { new.isAt($0) }) {
            try BlockDevice.addPartition(
                new.number, start: new.extent.start, byteCount: new.extent.byteCount, of: device)
        }
    }

    private func isSeen(_ partition: PartitionToMake, on disk: ObservedDisk) -> Bool {
        guard let known = kernelDisk(disk)?.partitions.first(where: { partition.isAt($0) }) else {
            return false
        }
        return system.exists(known.device.path)
    }

    private func kernelDisk(_ disk: ObservedDisk) -> KernelDisk? {
        KernelDisk(SystemTree.kernelName(of: system.target(of: disk.path)), in: system)
    }
}

extension PartitionToMake {
    fileprivate func isAt(_ known: KernelPartition) -> Bool {
        number == known.number && extent == known.extent
    }
}

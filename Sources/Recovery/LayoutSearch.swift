import BootLoader
import Command
import DiskFormats
import Storage
import Syscalls

/// Looks on all disks for layouts that were written down.
struct LayoutSearch {
    let observation: Observation
    let system: SystemTree

    /// All records that can be read, whatever they are worth.
    ///
    /// A filesystem that is not mounted is read by debugfs(8), which mounts nothing and replays no
    /// journal; a leg with metadata 1.0 is its filesystem.
    ///
    /// - Throws: `CommandError` when debugfs cannot be run.
    func records() throws -> [LayoutRecord] {
        var records: [LayoutRecord] = []
        for array in observation.arrays where array.isRunning && array.filesystemByteCount != nil {
            if let layout = try layout(onFilesystem: array.path) {
                records.append(
                    LayoutRecord(
                        place: .filesystem(device: array.path), disk: nil, layout: layout,
                        events: .max))
            }
        }
        for disk in observation.disks {
            for area in disk.areas {
                guard let device = area.device, let events = events(in: area),
                    let layout = try layout(onFilesystem: device)
                else { continue }
                records.append(
                    LayoutRecord(
                        place: .filesystem(device: device), disk: disk.path, layout: layout,
                        events: events))
            }
            if let layout = layout(onSystemPartitionOf: disk) {
                let events = disk.areas.compactMap { self.events(in: $0) }.max() ?? 0
                records.append(
                    LayoutRecord(
                        place: .systemPartition(disk: disk.path), disk: disk.path,
                        layout: layout, events: events))
            }
        }
        return records
    }

    /// The events that the leg in an area has counted; nil for what cannot hold a boot volume.
    private func events(in area: ObservedArea) -> UInt64? {
        for case .member(let member) in area.signatures
        where member.metadata == .v1_0 && member.recoveryOffset == nil {
            return member.events
        }
        let isPlain =
            area.partition != nil
            && area.signatures.contains { signature in
                if case .filesystem("ext4", _, _) = signature { true } else { false }
            }
        return isPlain && !area.signatures.contains(where: \.isMember) ? 0 : nil
    }

    private func layout(onFilesystem device: String) throws -> Layout? {
        // A damaged filesystem, or none, has no layout; the next one may.
        let output = try FilesystemCommands.read(
            RecordedLayout.path, on: system.path(device)
        ).run().output
        return try? RecordedLayout.layout(output)
    }

    /// The copy on an EFI system partition; nil when there is none that can be read.
    private func layout(onSystemPartitionOf disk: ObservedDisk) -> Layout? {
        guard var leg = BootLeg(of: disk) else { return nil }
        leg.disk = system.path(leg.disk)
        guard let bytes = try? BootLegReader.file(BootLegContent.layoutPath, of: leg) else {
            return nil
        }
        return try? RecordedLayout.layout(bytes)
    }
}

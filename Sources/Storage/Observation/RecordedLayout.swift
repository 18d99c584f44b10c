import Command
import JSON
import Syscalls

/// What is written down of an installed layout, on its boot volume.
///
/// It is a layout file, in JSON, which the parser of those reads: places and sizes said outright, and
/// the identities of the disks.
package enum RecordedLayout {
    /// Where it lies on the volume.
    package static let path = "state/slipway/layout.json"

    /// Reads what was written down.
    ///
    /// - Parameter bytes: The file's content.
    /// - Returns: The layout.
    /// - Throws: `SavedFormError`.
    package static func layout(_ bytes: [UInt8]) throws(SavedFormError) -> Layout {
        try Layout(saved: JSON(saved: bytes), at: "")
    }

    /// Writes it, so that a reader sees the old or the new one.
    static func write(_ layout: Layout, below mountPoint: String) throws(SystemError) {
        let place = "\(mountPoint)/\(path)"
        if let slash = place.lastIndex(of: "/") {
            try FileSystem.makeDirectory(String(place[..<slash]))
        }
        try FileSystem.writeAtomically(layout.json.text(.pretty), to: place, mode: 0o600)
    }

    /// Looks for it on the ext4 volumes of an observation.
    ///
    /// A volume that is not mounted is read by debugfs, which mounts nothing and replays no journal.
    ///
    /// - Returns: The identities by role; empty when there is such a volume and none has them, or
    ///   they are damaged; nil when there is no such volume.
    /// - Throws: `CommandError` when debugfs cannot be run.
    static func identities(
        in observation: Observation, of system: SystemTree
    ) throws -> [String: DiskIdentity]? {
        let volumes = volumes(of: observation)
        guard !volumes.isEmpty else { return nil }
        for volume in volumes {
            let text: [UInt8]
            if let mountPoint = volume.mountPoints.first {
                text = system.bytes("\(mountPoint)/\(path)") ?? []
            } else {
                text = try FilesystemCommands.read(path, on: system.path(volume.device)).run()
                    .output
            }
            if let identities = identities(in: text) { return identities }
        }
        return [:]
    }

    /// Running arrays with an ext4, and partitions with one beside an EFI system partition: what a
    /// boot volume can be.
    private static func volumes(
        of observation: Observation
    ) -> [(device: String, mountPoints: [String])] {
        let arrays = observation.arrays.filter { $0.isRunning && $0.filesystemByteCount != nil }
            .map { (device: $0.path, mountPoints: $0.mountPoints) }
        let areas = observation.disks.filter { BootLeg(of: $0) != nil }.flatMap(\.areas)
            .compactMap { area -> (device: String, mountPoints: [String])? in
                guard area.partition != nil, let device = area.device,
                    !area.signatures.contains(where: \.isMember),
                    area.signatures.contains(where: \.isExt4)
                else { return nil }
                return (device, area.mountPoints)
            }
        return arrays + areas
    }

    private static func identities(in text: [UInt8]) -> [String: DiskIdentity]? {
        guard let layout = try? layout(text) else { return nil }
        return Dictionary(
            layout.disks.compactMap { disk in disk.identity.map { (disk.name, $0) } },
            uniquingKeysWith: { first, _ in first })
    }
}

extension Signature {
    /// Whether it is an ext4.
    var isExt4: Bool {
        if case .filesystem("ext4", _, _) = self { true } else { false }
    }
}

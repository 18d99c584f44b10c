import Command
package import JSON
import Syscalls

/// What is written down of an installed layout: which disk has which role.
///
/// It lies on the boot volume as `state/slipway/layout.json`.
package struct RecordedLayout: Sendable, Equatable {
    /// Where it lies on the volume.
    package static let path = "state/slipway/layout.json"
    private static let format: Int64 = 1

    /// The layout's name.
    package var layout: String
    /// The disk of each role.
    package var disks: [String: DiskIdentity]

    /// Makes a record.
    package init(layout: String, disks: [String: DiskIdentity]) {
        self.layout = layout
        self.disks = disks
    }

    /// The record as JSON.
    package var json: JSON {
        ["format": .integer(RecordedLayout.format), "layout": layout.json, "disks": disks.json]
    }

    /// Reads a record.
    ///
    /// - Throws: `SavedFormError` naming the place.
    package init(json: JSON) throws(SavedFormError) {
        try SavedFields.check(format: RecordedLayout.format, of: json)
        let fields = try SavedFields(json, at: "", keys: ["format", "layout", "disks"])
        self.init(layout: try fields.value("layout"), disks: try fields.value("disks"))
    }

    /// Looks for a record on the ext4 volumes of an observation's running arrays.
    ///
    /// A volume that is not mounted is read by debugfs, which mounts nothing and replays no journal.
    ///
    /// - Returns: The identities; empty when there is such a volume and none has them, or they are
    ///   damaged; nil when there is no such volume.
    /// - Throws: `CommandError` when debugfs cannot be run.
    static func read(
        by observation: Observation, in system: SystemTree
    ) throws -> [String: DiskIdentity]? {
        let volumes = observation.arrays.filter { $0.isRunning && $0.filesystemByteCount != nil }
        guard !volumes.isEmpty else { return nil }
        for volume in volumes {
            let text: [UInt8]
            if let mountPoint = volume.mountPoints.first {
                text = system.bytes("\(mountPoint)/\(path)") ?? []
            } else {
                text = try debugfs(system.path(volume.path)).run().output
            }
            guard let json = try? JSON(parsing: text), let record = try? RecordedLayout(json: json)
            else { continue }
            return record.disks
        }
        return [:]
    }

    /// debugfs(8), which opens a filesystem for reading unless told otherwise.
    static func debugfs(_ device: String) -> Command {
        Command("debugfs", ["-R", "cat \(path)", device])
    }
}

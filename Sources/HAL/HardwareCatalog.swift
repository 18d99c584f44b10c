import Syscalls

/// The hardware descriptions of an image.
package struct HardwareCatalog: Sendable {
    /// Where the image has them.
    package static let folder = "/usr/lib/slipway/hardware"

    /// All of them, by their files' names.
    package let all: [Hardware]

    /// Takes descriptions.
    package init(_ all: [Hardware]) { self.all = all }

    /// Reads all files of a folder.
    ///
    /// - Returns: None where there is no such folder.
    /// - Throws: `YAMLIssues`, `SystemError`.
    package init(reading folder: String = HardwareCatalog.folder) throws {
        guard FileSystem.isDirectory(folder) else {
            all = []
            return
        }
        all = try FileSystem.list(folder).filter { $0.hasSuffix(".yaml") }.map { name in
            let path = "\(folder)/\(name)"
            return try Hardware(parsing: FileSystem.read(path, limit: 1 << 20), file: path)
        }
    }

    /// The description of a machine; nil when there is none.
    package func hardware(of machine: MachineIdentity) -> Hardware? {
        all.first { $0.match.mismatches(machine).isEmpty }
    }
}

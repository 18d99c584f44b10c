import BootLoader
import Command
import JSON
import Storage
import Syscalls

/// What disks say that they start, read without writing to them.
enum InstalledState {
    /// Reads the state of what is installed.
    ///
    /// Where the boot array does not run, a leg is read by debugfs(8), which mounts nothing and
    /// replays no journal; with metadata 1.0, a leg is its filesystem.
    ///
    /// - Parameters:
    ///   - layout: The layout.
    ///   - storage: What the disks need; it knows which legs hold the data.
    ///   - observation: The disks.
    /// - Returns: Nil when nothing is installed.
    /// - Throws: `CommandError` when debugfs cannot be run, `SavedFormError` for a damaged state.
    static func read(
        of layout: Layout, _ storage: Plan, in observation: Observation
    ) throws -> BootState? {
        guard let bytes = try bytes(of: layout, storage, in: observation), !bytes.isEmpty else {
            return nil
        }
        return try BootState(json: JSON(saved: bytes))
    }

    private static func bytes(
        of layout: Layout, _ storage: Plan, in observation: Observation
    ) throws -> [UInt8]? {
        guard let volume = layout.bootVolume else { return nil }
        for step in storage.steps {
            switch step.action {
            // Its filesystem is yet to be made.
            case .createArray(let array) where array.name == volume.array: return nil
            case .makeFilesystem(volume.name, _, _, _): return nil
            case .startArray(volume.array, _, let legs):
                guard let device = legs.first.flatMap({ storage.path(of: $0, in: observation) })
                else { return nil }
                return try unmounted(device)
            default: break
            }
        }
        let (device, mountPoints) = try storage.place(of: volume, layout, in: observation)
        guard let mountPoint = mountPoints.first else {
            return try unmounted(device)
        }
        let path = "\(mountPoint)/\(BootState.path)"
        return FileSystem.exists(path) ? try FileSystem.read(path) : nil
    }

    /// The state's file of a filesystem that is not mounted; nothing where there is none.
    private static func unmounted(_ device: String) throws -> [UInt8] {
        try FilesystemCommands.read(BootState.path, on: device).run().output
    }
}

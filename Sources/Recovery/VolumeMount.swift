import Command
import Events
import Storage
import Syscalls

/// The boot volume, mounted for a recovery in the live system.
struct VolumeMount {
    let path: String

    /// Checks a filesystem as a start does, and mounts it.
    ///
    /// - Parameters:
    ///   - device: The device.
    ///   - path: Where to.
    ///   - events: Told of it.
    /// - Throws: `RecoveryError.damagedVolume`, or `SystemError` when it cannot be mounted.
    init(_ device: String, at path: String, events: EventStream) throws {
        self.path = path
        try events.step("check and mount \(device)") { _ in
            let result = try FilesystemCommands.mend(device).run()
            // e2fsck(8): 1 for errors that have been corrected.
            guard [.status(0), .status(1)].contains(result.ending) else {
                throw RecoveryError.damagedVolume(
                    device: device, report: result.text + result.errorText)
            }
            try FileSystem.makeDirectory(path)
            try Mount.filesystem(device, at: path, type: "ext4")
        }
    }

    /// Writes all out, and unmounts.
    func remove() throws(SystemError) { try Mount.close(path) }
}

package import BootLoader
import JSON
package import Release
package import Storage
package import Syscalls

/// The filesystem that holds the images and what persists, mounted at a folder.
package struct BootVolume: Sendable, Equatable {
    /// The folder that holds the images.
    package static let imagesFolder = "images"

    /// Where it is mounted.
    package let path: String

    /// Takes a mounted volume.
    ///
    /// - Parameter path: Its folder.
    /// - Throws: `DeploymentError.noBootVolume` when nothing there says that it is one. (The folder
    ///   of an installed system is there before the volume is mounted.)
    package init(at path: String = Layout.bootMountPoint) throws(DeploymentError) {
        guard FileSystem.isDirectory("\(path)/state") else { throw .noBootVolume(path) }
        self.path = path
    }

    /// Makes a volume of one that has just been given its filesystem.
    ///
    /// - Throws: `SystemError`.
    package static func make(at path: String) throws -> BootVolume {
        try FileSystem.makeDirectory("\(path)/state")
        try FileSystem.makeDirectory("\(path)/\(imagesFolder)")
        return try BootVolume(at: path)
    }

    /// The folder of an image.
    package func folder(of image: ReleaseName) -> String {
        images.folder(of: image)
    }

    /// The recorded layout as it is written down; nil when there is none.
    package func layoutBytes() throws(SystemError) -> [UInt8]? {
        try read(RecordedLayout.path)
    }

    /// The recorded layout.
    ///
    /// - Throws: `DeploymentError.noLayout`, `.badFile`, or `SystemError`.
    package func layout() throws -> Layout {
        guard let bytes = try layoutBytes() else { throw DeploymentError.noLayout(path) }
        do throws(SavedFormError) {
            return try RecordedLayout.layout(bytes)
        } catch {
            throw DeploymentError.badFile("\(path)/\(RecordedLayout.path)", error)
        }
    }

    /// What is started; nil on a volume that nothing was installed on.
    ///
    /// - Throws: `DeploymentError.badFile` or `SystemError`.
    package func bootState() throws -> BootState? {
        guard let bytes = try read(BootState.path) else { return nil }
        do throws(SavedFormError) {
            return try BootState(json: JSON(saved: bytes))
        } catch {
            throw DeploymentError.badFile("\(path)/\(BootState.path)", error)
        }
    }

    /// Writes down what is started: cut anywhere, the old state or the new one is there.
    package func write(_ state: BootState) throws(SystemError) {
        let place = "\(path)/\(BootState.path)"
        try FileSystem.writeAtomically(state.json.text(.pretty), to: place)
        try FileSystem.synchronize(folder: "\(path)/state")
    }

    private func read(_ name: String) throws(SystemError) -> [UInt8]? {
        let place = "\(path)/\(name)"
        guard try FileSystem.status(place) != nil else { return nil }
        return try FileSystem.read(place, limit: 16 << 20)
    }
}

import CSyscalls
import Glibc
package import Release
package import Syscalls

/// The images on a boot volume, each a folder that is called after its version.
///
/// A name that starts with a dot is something half done: an image that is being written, or one
/// that is being removed. Whoever changes images next removes it.
package struct ImageStore: Sendable, Equatable {
    /// The folder that holds them.
    package let folder: String

    static let incomingPrefix = ".incoming-"
    private static let removedPrefix = ".removed-"

    /// Takes the images of a folder.
    package init(folder: String) { self.folder = folder }

    /// The folder of an image.
    package func folder(of image: ReleaseName) -> String { "\(folder)/\(image)" }

    /// The images that are there, by their names.
    ///
    /// - Throws: `SystemError`.
    package func list() throws(SystemError) -> [InstalledImage] {
        guard FileSystem.isDirectory(folder) else { return [] }
        var images: [InstalledImage] = []
        for name in try FileSystem.list(folder) {
            let place = "\(folder)/\(name)"
            guard let version = try? ReleaseName(name, field: "version"),
                FileSystem.isDirectory(place)
            else { continue }
            images.append(
                InstalledImage(version: version, folder: place, manifest: try manifest(in: place)))
        }
        return images
    }

    /// The image of a version.
    ///
    /// - Throws: `DeploymentError.noImage`, or `SystemError`.
    package func image(_ version: ReleaseName) throws -> InstalledImage {
        let place = folder(of: version)
        guard FileSystem.isDirectory(place) else {
            throw DeploymentError.noImage(version, folder: folder)
        }
        return InstalledImage(
            version: version, folder: place, manifest: try manifest(in: place))
    }

    private func manifest(in place: String) throws(SystemError)
        -> Result<ReleaseManifest, ReleaseError>
    {
        let path = "\(place)/\(ReleaseManifest.fileName)"
        guard FileSystem.exists(path) else {
            return .failure(.missingField(document: path, field: "version"))
        }
        let bytes = try FileSystem.read(path, limit: 16 << 20)
        return Result { () throws(ReleaseError) in try ReleaseManifest(decoding: bytes) }
    }

    /// Removes an image: cut anywhere, it is there whole or not at all.
    ///
    /// Whether it may go is for the caller to know.
    ///
    /// - Throws: `SystemError`.
    package func remove(_ image: ReleaseName) throws(SystemError) {
        let place = folder(of: image)
        guard FileSystem.exists(place) else { return }
        let removed = "\(folder)/\(ImageStore.removedPrefix)\(image)"
        try FileSystem.removeTree(removed)
        try FileSystem.rename(place, to: removed)
        try FileSystem.synchronize(folder: folder)
        try FileSystem.removeTree(removed)
    }

    /// What a cut left behind.
    func leftovers() throws(SystemError) -> [String] {
        guard FileSystem.isDirectory(folder) else { return [] }
        return try FileSystem.list(folder).filter {
            $0.hasPrefix(ImageStore.incomingPrefix) || $0.hasPrefix(ImageStore.removedPrefix)
        }.map { "\(folder)/\($0)" }
    }

    /// Gives a folder that was written to its end the name of its version, in place of what had it.
    func put(_ incoming: String, as image: ReleaseName) throws(SystemError) {
        let place = folder(of: image)
        if FileSystem.exists(place) {
            // What had the name goes, but never before what takes its place is there.
            try checked("renameat2", "\(incoming) and \(place)") {
                renameat2(AT_FDCWD, incoming, AT_FDCWD, place, CUnsignedInt(RENAME_EXCHANGE))
            }
            try FileSystem.synchronize(folder: folder)
            try FileSystem.removeTree(incoming)
        } else {
            try FileSystem.rename(incoming, to: place)
        }
        try FileSystem.synchronize(folder: folder)
    }

    /// The bytes that a folder's files take.
    static func byteCount(of folder: String) throws -> UInt64 {
        var sum: UInt64 = 0
        for (name, status) in try DirectoryReader.read(Array(folder.utf8)) {
            let path = folder + "/" + String(decoding: name, as: UTF8.self)
            sum += UInt64(status.st_blocks) * 512
            if status.st_mode & S_IFMT == S_IFDIR { sum += try byteCount(of: path) }
        }
        return sum
    }
}

extension BootVolume {
    /// The images.
    package var images: ImageStore {
        ImageStore(folder: "\(path)/\(BootVolume.imagesFolder)")
    }
}

import CommandLine
import Debian
import ImageBuild
import Manifest
import Release
import SourceBuild
import Syscalls

/// The manifest's sources, and the lock that has their commits.
struct SourceOptions {
    /// The folder of the tree.
    let root: String
    /// The sources.
    let sources: SourceSet
    /// The lock's file.
    let lockPath: String

    /// Reads the manifest.
    init(_ arguments: ParsedArguments) throws {
        let path = arguments.string("manifest") ?? ""
        root = try currentFolder()
        let manifest = try BuildManifest(parsing: FileSystem.read(path), file: path)
        sources = try SourceSet(manifest, root: root) { environment($0) }
        lockPath = BuildPlaces.lock(
            root: root, image: try ReleaseName(manifest.name, field: "name").text,
            suite: try ReleaseName(manifest.debianRelease, field: "debian_release").text,
            architecture: ImageOptions.architecture)
    }

    /// Reads the lock; one without anything in it where there is none.
    ///
    /// - Throws: `BuildError.badLock`.
    func readLock() throws -> Lock {
        guard FileSystem.exists(lockPath) else { return .empty }
        do {
            return try Lock(parsing: FileSystem.readText(lockPath))
        } catch let error as LockError {
            throw BuildError.badLock(path: lockPath, reason: error.description)
        }
    }

    /// Writes the lock.
    func write(_ lock: Lock) throws {
        try FileSystem.makeDirectory("\(root)/manifests")
        try FileSystem.writeAtomically(lock.text, to: lockPath)
    }
}

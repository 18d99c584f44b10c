import Debian
import JSON
import Syscalls

/// The list beside the archive of results: where each package's file is, and what it was built from.
struct ResultList {
    private let path: String

    init(_ places: PackagePlaces) { path = "\(places.folder)/results.json" }

    /// Reads the list; empty where there is none.
    func read() throws -> [BuiltPackages.Package] {
        guard FileSystem.exists(path) else { return [] }
        let json = try JSON(parsing: FileSystem.read(path))
        return (json["packages"]?.array ?? []).compactMap { entry in
            guard let name = entry["name"]?.string, let version = entry["version"]?.string,
                let architecture = entry["architecture"]?.string,
                let sourcePackage = entry["source_package"]?.string,
                let sha256 = entry["sha256"]?.string,
                let byteCount = entry["size"]?.integer.flatMap({ UInt64(exactly: $0) }),
                let path = entry["path"]?.string, let file = entry["file"]?.string,
                let source = entry["source"]?.string,
                let commit = entry["commit"]?.string
            else { return nil }
            let package = LockedPackage(
                name: name, version: version, architecture: architecture, source: sourcePackage,
                sha256: sha256, byteCount: byteCount, archive: PackageStore.archive, path: path)
            return .init(
                file: PackageFile(package, path: file), source: source, commit: commit)
        }
    }

    /// Writes the list.
    func write(_ packages: [BuiltPackages.Package]) throws {
        let entries = packages.map { entry -> JSON in
            let package = entry.file.package
            return [
                "name": .string(package.name), "version": .string(package.version),
                "architecture": .string(package.architecture),
                "source_package": .string(package.source), "sha256": .string(package.sha256),
                "size": .integer(Int64(package.byteCount)), "path": .string(package.path),
                "file": .string(entry.file.path),
                "source": .string(entry.source), "commit": .string(entry.commit),
            ]
        }
        let json: JSON = ["packages": .array(entries)]
        try FileSystem.writeAtomically(json.text(.pretty), to: path)
    }
}

import Debian
import JSON
import Syscalls

/// The list beside the archive of results: where each package's file is, and what it was built from.
struct ResultList {
    private let path: String

    init(_ places: PackagePlaces) { path = "\(places.folder)/results.json" }

    /// Reads the list; empty where there is none.
    ///
    /// - Throws: `PackageBuildError.badResults`, `SystemError`.
    func read() throws -> [BuiltPackages.Package] {
        guard FileSystem.exists(path) else { return [] }
        let bytes = try FileSystem.read(path)
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw PackageBuildError.badResults(path: path, reason: error.description)
        }
        guard let entries = json["packages"]?.array else {
            throw PackageBuildError.badResults(path: path, reason: "no list of packages")
        }
        return try entries.enumerated().map { try package($0 + 1, $1) }
    }

    private func package(_ number: Int, _ entry: JSON) throws(PackageBuildError)
        -> BuiltPackages.Package
    {
        func text(_ field: String) throws(PackageBuildError) -> String {
            guard let text = entry[field]?.string else {
                throw .badResults(path: path, reason: "package \(number) has no text \(field)")
            }
            return text
        }
        guard let byteCount = entry["size"]?.integer.flatMap({ UInt64(exactly: $0) }) else {
            throw .badResults(path: path, reason: "package \(number) has no size")
        }
        let package = LockedPackage(
            name: try text("name"), version: try text("version"),
            architecture: try text("architecture"), source: try text("source_package"),
            sha256: try text("sha256"), byteCount: byteCount, archive: PackageStore.archive,
            path: try text("path"))
        return .init(
            file: PackageFile(package, path: try text("file")), unit: try text("unit"),
            source: try text("source"), commit: try text("commit"))
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
                "file": .string(entry.file.path), "unit": .string(entry.unit),
                "source": .string(entry.source), "commit": .string(entry.commit),
            ]
        }
        let json: JSON = ["packages": .array(entries)]
        try FileSystem.writeAtomically(json.text(.pretty), to: path)
    }
}

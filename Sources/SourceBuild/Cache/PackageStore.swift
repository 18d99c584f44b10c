import Debian
import Glibc
import Stages
import Syscalls

/// Everything that was built, by the digest of all that it was made from.
///
/// `store/<unit>-<key>/` holds the debs with their .buildinfo and .changes, and `packages`, which
/// lists the debs as a lock does. A folder with that name is whole: it gets the name last.
struct PackageStore {
    /// How many results of one unit are kept, so that going back to another branch builds nothing.
    private static let generations = 4

    private let places: PackagePlaces

    init(_ places: PackagePlaces) { self.places = places }

    /// What was built from the inputs of a key; nil when nothing was.
    func result(of unit: String, key: String) throws -> [PackageFile]? {
        let folder = folder(unit, key)
        guard let text = try? FileSystem.readText("\(folder)/packages"),
            let list = try? Lock(parsing: text)
        else { return nil }
        // What was used last goes last.
        try checked("utimensat", folder) { utimensat(AT_FDCWD, folder, nil, 0) }
        return list.packages.map { PackageFile($0, path: "\(places.store)/\($0.path)") }
    }

    /// The folder that a build puts its results into.
    func prepare(_ unit: String, key: String) throws -> String {
        let folder = folder(unit, key) + PackagePlaces.unfinished
        try FileSystem.removeTree(folder)
        try FileSystem.makeDirectory(folder)
        return folder
    }

    /// Removes what a build that failed put into its folder.
    func discard(_ unit: String, key: String) throws(SystemError) {
        try FileSystem.removeTree(folder(unit, key) + PackagePlaces.unfinished)
    }

    /// Keeps what a build put into its folder.
    ///
    /// - Returns: The packages.
    /// - Throws: What reading the packages throws; nothing is kept then.
    func keep(_ unit: String, key: String, record: StageRecord) throws -> [PackageFile] {
        let (target, folder) = (folder(unit, key), folder(unit, key) + PackagePlaces.unfinished)
        let name = PackageStore.name(unit, key)
        let files = try FileSystem.list(folder).filter { $0.hasSuffix(".deb") }.map { file in
            try PackageFile(
                reading: "\(folder)/\(file)", archive: PackageStore.archive,
                name: "\(name)/\(file)")
        }
        let list = Lock(
            date: 0, request: String(key.prefix(16)), packages: files.map(\.package),
            localPackages: [])
        try FileSystem.writeAtomically(list.text, to: "\(folder)/packages")
        try record.write(to: "\(folder)/inputs.json")
        for file in try FileSystem.list(folder) { try File("\(folder)/\(file)").synchronize() }
        try FileSystem.synchronize(folder: folder)
        try FileSystem.removeTree(target)
        try FileSystem.rename(folder, to: target)
        try FileSystem.synchronize(folder: places.store)
        try prune(unit)
        return files.map { PackageFile($0.package, path: "\(places.store)/\($0.package.path)") }
    }

    /// What a lock calls the place that results are from.
    static let archive = "packages"

    private static func name(_ unit: String, _ key: String) -> String {
        "\(unit)-\(key.prefix(16))"
    }

    private func folder(_ unit: String, _ key: String) -> String {
        "\(places.store)/\(PackageStore.name(unit, key))"
    }

    private func prune(_ unit: String) throws {
        let length = unit.utf8.count + 17
        let own = try FileSystem.list(places.store).filter {
            $0.hasPrefix("\(unit)-") && $0.utf8.count == length
        }
        try PackagePlaces.keepNewest(
            PackageStore.generations, of: own.map { "\(places.store)/\($0)" })
    }
}

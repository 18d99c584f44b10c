import Bytes
import Command
package import Debian
import Digest
import Syscalls

/// The archive of what was built, for apt: `Packages`, `Release` and `InRelease`, signed by a key of
/// this tree's own.
///
/// The whole is made under another name and takes the place of the earlier one in a moment; the debs
/// are hard links to those of the store.
package struct ResultRepository: Sendable {
    private let places: PackagePlaces
    private let architecture: String

    /// Names the archive in a tree's places.
    ///
    /// - Parameters:
    ///   - places: The places.
    ///   - architecture: The architecture that is built for, such as `amd64`.
    package init(_ places: PackagePlaces, architecture: String) {
        self.places = places
        self.architecture = architecture
    }

    /// What apt is told of it.
    private var repository: Repository {
        Repository(
            archive: PackageStore.archive, location: .url("file://\(places.repository)"),
            suites: [ResultRepository.suite], components: ["main"],
            keyring: "\(places.repository)/keyring.gpg")
    }

    /// What was published, for an image's request.
    ///
    /// - Parameters:
    ///   - units: The names of all units of the manifest.
    ///   - ownDigests: What `SourceSet.ownDigests` says.
    /// - Returns: It.
    /// - Throws: `SystemError`, `PackageBuildError.badResults`.
    package func published(units: [String], ownDigests: [String: String] = [:]) throws
        -> BuiltPackages
    {
        BuiltPackages(
            repository: repository, packages: try ResultList(places).read(), units: units,
            ownDigests: ownDigests)
    }

    /// Publishes the results of some units, beside what was published of others.
    ///
    /// - Parameters:
    ///   - built: The packages.
    ///   - date: The release's date, in seconds since 1970.
    /// - Throws: As `publish`.
    package func replace(by built: [BuiltPackages.Package], date: Int64) throws {
        let units = Set(built.map(\.unit))
        let others = try ResultList(places).read().filter {
            !units.contains($0.unit) && FileSystem.exists($0.file.path)
        }
        try publish(others + built, date: date)
    }

    /// Publishes packages, in place of those that were published before.
    ///
    /// - Parameters:
    ///   - built: The packages.
    ///   - date: The release's date, in seconds since 1970.
    /// - Throws: `SourceBuildError.samePackage`, `PackageBuildError.badResults`, `CommandError`,
    ///   `SystemError`; the earlier archive is untouched then.
    package func publish(_ built: [BuiltPackages.Package], date: Int64) throws {
        try PackageMakers.check(built.map { ($0.file.package.name, $0.unit) })
        let earlier = try ResultList(places).read()
        if earlier == built, FileSystem.exists(places.repository) { return }
        let key = RepositoryKey(folder: places.key)
        try key.prepare()
        let new = places.repository + PackagePlaces.unfinished
        let (pool, suite) = ("\(new)/pool", "\(new)/dists/\(ResultRepository.suite)")
        let lists = "\(suite)/\(list)"
        try FileSystem.removeTree(new)
        for folder in [pool, lists] { try FileSystem.makeDirectory(folder) }
        var stanzas: [String] = []
        for file in built.map(\.file).sorted(by: { $0.package.name < $1.package.name }) {
            let name = file.path.split(separator: "/").last.map(String.init) ?? ""
            try FileSystem.hardLink(file.path, to: "\(pool)/\(name)")
            stanzas.append(try file.stanza(at: "pool/\(name)").text)
        }
        let packages = stanzas.joined(separator: "\n")
        try FileSystem.writeAtomically(packages, to: "\(lists)/Packages")
        try FileSystem.writeAtomically(
            release(packages, date: date), to: "\(suite)/Release")
        try FileSystem.writeAtomically(key.sign("\(suite)/Release"), to: "\(suite)/InRelease")
        try FileSystem.writeAtomically(key.keyring(), to: "\(new)/keyring.gpg")
        try FileSystem.removeTree(places.repository)
        try FileSystem.rename(new, to: places.repository)
        try ResultList(places).write(built)
    }

    private static let suite = "slipway"

    /// The folder of the list in its suite.
    private var list: String { "main/binary-\(architecture)" }

    /// The release of one list (Debian's repository format, "Release" files).
    private func release(_ packages: String, date: Int64) -> String {
        let bytes = Array(packages.utf8)
        return """
            Origin: \(PackageStore.archive)
            Label: \(PackageStore.archive)
            Suite: \(ResultRepository.suite)
            Codename: \(ResultRepository.suite)
            Date: \(PackageVersion.date(date))
            Architectures: \(architecture)
            Components: main
            SHA256:
             \(Hex.encode(Hasher.digest(bytes))) \(bytes.count) \(list)/Packages

            """
    }
}

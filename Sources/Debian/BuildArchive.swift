import Archive
import Bytes
import Digest
package import Events
import Syscalls

/// What builds may take their dependencies from: the packages of a build lock and nothing else, and
/// what was built before.
package struct BuildArchive {
    private let lock: Lock
    private let architecture: String
    private let work: String
    private let stanzas: [Stanza]

    /// Reads the packages of a lock, all of which are in the pool.
    ///
    /// - Parameters:
    ///   - lock: The lock.
    ///   - architecture: The architecture, such as `amd64`.
    ///   - pool: Where the packages are.
    ///   - work: A folder that keeps what was read for later runs, and for what apt needs meanwhile.
    ///   - events: Told of the progress.
    /// - Throws: `ArchiveError`, `Deb822Error`, `SystemError`.
    package init(
        _ lock: Lock, architecture: String, pool: Pool, work: String, events: EventStream
    ) throws {
        self.lock = lock
        self.architecture = architecture
        self.work = work
        try FileSystem.makeDirectory(work)
        let digest = Hex.encode(Hasher.digest(Array(lock.text.utf8))).prefix(16)
        let path = "\(work)/Packages-\(digest)"
        if FileSystem.exists(path) {
            stanzas = try Deb822.parse(FileSystem.readText(path))
            return
        }
        stanzas = try events.step("read packages", total: UInt64(lock.packages.count)) { progress in
            try lock.packages.map { package in
                progress.advance()
                return try BuildArchive.stanza(of: package, pool: pool)
            }
        }
        for name in try FileSystem.list(work) where name.hasPrefix("Packages-") {
            try FileSystem.removeFile("\(work)/\(name)")
        }
        try FileSystem.writeAtomically(stanzas.map(\.text).joined(separator: "\n"), to: path)
    }

    /// A package's stanza as a list has it.
    package static func stanza(of package: LockedPackage, pool: Pool) throws -> Stanza {
        let control = try DebianPackageFile(pool.path(of: package)).readControl()
        var stanza =
            try Deb822.parse(String(decoding: control["control"] ?? [], as: UTF8.self)).first
            ?? Stanza()
        // Nothing ever fetches it from here.
        stanza["Filename"] = "./\(package.name)_\(package.architecture).deb"
        stanza["Size"] = String(package.byteCount)
        stanza["SHA256"] = package.sha256
        return stanza
    }

    /// The packages of the chroot, without those that only builds need.
    ///
    /// - Parameter names: What was asked for; what it needs, and all that is essential, comes too.
    package func base(_ names: [String]) throws -> [LockedPackage] {
        let root = try AptRoot(request([]), in: work)
        try root.addPackages(stanzas)
        return try root.resolve(["?essential"] + names, installRecommends: false).map {
            try locked($0.1, among: [])
        }
    }

    /// What a build needs beside the chroot.
    ///
    /// - Parameters:
    ///   - source: What is built.
    ///   - base: The chroot's packages.
    ///   - repository: Where what was built before is; nil for nothing.
    ///   - built: The packages in it.
    /// - Returns: The packages, sorted by name.
    /// - Throws: `AptError`.
    package func dependencies(
        of source: BuildSource, base: [LockedPackage], repository: Repository?,
        built: [LockedPackage]
    ) throws -> [LockedPackage] {
        let installed = Set(base.map(\.sha256))
        let root = try AptRoot(
            request(repository.map { [$0] } ?? []),
            installed: stanzas.filter { installed.contains($0["SHA256"] ?? "") }, in: work)
        if repository != nil { _ = try root.update() }
        try root.addPackages(stanzas)
        let chosen = try root.resolveBuild(source).map { try locked($0.1, among: built) }
        return Set(chosen).sorted { $0.name < $1.name }
    }

    private func request(_ repositories: [Repository]) -> PackageRequest {
        PackageRequest(
            architecture: architecture, repositories: repositories, groups: [],
            preferences: repositories.map {
                .init(package: "*", pin: "release o=\($0.archive)", priority: 1001)
            })
    }

    private func locked(_ stanza: Stanza, among built: [LockedPackage]) throws -> LockedPackage {
        let sha256 = stanza["SHA256"]
        guard let package = (built + lock.packages).first(where: { $0.sha256 == sha256 }) else {
            throw AptError.foreignFile(uri: stanza["Package"] ?? "a package without a name")
        }
        return package
    }
}

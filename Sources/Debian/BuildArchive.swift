import Bytes
import Digest
package import Events
package import Syscalls

/// What builds may take their dependencies from: the packages of a build lock and nothing else, and
/// what was built before.
///
/// Nothing is fetched and no apt is run as long as the answers to all questions are known.
package struct BuildArchive {
    /// The architecture that is built for, such as `amd64`.
    package let architecture: String
    private let lock: Lock
    private let pool: Pool
    private let sources: () throws -> [ArchiveSource]
    private let folder: String
    private let events: EventStream
    private let digest: String

    /// Describes an archive.
    ///
    /// - Parameters:
    ///   - lock: The lock.
    ///   - architecture: The architecture, such as `amd64`.
    ///   - pool: Where the lock's packages go.
    ///   - folder: Keeps what was learned for later runs, and what apt needs meanwhile.
    ///   - events: Told of the progress.
    ///   - sources: Where packages can be had, asked when one is not in the pool.
    /// - Throws: `SystemError`.
    package init(
        _ lock: Lock, architecture: String, pool: Pool, folder: String, events: EventStream,
        sources: @escaping () throws -> [ArchiveSource]
    ) throws(SystemError) {
        self.lock = lock
        self.architecture = architecture
        self.pool = pool
        self.folder = folder
        self.events = events
        self.sources = sources
        digest = ShortDigest.of(lock.text)
        try FileSystem.makeDirectory(folder)
    }

    /// What a result of this archive follows from: the lock's digest.
    package var identity: String { digest }

    /// Brings all packages of the lock into the pool.
    package func fetch() throws {
        if lock.packages.allSatisfy(pool.holds) { return }
        try Fetcher(pool: pool, sources: try sources()).fetch(lock.packages, events: events)
    }

    /// The packages of the chroot, without those that only builds need.
    ///
    /// - Parameter names: What was asked for; what it needs, and all that is essential, comes too.
    /// - Returns: The packages, sorted by name.
    /// - Throws: `AptError`, and what reading packages throws.
    package func base(_ names: [String]) throws -> [LockedPackage] {
        let path = "\(folder)/base-\(digest)"
        if let known = try? Lock(parsing: FileSystem.readText(path)) { return known.packages }
        let root = try AptRoot(request, in: folder)
        try root.addPackages(try stanzas())
        let base = try root.resolve(["?essential"] + names, installRecommends: false).map {
            try locked($0.1, among: [])
        }
        try replace("base-", by: base, request: digest, at: path)
        return base.sorted { $0.name < $1.name }
    }

    /// What a build needs beside the chroot.
    ///
    /// - Parameters:
    ///   - source: What is built.
    ///   - base: The chroot's packages.
    ///   - built: What was built before and may be taken.
    /// - Returns: The packages, sorted by name.
    /// - Throws: `AptError`, and what reading packages throws.
    package func dependencies(
        of source: BuildSource, base: [LockedPackage], built: [PackageFile]
    ) throws -> [LockedPackage] {
        let (installed, own) = (Set(base.map(\.sha256)), Set(built.map(\.package.name)))
        let stanzas = try stanzas()
        let root = try AptRoot(
            request, installed: stanzas.filter { installed.contains($0["SHA256"] ?? "") },
            in: folder)
        // What was built here takes the place of what the release has under its name.
        try root.addPackages(
            stanzas.filter { !own.contains($0["Package"] ?? "") } + built.map { try $0.listed() })
        let chosen = try root.resolveBuild(source).map {
            try locked($0.1, among: built.map(\.package))
        }
        return Set(chosen).sorted { $0.name < $1.name }
    }

    /// The file of each package, of the pool or of what was built.
    package func files(of packages: [LockedPackage], built: [PackageFile]) -> [PackageFile] {
        packages.map { package in
            built.first { $0.package == package }
                ?? PackageFile(package, path: pool.path(of: package))
        }
    }

    /// The lock's packages as a list has them.
    private func stanzas() throws -> [Stanza] {
        let path = "\(folder)/packages-\(digest)"
        if FileSystem.exists(path) { return try Deb822.parse(FileSystem.readText(path)) }
        try fetch()
        let stanzas = try events.step("read packages", total: UInt64(lock.packages.count)) {
            progress in
            try lock.packages.map { package in
                progress.advance()
                return try PackageFile(package, path: pool.path(of: package)).listed()
            }
        }
        try removeAll("packages-")
        try FileSystem.writeAtomically(stanzas.map(\.text).joined(separator: "\n"), to: path)
        return stanzas
    }

    private func replace(
        _ prefix: String, by packages: [LockedPackage], request: String, at path: String
    ) throws {
        try removeAll(prefix)
        let list = Lock(date: lock.date, request: request, packages: packages, localPackages: [])
        try FileSystem.writeAtomically(list.text, to: path)
    }

    private func removeAll(_ prefix: String) throws {
        for name in try FileSystem.list(folder) where name.hasPrefix(prefix) {
            try FileSystem.removeFile("\(folder)/\(name)")
        }
    }

    /// What is in the list goes before what is installed, even if it is older.
    private var request: PackageRequest {
        PackageRequest(
            architecture: architecture, repositories: [], groups: [],
            preferences: [.init(package: "*", pin: "origin \"\"", priority: 1001)])
    }

    private func locked(_ stanza: Stanza, among built: [LockedPackage]) throws -> LockedPackage {
        let sha256 = stanza["SHA256"]
        guard let package = (built + lock.packages).first(where: { $0.sha256 == sha256 }) else {
            throw AptError.foreignFile(uri: stanza["Package"] ?? "a package without a name")
        }
        return package
    }
}

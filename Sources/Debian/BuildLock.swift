import Bytes
import Digest
package import Events
import Syscalls

/// Makes the lock that packages are built from: the packages of the chroot they are built in, and
/// all that their builds need beside it.
package struct BuildLock {
    private let request: PackageRequest
    private let sources: [BuildSource]
    private let work: String

    /// Describes a lock.
    ///
    /// - Parameters:
    ///   - request: The archives and pins, and the chroot's packages as its groups.
    ///   - sources: What is to be built.
    ///   - work: A folder for what apt needs meanwhile.
    package init(_ request: PackageRequest, sources: [BuildSource], work: String) {
        self.request = request
        self.sources = sources.sorted { $0.name < $1.name }
        self.work = work
    }

    /// The digest that ties a lock to what it was asked for.
    package func requestDigest() throws -> String {
        let lines = try request.identity() + sources.map { try $0.identity() + "\n" }.joined()
        return ShortDigest.of(lines)
    }

    /// Resolves everything.
    ///
    /// - Parameters:
    ///   - earlier: A lock whose versions are kept as long as the archives have them; nil to take
    ///     the newest.
    ///   - events: Told of the progress.
    /// - Returns: The lock.
    /// - Throws: `AptError`.
    package func make(keeping earlier: Lock?, events: EventStream) throws -> Lock {
        try events.step("resolve builds", total: UInt64(sources.count)) { progress in
            var pinned = request
            pinned.preferences =
                (earlier?.packages ?? []).map {
                    .init(package: $0.name, pin: "version \($0.version)", priority: 1000)
                } + [.init(package: "*", pin: "origin \"\"", priority: 1001)]
                + request.preferences
            let root = try AptRoot(pinned, in: work)
            progress.note("package lists")
            let date = try root.update()
            let base = try root.resolve(
                ["?essential"] + request.groups.flatMap(\.names), installRecommends: false)
            try root.setInstalled(base.map(\.1))
            let promised = try sources.flatMap {
                try $0.promised(architecture: request.architecture)
            }
            if !promised.isEmpty { try root.addPackages(promised.map(BuildLock.listed)) }
            var chosen = base
            for source in sources {
                progress.note(source.name)
                chosen += try root.resolveBuild(source)
                progress.advance()
            }
            return Lock(
                date: date, request: try requestDigest(),
                packages: try lockedPackages(chosen, root), localPackages: [])
        }
    }

    /// A list needs a file for each package; nothing ever fetches this one.
    private static func listed(_ promised: Stanza) -> Stanza {
        var stanza = promised
        let name = stanza["Package"] ?? ""
        stanza["Filename"] = "./\(name).deb"
        stanza["Size"] = "1"
        stanza["SHA256"] = Hex.encode(Hasher.digest(Array(name.utf8)))
        return stanza
    }

    private func lockedPackages(_ chosen: [(uri: String, stanza: Stanza)], _ root: AptRoot)
        throws -> [LockedPackage]
    {
        var packages: Set<LockedPackage> = []
        for (uri, stanza) in chosen where !uri.hasPrefix("copy:") {
            guard let index = root.urls.firstIndex(where: { uri.hasPrefix("\($0)/") }) else {
                throw AptError.foreignFile(uri: uri)
            }
            packages.insert(
                try LockedPackage(stanza, archive: request.repositories[index].archive))
        }
        return Array(packages)
    }
}

extension AptRoot {
    /// What a source's build needs beside what is installed.
    func resolveBuild(_ source: BuildSource) throws -> [(uri: String, Stanza)] {
        var chosen: [(uri: String, Stanza)] = []
        if !source.control.isEmpty {
            chosen += try resolveBuildDependencies(
                source.control, of: source.name, profiles: source.profiles)
        }
        if !source.extraDependencies.isEmpty {
            chosen += try resolve(source.extraDependencies, installRecommends: false)
        }
        return chosen
    }
}

extension LockedPackage {
    /// Takes over what a list says of a package.
    ///
    /// - Throws: `AptError.unexpectedOutput` when the stanza lacks a field.
    init(_ stanza: Stanza, archive: String) throws(AptError) {
        guard let name = stanza["Package"], let version = stanza["Version"],
            let architecture = stanza["Architecture"], let sha256 = stanza["SHA256"],
            let byteCount = stanza["Size"].flatMap({ UInt64($0) }),
            let path = stanza["Filename"]
        else {
            throw .unexpectedOutput("an incomplete stanza of \(stanza["Package"] ?? "a package")")
        }
        self.init(
            name: name, version: version, architecture: architecture,
            source: stanza["Source"].map { String($0.prefix { $0 != " " }) } ?? name,
            sha256: sha256, byteCount: byteCount, archive: archive, path: path)
    }
}

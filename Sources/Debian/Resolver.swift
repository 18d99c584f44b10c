import Bytes
import Digest
package import Events
import Syscalls

/// Turns a request into a lock, by apt.
package struct Resolver {
    private let request: PackageRequest
    private let requestDigest: String
    private let work: String

    /// Makes a resolver.
    ///
    /// - Parameters:
    ///   - request: What to resolve.
    ///   - requestDigest: The SHA-256 of the request's identity, which the lock will carry.
    ///   - work: A folder for what apt needs meanwhile.
    package init(_ request: PackageRequest, requestDigest: String, work: String) {
        self.request = request
        self.requestDigest = requestDigest
        self.work = work
    }

    /// Resolves everything anew.
    ///
    /// - Parameters:
    ///   - externals: The request's external packages.
    ///   - sources: The commits of what is built from git, which the lock keeps.
    ///   - events: Told of the progress.
    /// - Returns: The lock.
    /// - Throws: `AptError` when an archive is out of reach, not signed by its keyring, or when
    ///   there is no solution.
    package func makeLock(
        externals: [FetchedExternalPackage] = [], sources: [LockedSource] = [],
        events: EventStream
    ) throws -> Lock {
        let root = try AptRoot(request, in: work)
        let progress = events.begin("resolve", total: UInt64(request.groups.count))
        do {
            progress.note("package lists")
            let date = try root.update()
            let locals = try lockLocalPackages(root, beside: externals.map(Resolver.listed))
            var chosen: [(uri: String, stanza: Stanza)] = []
            for (index, group) in request.groups.enumerated() {
                progress.note("\(group.names.count) packages")
                // The essential packages come with the first; all is one solution where possible.
                let added = locals.map(\.name) + externals.map(\.package.name)
                let first = index == 0 ? ["?essential"] + added : []
                let names = first + group.names
                chosen += try root.resolve(names, installRecommends: group.installRecommends)
                try root.setInstalled(chosen.map(\.stanza))
                progress.advance()
            }
            let lock = Lock(
                date: date, request: requestDigest,
                packages: try lockedPackages(chosen, externals, root), localPackages: locals,
                sources: sources, builtPackages: builtPackages(chosen.map(\.stanza)))
            progress.finish(["packages": String(lock.packages.count)])
            return lock
        } catch {
            progress.fail(error)
            throw error
        }
    }

    /// Resolves some packages of a lock again, because no source has their files any more.
    ///
    /// - Parameters:
    ///   - lost: The names of the packages.
    ///   - lock: The lock that names them.
    ///   - kept: The control stanzas of the lock's other packages.
    ///   - events: Told of the progress.
    /// - Returns: The lock with these packages, and what they now need, in other versions; without
    ///   those that the archives do not have at all any more and nobody asks for.
    /// - Throws: `AptError`.
    package func replace(
        _ lost: [String], in lock: Lock, kept: [Stanza], events: EventStream
    ) throws -> Lock {
        let root = try AptRoot(request, installed: kept, in: work)
        let progress = events.begin("resolve again", total: UInt64(lost.count))
        do {
            _ = try root.update()
            // What was there for others only may have gone with the version that needed it.
            let known = try root.names()
            let requested = Set(
                request.groups.flatMap(\.names).map { name in String(name.prefix { $0 != ":" }) })
            let wanted = lost.filter { known.contains($0) || requested.contains($0) }
            let chosen = try lockedPackages(
                root.resolve(wanted, installRecommends: false), [], root)
            let replaced = Set(chosen.map(\.name)).union(lost)
            progress.finish(["packages": String(chosen.count)])
            return Lock(
                date: lock.date, request: lock.request,
                packages: lock.packages.filter { !replaced.contains($0.name) } + chosen,
                localPackages: lock.localPackages, sources: lock.sources,
                builtPackages: lock.builtPackages)
        } catch {
            progress.fail(error)
            throw error
        }
    }

    /// An external package's stanza as a list has it.
    private static func listed(_ external: FetchedExternalPackage) -> Stanza {
        var stanza = external.stanza
        // Nothing ever fetches it from here.
        stanza["Filename"] = "./\(external.package.name).deb"
        stanza["Size"] = String(external.package.byteCount)
        stanza["SHA256"] = external.package.sha256
        return stanza
    }

    /// Finds the libraries' packages, and makes the local packages known to apt, with others that
    /// no archive has.
    private func lockLocalPackages(_ root: AptRoot, beside others: [Stanza]) throws
        -> [LockedLocalPackage]
    {
        if request.localPackages.isEmpty, others.isEmpty { return [] }
        let names = try root.names()
        var stanzas = others
        let locals = try request.localPackages.map { package in
            let libraries = try LibraryPackages.resolve(
                LocalPackageBuilder.libraries(of: package), among: names)
            var stanza = package.stanza
            let depends = [stanza["Depends"]].compactMap { $0 } + Set(libraries.values).sorted()
            stanza["Depends"] = depends.joined(separator: ", ")
            stanza["Version"] = "0"
            // A list needs a file for each package; nothing ever fetches this one.
            stanza["Filename"] = "./\(package.name).deb"
            stanza["Size"] = "1"
            stanza["SHA256"] = Hex.encode(Hasher.digest(Array(package.name.utf8)))
            stanzas.append(stanza)
            return LockedLocalPackage(name: package.name, libraries: libraries)
        }
        try root.addPackages(stanzas)
        return locals
    }

    private func builtPackages(_ chosen: [Stanza]) -> [LockedBuiltPackage] {
        let digests = Set(chosen.compactMap { $0["SHA256"] })
        return (request.builds?.packages ?? []).filter {
            digests.contains($0.file.package.sha256)
        }.map { LockedBuiltPackage(name: $0.file.package.name, source: $0.source) }
    }

    private func lockedPackages(
        _ chosen: [(uri: String, stanza: Stanza)], _ externals: [FetchedExternalPackage],
        _ root: AptRoot
    ) throws -> [LockedPackage] {
        for external in externals
        where !chosen.contains(where: { $0.stanza["SHA256"] == external.package.sha256 }) {
            throw ExternalPackageError.notChosen(
                package: external.package.name, version: external.package.version)
        }
        return try chosen.compactMap { uri, stanza in
            // What came out of the generated list is an external package, or one of this tree.
            if uri.hasPrefix("copy:") {
                return externals.map(\.package).first { $0.sha256 == stanza["SHA256"] }
            }
            // What was built here is locked by its name.
            let isBuilt = (request.builds?.packages ?? []).contains {
                $0.file.package.sha256 == stanza["SHA256"]
            }
            if isBuilt { return nil }
            guard let index = root.urls.firstIndex(where: { uri.hasPrefix("\($0)/") }),
                index < request.repositories.count
            else { throw AptError.foreignFile(uri: uri) }
            return try LockedPackage(stanza, archive: request.repositories[index].archive)
        }
    }
}

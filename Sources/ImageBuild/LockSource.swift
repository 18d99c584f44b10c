package import Debian
import Digest
package import Events
import Syscalls

/// Whether a build may replace packages that no source has any more.
package enum LockMode: String, Sendable, CaseIterable {
    /// Nothing outside the lock can enter.
    case frozen
    /// What no source has any more is resolved again; the payload tells of it.
    case auto
}

/// The lock of a build, with its packages in the pool.
package struct LockSource {
    private let path: String
    private let request: PackageRequest
    private let snapshot: String?
    private let pool: Pool
    private let work: String

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - path: The lock's file.
    ///   - request: What the lock must answer.
    ///   - snapshot: A service that has files that the archives lost; nil for none.
    ///   - pool: Where files go.
    ///   - work: A folder that keeps a lock with replaced packages for later builds.
    package init(
        path: String, request: PackageRequest, snapshot: String?, pool: Pool, work: String
    ) {
        self.path = path
        self.request = request
        self.snapshot = snapshot
        self.pool = pool
        self.work = work
    }

    /// The digest that ties a lock to a request.
    package static func digest(of request: PackageRequest) throws -> String {
        ShortDigest.of(try request.identity())
    }

    /// Reads the lock.
    ///
    /// - Throws: `BuildError` when there is none, or when it answers another request.
    package func read() throws -> Lock {
        guard FileSystem.exists(path) else { throw BuildError.noLock(path: path) }
        let lock: Lock
        do {
            lock = try Lock(parsing: FileSystem.readText(path))
        } catch let error as LockError {
            throw BuildError.badLock(path: path, reason: error.description)
        }
        guard lock.request == (try LockSource.digest(of: request)) else {
            throw BuildError.staleLock(path: path)
        }
        return lock
    }

    /// The lock that a build goes by: that of an earlier build where packages had to be replaced.
    package func effective(_ lock: Lock, mode: LockMode) -> Lock {
        guard mode == .auto, let text = try? FileSystem.readText(replacedPath(lock)),
            let replaced = try? Lock(parsing: text)
        else { return lock }
        return replaced
    }

    /// Brings all packages of a lock into the pool.
    ///
    /// - Returns: The lock, with packages replaced where no source had them and `mode` allows it.
    /// - Throws: `MissingPackages`, `PoolError`.
    package func fetch(_ lock: Lock, from original: Lock, mode: LockMode, events: EventStream)
        throws -> Lock
    {
        if lock.packages.allSatisfy(pool.holds) { return lock }
        let fetcher = Fetcher(
            pool: pool, sources: try request.sources(snapshot: snapshot, at: lock.date))
        do {
            try fetcher.fetch(lock.packages, events: events)
            return lock
        } catch let missing as MissingPackages
            where mode == .auto
            && !missing.items.contains(where: { $0.archive == LockedPackage.urlArchive })
        {
            // An external package has no other version that anybody could choose.
            let lost = missing.items.map(\.name)
            let kept = try lock.packages.filter { !lost.contains($0.name) }.map {
                try PackageFile.control(of: pool.path(of: $0))
            }
            let replaced = try Resolver(
                request, requestDigest: lock.request, work: work
            )
            .replace(lost, in: lock, kept: kept, events: events)
            for line in LockDifference(from: lock, to: replaced).lines {
                events.log(.warning, "not in the lock: \(line)")
            }
            try fetcher.fetch(replaced.packages, events: events)
            try FileSystem.makeDirectory(work)
            try FileSystem.writeAtomically(replaced.text, to: replacedPath(original))
            return replaced
        }
    }

    private func replacedPath(_ lock: Lock) -> String {
        "\(work)/replaced-\(ShortDigest.of(lock.text)).lock"
    }
}

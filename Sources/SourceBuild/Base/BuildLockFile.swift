package import Debian
package import Events
import Syscalls

/// The lock of an image's builds, in its file: `manifests/<name>.base.lock`.
package struct BuildLockFile {
    private let path: String
    private let lock: BuildLock

    /// Describes the lock of a plan's builds.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - request: The archives and pins of the image.
    ///   - plan: What is built.
    ///   - work: A folder for what apt needs meanwhile.
    /// - Throws: `PackageBuildError.noCheckout` when a unit has no checkout, and what reading control
    ///   files throws.
    package init(_ path: String, for request: PackageRequest, plan: BuildPlan, work: String) throws
    {
        self.path = path
        let sources = try plan.entries.map { entry in
            guard let tree = entry.unit.tree else {
                throw PackageBuildError.noCheckout(unit: entry.unit.name)
            }
            return try BuildSource(of: entry.unit, in: tree)
        }
        lock = BuildLock(
            PackageRequest(
                architecture: request.architecture, repositories: request.repositories,
                groups: [.init(names: BuildTrees.packages, installRecommends: false)],
                preferences: request.preferences),
            sources: sources, work: work)
    }

    /// Reads the lock.
    ///
    /// - Throws: `PackageBuildError` when there is none, or when it answers something else.
    package func read() throws -> Lock {
        guard let lock = try find() else { throw PackageBuildError.noLock(path: path) }
        guard lock.request == (try self.lock.requestDigest()) else {
            throw PackageBuildError.staleLock(path: path)
        }
        return lock
    }

    /// Makes the lock, if it does not answer already, and writes it.
    ///
    /// - Parameters:
    ///   - takesNewest: Whether to make it even so, and to take the newest versions; otherwise those
    ///     of the earlier lock stay as long as the archives have them.
    ///   - events: Told of the progress.
    /// - Returns: The lock, and what changed in it.
    /// - Throws: `AptError`, `PackageBuildError.badLock`.
    package func update(takesNewest: Bool, events: EventStream) throws -> (Lock, LockDifference) {
        let old = try find()
        if !takesNewest, let old, old.request == (try lock.requestDigest()) {
            return (old, LockDifference(from: old, to: old))
        }
        let new = try lock.make(keeping: takesNewest ? nil : old, events: events)
        if let slash = path.lastIndex(of: "/") {
            try FileSystem.makeDirectory(String(path[..<slash]))
        }
        try FileSystem.writeAtomically(new.text, to: path)
        return (new, LockDifference(from: old ?? .empty, to: new))
    }

    private func find() throws -> Lock? {
        guard FileSystem.exists(path) else { return nil }
        do {
            return try Lock(parsing: FileSystem.readText(path))
        } catch let error as LockError {
            throw PackageBuildError.badLock(path: path, reason: error.description)
        }
    }
}

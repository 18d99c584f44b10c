package import Debian
package import Manifest
import Synchronization
import Syscalls

/// The sources of a manifest with what is checked out of them.
package struct SourceSet: Sendable {
    /// What the manifest says.
    package let catalog: SourceCatalog
    /// Where it is checked out.
    package let places: SourcePlaces
    private let environment: @Sendable (String) -> String?

    /// Reads a manifest's sources.
    ///
    /// - Parameters:
    ///   - manifest: The manifest.
    ///   - root: The tree.
    ///   - environment: The value of a variable; nil where it is empty or not set.
    /// - Throws: `SourceBuildError.sharedCheckout`.
    package init(
        _ manifest: BuildManifest, root: String,
        environment: @escaping @Sendable (String) -> String?
    ) throws(SourceBuildError) {
        catalog = try SourceCatalog(manifest)
        places = SourcePlaces(root: root)
        self.environment = environment
    }

    /// What must be checked out for what is built in this environment.
    package var checkouts: [SourceCheckout] { catalog.checkouts(environment: environment) }

    /// What is built in which order, as far as what is checked out tells.
    ///
    /// - Parameter architecture: The architecture that is built for.
    /// - Returns: The plan.
    /// - Throws: `SourceBuildError`, and what reading the checkouts throws.
    package func plan(architecture: String) throws -> BuildPlan {
        try BuildPlan(try loadUnits(), architecture: architecture, environment: environment)
    }

    /// Wants each source of a plan to be what the lock has, or what the caller put in its place.
    ///
    /// - Throws: `SourceBuildError`, or `SourceFailures` when it is more than one source.
    package func check(_ plan: BuildPlan, against lock: [LockedSource]) throws {
        let locked = Dictionary(lock.map { ($0.name, $0) }) { first, _ in first }
        var trees: [String: SourceTreeState] = [:]
        for entry in plan.entries { trees[entry.unit.source] = entry.unit.tree }
        try SourceFailures.throwIfAny(
            checkouts.compactMap { checkout in
                Self.flaw(checkout, trees[checkout.name], locked[checkout.name], places)
            })
    }

    private static func flaw(
        _ checkout: SourceCheckout, _ tree: SourceTreeState?, _ locked: LockedSource?,
        _ places: SourcePlaces
    ) -> (any Error)? {
        let name = checkout.name
        guard let tree else {
            return SourceBuildError.notCheckedOut(name: name, folder: places.checkout(name))
        }
        if tree.origin == .local || tree.origin.isTree { return nil }
        if tree.isDirty { return SourceBuildError.dirty(name: name, folder: tree.folder) }
        if case .override = tree.origin { return nil }
        guard let locked else { return SourceBuildError.notLocked(name: name) }
        do {
            try locked.check(against: checkout)
        } catch {
            return error
        }
        guard tree.commit == locked.commit else {
            return SourceBuildError.otherCommit(
                name: name, folder: tree.folder, found: tree.commit, locked: locked.commit)
        }
        return nil
    }

    /// What the sources that are files of this tree are now: the digest of each one's content, by its
    /// name.
    ///
    /// - Throws: What looking at them throws.
    package func ownDigests() throws -> [String: String] {
        var digests: [String: String] = [:]
        for checkout in checkouts where checkout.reference.isTree {
            guard let state = try state(of: checkout), state.origin.isTree else { continue }
            digests[checkout.name] = state.contentDigest
        }
        return digests
    }

    /// The units with their checkouts and control files.
    private func loadUnits() throws -> [PackageUnit] {
        let checkouts = checkouts
        let found = Mutex<[String: SourceTreeState]>([:])
        try ParallelWork.forEach(checkouts.count, threads: Processors.count) { index in
            guard let state = try state(of: checkouts[index]) else { return }
            found.withLock { $0[state.name] = state }
        }
        let trees = found.withLock { $0 }
        return try catalog.units.map { unit in
            guard let tree = trees[unit.source] else { return unit }
            var unit = unit
            unit.tree = tree
            unit.control = try control(of: unit, in: tree.folder)
            return unit
        }
    }

    private func state(of checkout: SourceCheckout) throws -> SourceTreeState? {
        let (name, states) = (checkout.name, SourceStates(places))
        let folder = try places.workingTree(of: checkout)
        if try places.local(name) != nil {
            return try states.state(of: name, in: folder, origin: .local)
        }
        if case .tree(let paths) = checkout.reference {
            return try states.state(of: name, in: folder, origin: .tree(paths: paths))
        }
        guard let git = try GitFolder(folder) else { return nil }
        let record = CheckoutRecord(of: git)
        return try states.state(
            of: name, in: folder,
            origin: record.flatMap { $0.isOverride ? .override($0.reference.name) : nil } ?? .lock)
    }

    private func control(of unit: PackageUnit, in folder: String) throws -> SourceControl? {
        guard let bytes = try FileSystem.read(unit.controlPath, inRoot: folder) else {
            if unit.options.hasCommands { return nil }
            throw SourceBuildError.noControl(
                unit: unit.name, path: "\(folder)/\(unit.controlPath)")
        }
        return try SourceControl(
            parsing: String(decoding: bytes, as: UTF8.self),
            path: "\(folder)/\(unit.controlPath)")
    }
}

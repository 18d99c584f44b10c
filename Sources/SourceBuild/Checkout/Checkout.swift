import CSyscalls
package import Debian
package import Events
import Glibc
import Manifest
import Synchronization
import Syscalls

/// Brings the sources of a manifest to the commits that the lock has.
///
/// Each source that is not there yet is made whole in another folder; when all are, they are put in
/// their places. Until then nothing of the old ones has changed, nor does it when one fails.
package struct Checkout {
    /// Which commits are wanted.
    package enum Mode: Sendable {
        /// Those of the lock; what it does not have yet is looked up.
        case locked
        /// The newest that the references of the manifest name.
        case update
    }

    private let places: SourcePlaces
    private let mode: Mode
    private let overrides: SourceOverrides
    private let locked: [String: LockedSource]
    /// Repositories that are asked at a time.
    package var parallelTransfers = 8

    /// Makes a checkout.
    ///
    /// - Parameters:
    ///   - places: Where sources go; claimed by the caller.
    ///   - mode: Which commits are wanted.
    ///   - overrides: What the environment names in place of the manifest.
    ///   - locked: What the lock has.
    package init(
        places: SourcePlaces, mode: Mode, overrides: SourceOverrides, locked: [LockedSource]
    ) {
        self.places = places
        self.mode = mode
        self.overrides = overrides
        self.locked = Dictionary(locked.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Brings sources up to date.
    ///
    /// - Parameters:
    ///   - checkouts: The sources.
    ///   - events: Told of the progress.
    /// - Returns: What the lock is to have for each of them, but for those that the environment names
    ///   another branch of and those that are built from a tree of the caller's.
    /// - Throws: `SourceBuildError`, `CommandError`, `SystemError`; `SourceFailures` when it is more
    ///   than one source.
    package func run(_ checkouts: [SourceCheckout], events: EventStream) throws -> [LockedSource] {
        let progress = events.begin("checkout", total: UInt64(checkouts.count))
        do {
            let results = try prepare(checkouts, progress)
            for result in results { try result.prepared?.checkPlace(places) }
            // From here on it is renaming.
            for result in results { try result.prepared?.put(in: places) }
            try FileSystem.removeTree(places.incoming)
            let changed = results.filter { $0.prepared?.isNew == true }
            progress.finish([
                "sources": String(checkouts.count), "changed": String(changed.count),
            ])
            for result in results where result.record?.isOverride == true {
                guard let record = result.record else { continue }
                events.log(
                    .warning, "the environment names another branch than the manifest",
                    ["source": result.name, "branch": record.reference.name])
            }
            return results.compactMap(\.locked)
        } catch {
            progress.fail(error)
            try FileSystem.removeTree(places.incoming)
            throw error
        }
    }

    /// What became of one source before anything is put in its place.
    private struct Result: Sendable {
        let name: String
        /// What it was made from; nil for a working tree of the caller's, and for this tree.
        var record: CheckoutRecord?
        /// What is to be put in its place.
        var prepared: PreparedCheckout?

        /// What the lock is to have.
        var locked: LockedSource? {
            guard let record, !record.isOverride else { return nil }
            return LockedSource(
                name: name, commit: record.commit, reference: record.reference.text,
                repository: record.repository)
        }
    }

    private func prepare(_ checkouts: [SourceCheckout], _ progress: StepProgress) throws
        -> [Result]
    {
        let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
        try ParallelWork.forEach(checkouts.count, threads: parallelTransfers) { index in
            progress.note(checkouts[index].name)
            let result = Swift.Result { try prepare(checkouts[index]) }
            results.withLock { $0[index] = result }
            progress.advance()
        }
        let all = results.withLock { $0 }
        var failures: [any Error] = []
        var done: [Result] = []
        for index in checkouts.indices {
            switch all[index] {
            case .success(let result): done.append(result)
            case .failure(let error): failures.append(error)
            case nil: preconditionFailure("a source was left out")
            }
        }
        try SourceFailures.throwIfAny(failures)
        return done
    }

    private func prepare(_ checkout: SourceCheckout) throws -> Result {
        if try places.local(checkout.name) != nil || checkout.reference.isTree {
            return Result(name: checkout.name)
        }
        var checkout = checkout
        checkout.identityFile =
            (overrides.identityFile(of: checkout.name) ?? checkout.identityFile)
            .map(places.absolute)
        let remote = RemoteRepository(
            places.repository(checkout.repository), identityFile: checkout.identityFile,
            in: places.folder)
        let record = try wanted(checkout, remote)
        let existing = try ExistingCheckout(checkout.name, places)
        guard let existing else {
            return Result(
                name: checkout.name, record: record,
                prepared: try PreparedCheckout(
                    record, named: checkout.name, from: remote, over: nil, places: places))
        }
        if existing.state.isDirty {
            throw SourceBuildError.dirty(name: checkout.name, folder: existing.state.folder)
        }
        if existing.state.commit == record.commit {
            return Result(
                name: checkout.name, record: record,
                prepared: existing.record == record
                    ? nil : PreparedCheckout(named: checkout.name, only: record))
        }
        guard existing.isKept else {
            throw SourceBuildError.unsaved(
                name: checkout.name, folder: existing.state.folder,
                commit: existing.state.commit)
        }
        return Result(
            name: checkout.name, record: record,
            prepared: try PreparedCheckout(
                record, named: checkout.name, from: remote, over: existing, places: places))
    }

    /// The commit that a source is to be at.
    private func wanted(_ checkout: SourceCheckout, _ remote: RemoteRepository) throws
        -> CheckoutRecord
    {
        func record(_ reference: SourceReference, _ commit: String, isOverride: Bool)
            -> CheckoutRecord
        {
            CheckoutRecord(
                commit: commit, repository: checkout.repository, reference: reference,
                isOverride: isOverride)
        }
        if let name = overrides.branchToTry, let commit = try remote.find(.branch(name)) {
            return record(.branch(name), commit, isOverride: true)
        }
        if let name = overrides.branch(of: checkout.name) {
            let reference = SourceReference.branch(name)
            return record(reference, try remote.commit(of: reference), isOverride: true)
        }
        if mode == .locked, let locked = locked[checkout.name] {
            try locked.check(against: checkout)
            return record(checkout.reference, locked.commit, isOverride: false)
        }
        return record(
            checkout.reference, try remote.commit(of: checkout.reference), isOverride: false)
    }
}

extension LockedSource {
    /// Wants the lock to mean the same repository and reference as the manifest.
    func check(against checkout: SourceCheckout) throws(SourceBuildError) {
        let wanted = checkout.reference.text
        guard reference == wanted, repository == checkout.repository else {
            throw .otherSource(
                name: name, locked: "\(reference) of \(repository)",
                wanted: "\(wanted) of \(checkout.repository)")
        }
    }
}

/// Why several sources could not be had.
package struct SourceFailures: Error, CustomStringConvertible {
    /// What went wrong with each of them.
    package let errors: [any Error]

    /// Throws what went wrong, if anything did; one error goes by itself.
    static func throwIfAny(_ errors: [any Error]) throws {
        guard let first = errors.first else { return }
        throw errors.count == 1 ? first : SourceFailures(errors: errors)
    }

    package var description: String {
        errors.map { String(describing: $0) }.joined(separator: "\n")
    }
}

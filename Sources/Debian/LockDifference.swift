/// What changed between two locks.
package struct LockDifference: Sendable, Equatable {
    /// A package whose version or file is another.
    package struct Change: Sendable, Equatable {
        /// The package before.
        package let before: LockedPackage
        /// The package after.
        package let after: LockedPackage
    }

    /// A source whose commit or repository is another.
    package struct SourceChange: Sendable, Equatable {
        /// The source before.
        package let before: LockedSource
        /// The source after.
        package let after: LockedSource
    }

    /// Packages that only the new lock has.
    package let added: [LockedPackage]
    /// Packages that only the old lock has.
    package let removed: [LockedPackage]
    /// Packages that both have, with another file.
    package let changed: [Change]

    /// Commits that only the new lock has.
    package let addedSources: [LockedSource]
    /// Commits that only the old lock has.
    package let removedSources: [LockedSource]
    /// Sources that both have, at another commit or from elsewhere.
    package let changedSources: [SourceChange]

    /// Compares two locks.
    package init(from old: Lock, to new: Lock) {
        let before = Dictionary(grouping: old.packages, by: \.name).compactMapValues(\.first)
        let after = Dictionary(grouping: new.packages, by: \.name).compactMapValues(\.first)
        added = new.packages.filter { before[$0.name] == nil }
        removed = old.packages.filter { after[$0.name] == nil }
        changed = new.packages.compactMap { package in
            guard let old = before[package.name], old.sha256 != package.sha256 else { return nil }
            return Change(before: old, after: package)
        }
        let sourcesBefore = Dictionary(old.sources.map { ($0.name, $0) }) { first, _ in first }
        let namesAfter = Set(new.sources.map(\.name))
        addedSources = new.sources.filter { sourcesBefore[$0.name] == nil }
        removedSources = old.sources.filter { !namesAfter.contains($0.name) }
        changedSources = new.sources.compactMap { source in
            guard let old = sourcesBefore[source.name], old != source else { return nil }
            return SourceChange(before: old, after: source)
        }
    }

    /// Whether nothing changed.
    package var isEmpty: Bool { lines.isEmpty }

    /// A line for each package: `+` added, `-` removed, `^` upgraded, `v` downgraded, `=` rebuilt;
    /// then one for each source.
    package var lines: [String] {
        added.map { "+ \($0.name) \($0.version)" }
            + removed.map { "- \($0.name) \($0.version)" }
            + changed.map { change in
                let (old, new) = (change.before.version, change.after.version)
                let (left, right) = (DebianVersion(old), DebianVersion(new))
                let sign = left < right ? "^" : right < left ? "v" : "="
                return "\(sign) \(change.after.name) \(old) -> \(new)"
            } + sourceLines
    }

    private var sourceLines: [String] {
        addedSources.map { "+ source \($0.name) \($0.commit.prefix(12)) \($0.reference)" }
            + removedSources.map { "- source \($0.name)" }
            + changedSources.map { change in
                let (old, new) = (change.before, change.after)
                let place = old.repository == new.repository ? "" : " of \(new.repository)"
                return "^ source \(new.name) \(old.commit.prefix(12)) -> \(new.commit.prefix(12))"
                    + " \(new.reference)\(place)"
            }
    }
}

/// What changed between two locks.
package struct LockDifference: Sendable, Equatable {
    /// A package whose version or file is another.
    package struct Change: Sendable, Equatable {
        /// The package before.
        package let before: LockedPackage
        /// The package after.
        package let after: LockedPackage
    }

    /// Packages that only the new lock has.
    package let added: [LockedPackage]
    /// Packages that only the old lock has.
    package let removed: [LockedPackage]
    /// Packages that both have, with another file.
    package let changed: [Change]

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
    }

    /// Whether nothing changed.
    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    /// A line for each package: `+` added, `-` removed, `^` upgraded, `v` downgraded, `=` rebuilt.
    package var lines: [String] {
        added.map { "+ \($0.name) \($0.version)" }
            + removed.map { "- \($0.name) \($0.version)" }
            + changed.map { change in
                let (old, new) = (change.before.version, change.after.version)
                let (left, right) = (DebianVersion(old), DebianVersion(new))
                let sign = left < right ? "^" : right < left ? "v" : "="
                return "\(sign) \(change.after.name) \(old) -> \(new)"
            }
    }
}

/// What is built in which order, and why.
package struct BuildPlan: Sendable, Equatable {
    /// Why a unit must wait for another.
    package enum Reason: Sendable, Equatable, Hashable {
        /// `explicit_deps` names it.
        case explicit
        /// It makes this package, which is a build dependency.
        case builds(package: String)
        /// It makes this package, which comes with a build dependency.
        case builtWith(package: String, dependency: String)
    }

    /// One unit of a cycle, and the next.
    package struct Link: Sendable, Equatable {
        /// The unit.
        package var unit: String
        /// The unit that it waits for.
        package var needs: String
        /// Why.
        package var reason: Reason
    }

    /// A unit that another waits for.
    package struct Need: Sendable, Equatable {
        /// The name of the unit that must be built before.
        package var unit: String
        /// Why; at least one.
        package var reasons: [Reason]
    }

    /// A unit in its place.
    package struct Entry: Sendable, Equatable {
        /// What is built.
        package var unit: PackageUnit
        /// What must be built before, in the order of the plan.
        package var needs: [Need]
    }

    /// A unit that is not built.
    package struct Skipped: Sendable, Equatable {
        /// The unit's name.
        package var unit: String
        /// The variable of `build_constraints` that has another value.
        package var variable: String
        /// The value that it must have.
        package var wanted: String
        /// The value that it has; nil where it is not set.
        package var found: String?
    }

    /// What is built, each unit after all that it needs; of those that could be next, the one with
    /// the lowest `batch_priority`, and of these the first of the manifest.
    package let entries: [Entry]
    /// What is not built.
    package let skipped: [Skipped]

    /// The names of the units whose build dependencies are not known: their order comes from
    /// `explicit_deps` and `batch_priority` alone.
    package var withoutControl: [String] {
        entries.filter { $0.unit.control == nil }.map(\.unit.name)
    }
}

extension BuildPlan.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .explicit: "explicit_deps"
        case .builds(let package): "build dependency \(package)"
        case .builtWith(let package, let dependency):
            "\(package), which comes with build dependency \(dependency)"
        }
    }
}

package import Manifest

extension BuildPlan {
    /// Puts units into an order.
    ///
    /// - Parameters:
    ///   - units: The units in the order of the manifest, each name once.
    ///   - architecture: The architecture that is built for, such as `amd64`.
    ///   - environment: The value of a variable of the caller's environment; nil where it is not set.
    /// - Throws: `SourceBuildError.cycle`, `SourceBuildError.samePackage`.
    package init(
        _ units: [PackageUnit], architecture: String, environment: (String) -> String?
    ) throws(SourceBuildError) {
        var wanted: [PackageUnit] = []
        var skipped: [Skipped] = []
        for unit in units {
            if let constraint = unit.options.unmetConstraint(in: environment) {
                skipped.append(
                    Skipped(
                        unit: unit.name, variable: constraint.name, wanted: constraint.value,
                        found: environment(constraint.name)))
            } else {
                wanted.append(unit)
            }
        }
        // What others make is known for certain when it is built.
        try PackageMakers.check(
            wanted.filter(\.isDecidedByControl).flatMap { unit in
                unit.binaries(architecture: architecture).map { ($0.name, unit.name) }
            })
        let needs = NeedFinder(wanted, architecture: architecture).needs()
        let order = try BuildPlan.order(wanted, needs)
        let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        entries = order.map { index in
            let found = needs[index].sorted {
                place[$0.key, default: 0] < place[$1.key, default: 0]
            }
            return Entry(
                unit: wanted[index],
                needs: found.map { Need(unit: wanted[$0.key].name, reasons: $0.value) })
        }
        self.skipped = skipped
    }

    /// Indices of units so that each comes after what it needs.
    private static func order(_ units: [PackageUnit], _ needs: [[Int: [Reason]]])
        throws(SourceBuildError) -> [Int]
    {
        var order: [Int] = []
        var waiting = needs.map { Set($0.keys) }
        var left = Array(units.indices)
        // Priority first, then the manifest's order.
        left.sort { left, right in
            (units[left].options.batchPriority, left) < (units[right].options.batchPriority, right)
        }
        while !left.isEmpty {
            guard let next = left.firstIndex(where: { waiting[$0].isEmpty }) else {
                throw .cycle(cycle(units, needs, among: waiting))
            }
            let index = left.remove(at: next)
            order.append(index)
            for other in left { waiting[other].remove(index) }
        }
        return order
    }

    /// A cycle among units of which each waits for another.
    private static func cycle(
        _ units: [PackageUnit], _ needs: [[Int: [Reason]]], among waiting: [Set<Int>]
    ) -> [Link] {
        guard var index = waiting.indices.first(where: { !waiting[$0].isEmpty }) else { return [] }
        var path: [Int] = []
        while !path.contains(index) {
            path.append(index)
            // Whoever still waits, waits for one that still waits.
            guard let next = waiting[index].min() else { return [] }
            index = next
        }
        path.removeSubrange(..<(path.firstIndex(of: index) ?? 0))
        // It begins with the unit that the manifest has first, wherever it was entered.
        let start = path.indices.min { path[$0] < path[$1] } ?? 0
        path = Array(path[start...] + path[..<start])
        return path.enumerated().map { place, index in
            let next = path[(place + 1) % path.count]
            return Link(
                unit: units[index].name, needs: units[next].name,
                reason: needs[index][next]?.first ?? .explicit)
        }
    }
}

/// Finds out which units others must wait for.
private struct NeedFinder {
    private let units: [PackageUnit]
    private let architecture: String
    /// By a package's name, the units that make it or something that provides it, and what it then
    /// brings along.
    private var makers: [String: [(unit: Int, depends: [PackageRelation])]] = [:]

    init(_ units: [PackageUnit], architecture: String) {
        self.units = units
        self.architecture = architecture
        for (index, unit) in units.enumerated() {
            for binary in unit.binaries(architecture: architecture) {
                for name in [binary.name] + binary.provides {
                    makers[name, default: []].append((index, binary.depends))
                }
            }
        }
    }

    /// For each unit, by index, those that it needs, and why.
    func needs() -> [[Int: [BuildPlan.Reason]]] {
        let indices = Dictionary(
            units.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        return units.enumerated().map { index, unit in
            var needs: [Int: [BuildPlan.Reason]] = [:]
            for name in unit.options.explicitDependencies {
                // What is not built in this environment is not waited for.
                if let other = indices[name], needs[other] == nil { needs[other] = [.explicit] }
            }
            addBuildDependencies(of: unit, index, to: &needs)
            return needs
        }
    }

    private func addBuildDependencies(
        of unit: PackageUnit, _ index: Int, to needs: inout [Int: [BuildPlan.Reason]]
    ) {
        let profiles = unit.options.profiles
        func names(_ relations: [PackageRelation]) -> [String] {
            // Any of the alternatives may be what apt takes, so all must be there.
            relations.flatMap { $0.names(architecture: architecture, profiles: profiles) }
        }
        // The dependencies themselves come before what they bring along, for the better reason.
        var open = names(unit.control?.allBuildDepends ?? []).map { (name: $0, for: $0) }
        var seen: Set<String> = []
        var next = 0
        while next < open.count {
            let (name, dependency) = open[next]
            next += 1
            guard seen.insert(name).inserted, let makers = makers[name] else { continue }
            // What it makes itself must come from elsewhere the first time.
            if makers.contains(where: { $0.unit == index }) { continue }
            for maker in makers {
                needs[maker.unit, default: []].append(
                    name == dependency
                        ? .builds(package: name) : .builtWith(package: name, dependency: dependency)
                )
                open += names(maker.depends).map { ($0, dependency) }
            }
        }
    }
}

extension PackageUnit {
    /// The packages that it makes, as far as its control file tells.
    fileprivate func binaries(architecture: String) -> [SourceControl.Binary] {
        control?.binaries(architecture: architecture, profiles: options.profiles) ?? []
    }

    /// Whether the control file decides what is made: no command changes it or leaves something out,
    /// and no variable tells the package's rules to.
    fileprivate var isDecidedByControl: Bool {
        !options.hasCommands && options.environment.isEmpty
    }
}

extension SourceBuildOptions {
    /// Whether it has commands, which may write a control file.
    var hasCommands: Bool {
        !beforeDependencies.isEmpty || !dependencyCommands.isEmpty || !beforeBuild.isEmpty
            || !buildCommands.isEmpty
    }

    /// The build profiles that hold, as its `env` says.
    var profiles: Set<String> {
        let words = (environment["DEB_BUILD_PROFILES"] ?? "").split(whereSeparator: \.isWhitespace)
        return Set(words.map(String.init))
    }

    /// The first condition that the environment does not meet.
    package func unmetConstraint(in environment: (String) -> String?) -> Constraint? {
        constraints.first { !$0.isMet(by: environment($0.name)) }
    }
}

extension SourceBuildOptions.Constraint {
    /// Whether a variable has the value; one that is not set is false, and no number or text.
    func isMet(by found: String?) -> Bool {
        switch kind {
        case .boolean:
            return isTrue(found ?? "") == isTrue(value)
        case .integer:
            return found.flatMap { Int($0) } == Int(value)
        case .string:
            return found == value
        }
    }

    private func isTrue(_ text: String) -> Bool {
        ["true", "1", "yes", "on"].contains(text.lowercased())
    }
}

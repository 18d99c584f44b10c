package import Manifest

/// A repository at a state, to be checked out once however many units are built from it.
package struct SourceCheckout: Sendable, Equatable {
    /// The name of the checkout's folder.
    package var name: String
    /// Where the repository is.
    package var repository: String
    /// Which state of it.
    package var reference: SourceReference
    /// The SSH key for it; nil for what ssh finds by itself.
    package var identityFile: String?
    /// The line of the manifest.
    package var line: Int

    /// Describes a checkout.
    package init(
        name: String, repository: String, reference: SourceReference, identityFile: String? = nil,
        line: Int = 0
    ) {
        self.name = name
        self.repository = repository
        self.reference = reference
        self.identityFile = identityFile
        self.line = line
    }
}

/// The sources of a manifest: what is checked out, and what is built from it.
package struct SourceCatalog: Sendable, Equatable {
    /// What is checked out, in the order of the manifest.
    package private(set) var checkouts: [SourceCheckout] = []
    /// What is built, in the order of the manifest: each source, then its subpackages.
    package private(set) var units: [PackageUnit] = []

    /// Reads the sources of a manifest.
    ///
    /// A subpackage is built from its source's checkout, unless it names another repository or
    /// state of it.
    ///
    /// - Throws: `SourceBuildError.sharedCheckout`.
    package init(_ manifest: BuildManifest) throws(SourceBuildError) {
        for source in manifest.sources {
            let main = SourceCheckout(
                name: source.build.sourceName ?? source.name, repository: source.repository,
                reference: source.reference,
                identityFile: source.build.identityFilePath ?? manifest.identityFilePathDefault,
                line: source.line)
            try add(main)
            units.append(
                PackageUnit(
                    name: source.name, source: main.name, options: source.build, line: source.line))
            for subpackage in source.subpackages {
                var checkout = main
                checkout.repository = subpackage.repository ?? main.repository
                checkout.reference = subpackage.reference ?? main.reference
                if checkout != main {
                    checkout.name = subpackage.build.sourceName ?? subpackage.name
                    checkout.identityFile =
                        subpackage.build.identityFilePath ?? manifest.identityFilePathDefault
                    checkout.line = subpackage.line
                    try add(checkout)
                }
                units.append(
                    PackageUnit(
                        name: subpackage.name, source: checkout.name, options: subpackage.build,
                        line: subpackage.line))
            }
        }
    }

    private mutating func add(_ checkout: SourceCheckout) throws(SourceBuildError) {
        guard let other = checkouts.first(where: { $0.name == checkout.name }) else {
            checkouts.append(checkout)
            return
        }
        var same = other
        same.line = checkout.line
        guard same == checkout else {
            throw .sharedCheckout(name: checkout.name, line: other.line, other: checkout.line)
        }
    }

    /// The checkouts that units need which are built in an environment.
    package func checkouts(environment: (String) -> String?) -> [SourceCheckout] {
        let wanted = Set(
            units.filter { $0.options.unmetConstraint(in: environment) == nil }.map(\.source))
        return checkouts.filter { wanted.contains($0.name) }
    }

    /// The checkouts that units or checkouts of these names are built from; all for no names.
    ///
    /// - Throws: `SourceBuildError.unknownSource`.
    package func checkoutNames(of names: [String]) throws(SourceBuildError) -> [String] {
        if names.isEmpty { return checkouts.map(\.name) }
        var found: [String] = []
        for name in names {
            if let unit = units.first(where: { $0.name == name }) {
                found.append(unit.source)
            } else if checkouts.contains(where: { $0.name == name }) {
                found.append(name)
            } else {
                throw .unknownSource(name)
            }
        }
        return found
    }
}

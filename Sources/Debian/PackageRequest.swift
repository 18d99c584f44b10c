/// What to resolve: the whole input of a lock.
package struct PackageRequest: Sendable {
    /// A run of packages that are resolved together, after the groups before it.
    package struct Group: Sendable, Equatable {
        /// The packages' names.
        package var names: [String]
        /// Whether what they recommend comes with them.
        package var installRecommends: Bool

        /// Makes a group.
        package init(names: [String], installRecommends: Bool) {
            self.names = names
            self.installRecommends = installRecommends
        }
    }

    /// A pin of apt_preferences(5).
    package struct Preference: Sendable, Equatable {
        /// Names or patterns of packages.
        package var package: String
        /// What is pinned, such as `release n=trixie`.
        package var pin: String
        /// The priority.
        package var priority: Int

        /// Makes a preference.
        package init(package: String, pin: String, priority: Int) {
            self.package = package
            self.pin = pin
            self.priority = priority
        }
    }

    /// The architecture, such as `amd64`.
    package var architecture: String
    /// Where packages may come from.
    package var repositories: [Repository]
    /// The packages, in order.
    package var groups: [Group]
    /// Pins.
    package var preferences: [Preference]
    /// Packages that this tree builds itself; they are installed with the groups.
    package var localPackages: [LocalPackage]
    /// Packages that no archive has; they are installed with the groups.
    package var externalPackages: [ExternalPackage]
    /// What is built from the manifest's sources; nil when there are none.
    package var builds: BuiltPackages?

    /// Makes a request.
    package init(
        architecture: String, repositories: [Repository], groups: [Group],
        preferences: [Preference] = [], localPackages: [LocalPackage] = [],
        externalPackages: [ExternalPackage] = [], builds: BuiltPackages? = nil
    ) {
        self.architecture = architecture
        self.repositories = repositories
        self.groups = groups
        self.preferences = preferences
        self.localPackages = localPackages
        self.externalPackages = externalPackages
        self.builds = builds
    }

    /// The archives that apt gets: what was built here is one of them.
    var allRepositories: [Repository] {
        repositories + [builds].compactMap { $0?.packages.isEmpty == false ? $0?.repository : nil }
    }

    /// The pins that apt gets: an external package's version is the only one of its name, and what
    /// was built here goes before what an archive has.
    ///
    /// The first pin of a name counts (apt_preferences(5)).
    var allPreferences: [Preference] {
        externalPackages.map {
            Preference(package: $0.name, pin: "version \($0.version)", priority: 1001)
        } + (builds?.preferences ?? []) + preferences
    }

    /// The text whose digest tells whether a lock answers this request.
    ///
    /// Where the archives are, and what local packages contain, is left out: neither changes the
    /// answer.
    package func identity() throws -> String {
        var lines = ["architecture \(architecture)"]
        lines += repositories.map {
            "archive \($0.archive) \($0.suites.joined(separator: ",")) "
                + $0.components.joined(separator: ",")
        }
        lines += groups.map {
            "packages recommends=\($0.installRecommends) \($0.names.joined(separator: " "))"
        }
        lines += preferences.map { "pin \($0.package) | \($0.pin) | \($0.priority)" }
        lines += externalPackages.map {
            "external \($0.name) \($0.version) \($0.sha256) \($0.url)"
        }
        lines += (builds?.units ?? []).map { "source \($0)" }
        lines += try localPackages.map { package in
            let libraries = try LocalPackageBuilder.libraries(of: package)
            return "local \(package.name) depends \(package.stanza["Depends"] ?? "nothing")"
                + " libraries \(libraries.joined(separator: " "))"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

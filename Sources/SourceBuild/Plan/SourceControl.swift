/// What a `debian/control` says as far as it decides what is built when (deb-src-control(5)).
package struct SourceControl: Sendable, Equatable {
    /// A package that the build makes.
    package struct Binary: Sendable, Equatable {
        /// The package's name.
        package var name: String
        /// Its architectures: names and wildcards such as `linux-any`.
        package var architectures: [String]
        /// The names that it provides beside its own.
        package var provides: [String]
        /// What must be installed with it; parts that the build fills in are left out.
        package var depends: [PackageRelation]
        /// The build profiles that it is made in; empty for all.
        package var profiles: [[String]]

        /// Describes a package.
        package init(
            name: String, architectures: [String] = ["any"], provides: [String] = [],
            depends: [PackageRelation] = [], profiles: [[String]] = []
        ) {
            self.name = name
            self.architectures = architectures
            self.provides = provides
            self.depends = depends
            self.profiles = profiles
        }
    }

    /// The source package's name.
    package var source: String
    /// The packages that the build makes.
    package var binaries: [Binary]
    /// What must be installed to build any of it: Build-Depends.
    package var buildDepends: [PackageRelation]
    /// What must be installed to build packages of one architecture: Build-Depends-Arch.
    package var buildDependsArch: [PackageRelation]
    /// What must be installed to build packages of all architectures: Build-Depends-Indep.
    package var buildDependsIndep: [PackageRelation]

    /// Describes a source package.
    package init(
        source: String, binaries: [Binary], buildDepends: [PackageRelation] = [],
        buildDependsArch: [PackageRelation] = [], buildDependsIndep: [PackageRelation] = []
    ) {
        self.source = source
        self.binaries = binaries
        self.buildDepends = buildDepends
        self.buildDependsArch = buildDependsArch
        self.buildDependsIndep = buildDependsIndep
    }

    /// All that must be installed to build everything.
    package var allBuildDepends: [PackageRelation] {
        buildDepends + buildDependsArch + buildDependsIndep
    }
}

/// One relation to other packages: any one of the alternatives fulfils it (Debian Policy 7.1).
package struct PackageRelation: Sendable, Equatable {
    /// A package, and when it is meant.
    package struct Alternative: Sendable, Equatable {
        /// The package's name, without an architecture.
        package var name: String
        /// The version that it must have, such as `>= 1.2`; nil for any.
        package var version: String?
        /// The architectures that it is meant for, or with `!` not meant for; empty for all.
        package var architectures: [String]
        /// The build profiles: of one list all must hold; empty where they do not matter.
        package var profiles: [[String]]

        /// Describes an alternative.
        package init(
            name: String, version: String? = nil, architectures: [String] = [],
            profiles: [[String]] = []
        ) {
            self.name = name
            self.version = version
            self.architectures = architectures
            self.profiles = profiles
        }
    }

    /// The alternatives, the preferred one first.
    package var alternatives: [Alternative]

    /// Makes a relation.
    package init(_ alternatives: [Alternative]) { self.alternatives = alternatives }
}

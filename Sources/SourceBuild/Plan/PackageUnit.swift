package import Manifest

/// One thing to build: a source of the manifest, or a subpackage of one.
package struct PackageUnit: Sendable, Equatable {
    /// What others and the command line call it by.
    package var name: String
    /// The name of the checkout that it is built from; subpackages share their source's.
    package var source: String
    /// How it is built.
    package var options: SourceBuildOptions
    /// The line of the manifest.
    package var line: Int
    /// The checkout; nil when there is none.
    package var tree: SourceTreeState?
    /// Its control file; nil when there is none yet, as its own commands make it or as nothing is
    /// checked out.
    package var control: SourceControl?

    /// Describes a unit.
    package init(
        name: String, source: String, options: SourceBuildOptions, line: Int,
        tree: SourceTreeState? = nil, control: SourceControl? = nil
    ) {
        self.name = name
        self.source = source
        self.options = options
        self.line = line
        self.tree = tree
        self.control = control
    }

    /// The folder in the checkout that it is built in, `subdir` of it where one is named.
    package var subfolder: String { options.subfolder ?? "" }

    /// The control file's path in the checkout.
    package var controlPath: String {
        [options.subfolder, options.controlFolder ?? "debian", "control"]
            .compactMap { $0 }.joined(separator: "/")
    }
}

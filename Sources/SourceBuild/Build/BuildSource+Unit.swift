package import Debian
import Manifest
import Syscalls

extension BuildSource {
    /// Describes a unit of the manifest as it lies in its checkout.
    ///
    /// - Throws: `SystemError`, `PackageBuildError.badChangelog`.
    package init(of unit: PackageUnit, in tree: SourceTreeState) throws {
        let options = unit.options
        let path = "\(tree.folder)/\(unit.controlPath)"
        // Commands of the entry may take the place of what the control file says.
        let isControlled = options.dependencyCommands.isEmpty && FileSystem.exists(path)
        let folder = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
        let changelog = "\(folder)/changelog"
        self.init(
            name: unit.name, control: isControlled ? try FileSystem.readText(path) : "",
            version: FileSystem.exists(changelog)
                ? try PackageVersion(
                    changelog: FileSystem.readText(changelog), unit: unit.name
                ).version : "0",
            extraDependencies: (options.supportsCcache ? ["ccache"] : [])
                + (options.toolchain == .swift ? SwiftToolchain.libraryPackages : []),
            profiles: options.profiles.sorted())
    }
}

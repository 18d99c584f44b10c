import Debian
import Manifest
import Stages

/// All that a build's result depends on, under the names that people are told.
enum UnitInputs {
    /// The inputs of a build.
    ///
    /// - Parameters:
    ///   - unit: What is built.
    ///   - tree: Its checkout.
    ///   - epoch: The manifest's `build-epoch`.
    ///   - base: The identity of the chroot.
    ///   - toolchain: The compiler of this machine that the build sees; nil for none.
    ///   - dependencies: The packages that are installed in it for this build.
    ///   - environment: The caller's variables.
    /// - Returns: The inputs.
    static func inputs(
        of unit: PackageUnit, tree: SourceTreeState, epoch: Int, base: String,
        toolchain: String?, dependencies: [LockedPackage], environment: (String) -> String?
    ) -> [StageInput] {
        [
            StageInput("recipe", String(PackageRecipe.revision)),
            StageInput("build-epoch", String(epoch)),
            StageInput("source", tree.contentDigest),
            tree.origin.isTree
                ? StageInput("date", String(tree.commitTime))
                : StageInput("commit", "\(tree.commit) \(tree.commitTime) \(tree.isDirty)"),
            StageInput("base", base),
        ] + [toolchain.map { StageInput("toolchain", $0) }].compactMap { $0 }
            + entry(unit.options, environment)
            + dependencies.map { StageInput($0.name, "\($0.version) \($0.sha256)") }
    }

    /// The keys of the manifest's entry that change what comes out.
    ///
    /// Not those that say when and how fast it is built; of secrets the names only.
    private static func entry(
        _ options: SourceBuildOptions, _ environment: (String) -> String?
    ) -> [StageInput] {
        func list(_ name: String, _ lines: [String]) -> StageInput? {
            lines.isEmpty ? nil : .text(name, lines.joined(separator: "\0"))
        }
        let before = options.beforeDependencies
        let checks = before.flatMap(\.environmentChecks)
        return [
            list(
                "predepscmd",
                before.map { command in
                    command.command
                        + command.environmentChecks.map { "\0\($0.key)=\($0.value)" }.joined()
                }),
            list("depscmd", options.dependencyCommands),
            list("prebuildcmd", options.beforeBuild),
            list("buildcmd", options.buildCommands),
            list("env", options.environment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }),
            list("secret_env", options.secretEnvironment.sorted()),
            list("env_checks", checks.map { "\($0.key)=\(environment($0.key) ?? "")" }),
            list("deoptions", [options.buildOptions].compactMap { $0 }),
            list("subdir", [options.subfolder].compactMap { $0 }),
            list("deps_path", [options.controlFolder].compactMap { $0 }),
            StageInput("generate_version", String(options.generatesVersion)),
            StageInput("network", String(options.usesNetwork)),
        ].compactMap { $0 }
    }
}

import YAML

extension SourceEntry {
    init(decoding field: YAMLField) {
        let map = field.mapping(
            ["name", "repo", "paths", "subpackages"] + SourceReference.keys
                + SourceBuildOptions.keys)
        name = map.required("name", or: "") { $0.releaseName }
        repository = map.required("repo", or: "") { $0.repository }
        reference =
            repository == SourceEntry.ownTree
            ? .tree(paths: SourceEntry.readPaths(map)) : SourceEntry.readReference(map)
        build = SourceBuildOptions(decoding: map)
        subpackages =
            map.optional("subpackages") { field in
                field.elements.map { Subpackage(decoding: $0) }
            } ?? []
        line = field.mark.line
        let hasOthers = subpackages.contains { $0.repository != nil || $0.reference != nil }
        if reference.isTree, hasOthers {
            map.report("subpackages", "what is built from this tree is built from no other")
        }
    }

    /// The repository that means the manifest's own tree.
    fileprivate static let ownTree = "."

    /// Reads what of this tree is built: its own results lie in it, so it cannot be all.
    private static func readPaths(_ map: YAMLMapping) -> [String] {
        for key in SourceReference.keys where map.has(key) {
            map.report(key, "what is built from this tree has no branch, tag or commit")
        }
        let paths: [String] = map.required("paths", or: []) { field in
            field.reportRepeats()
            return field.elements.map { (element: YAMLField) -> String in
                let path = element.innerPath
                if path.split(separator: "/").contains(".") { element.report("has \".\" in it") }
                return path
            }
        }
        if map.has("paths"), paths.isEmpty { map.report("paths", "expected one path at least") }
        return paths.sorted()
    }

    private static func readReference(_ map: YAMLMapping) -> SourceReference {
        if map.has("paths") { map.report("paths", "only for what is built from repo \".\"") }
        guard SourceReference.keys.contains(where: map.has) else {
            map.report("branch", "missing key \"branch\"")
            return .branch("")
        }
        return SourceReference(decoding: map) ?? .branch("")
    }
}

extension SourceEntry.Subpackage {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["name", "repo"] + SourceReference.keys + SourceBuildOptions.keys)
        name = map.required("name", or: "") { $0.releaseName }
        repository = map.optional("repo") { $0.repository }
        if repository == SourceEntry.ownTree {
            map.report("repo", "this tree can be a source's only, not a subpackage's")
        }
        reference = SourceReference(decoding: map)
        build = SourceBuildOptions(decoding: map)
        line = field.mark.line
    }
}

extension SourceReference {
    fileprivate static let keys = ["branch", "tag", "commit"]

    /// Reads the one of the three keys that is there.
    fileprivate init?(decoding map: YAMLMapping) {
        let given = SourceReference.keys.filter(map.has)
        for other in given.dropFirst() {
            map.report(other, "\(given[0]) and \(other) exclude each other")
        }
        if let branch = map.optional("branch", { $0.referenceName }) {
            // scale-build takes a commit there, too.
            self = ManifestRule.isCommit(branch) ? .commit(branch) : .branch(branch)
        } else if let tag = map.optional("tag", { $0.referenceName }) {
            self = .tag(tag)
        } else if let commit = map.optional("commit", { $0.commit }) {
            self = .commit(commit)
        } else {
            return nil
        }
    }
}

extension SourceBuildOptions {
    fileprivate static let keys = [
        "identity_file_path", "batch_priority", "predepscmd", "prebuildcmd", "buildcmd", "depscmd",
        "build_constraints", "deps_path", "supports_ccache", "generate_version", "explicit_deps",
        "subdir", "deoptions", "jobs", "debian_fork", "env", "secret_env", "tmpfs", "tmpfs_size",
        "source_name", "network", "timeout", "toolchain",
    ]

    fileprivate init(decoding map: YAMLMapping) {
        identityFilePath = map.optionalString("identity_file_path")
        batchPriority = map.optional("batch_priority") { $0.integer(in: 0...10_000) } ?? 100
        beforeDependencies =
            map.optional("predepscmd") { $0.elements.map { Command(decoding: $0) } } ?? []
        beforeBuild = map.strings("prebuildcmd")
        buildCommands = map.strings("buildcmd")
        dependencyCommands = map.strings("depscmd")
        constraints =
            map.optional("build_constraints") {
                $0.elements.map { Constraint(decoding: $0) }
            } ?? []
        controlFolder = map.optional("deps_path") { $0.innerPath }
        supportsCcache = map.bool("supports_ccache", default: false)
        generatesVersion = map.bool("generate_version", default: true)
        explicitDependencies = map.strings("explicit_deps")
        subfolder = map.optional("subdir") { $0.innerPath }
        buildOptions = map.optionalString("deoptions")
        jobs = map.optional("jobs") { $0.integer(in: 1...1024) }
        isDebianFork = map.bool("debian_fork", default: false)
        environment = map.optional("env") { $0.stringMap } ?? [:]
        secretEnvironment = map.strings("secret_env")
        usesMemory = map.optional("tmpfs") { $0.bool }
        memoryGibibytes = map.optional("tmpfs_size") { $0.integer(in: 1...4096) }
        sourceName = map.optional("source_name") { $0.releaseName }
        usesNetwork = map.bool("network", default: false)
        timeoutMinutes = map.optional("timeout") { $0.integer(in: 1...100_000) }
        toolchain = map.optional("toolchain") { $0.choice(Toolchain.self) ?? .swift }
    }
}

extension SourceBuildOptions.Command {
    /// Reads a command, or a mapping that makes it depend on the environment.
    fileprivate init(decoding field: YAMLField) {
        if case .scalar = field.node.content {
            command = field.nonEmptyString
            environmentChecks = []
            return
        }
        let map = field.mapping(["command", "env_checks"])
        command = map.string("command")
        environmentChecks =
            map.optional("env_checks") { field in
                field.elements.map { check in
                    let map = check.mapping(["key", "value"])
                    return .init(key: map.string("key"), value: map.string("value"))
                }
            } ?? []
    }
}

extension SourceBuildOptions.Constraint {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["name", "value", "type"])
        name = map.string("name")
        value = map.required("value", or: "") { $0.string }
        let kind = map.required("type", or: Kind.string) { $0.choice(Kind.self) ?? .string }
        self.kind = kind
        switch kind {
        case .boolean: _ = map.optional("value") { $0.bool }
        case .integer: _ = map.optional("value") { $0.integer(in: .min ... .max) }
        case .string: break
        }
    }
}

/// A package, or several, built from a git repository.
package struct SourceEntry: Sendable, Equatable {
    /// The name that other entries and the command line call it by.
    package var name: String
    /// Where its repository is.
    package var repository: String
    /// What of the repository.
    package var reference: SourceReference
    /// How it is built.
    package var build: SourceBuildOptions
    /// Further builds from the same repository.
    package var subpackages: [Subpackage]
    /// The line of the manifest.
    package var line: Int

    /// A further build from a repository.
    package struct Subpackage: Sendable, Equatable {
        /// The name that other entries and the command line call it by.
        package var name: String
        /// Another repository than the source's, where one is named.
        package var repository: String?
        /// Another state of the repository than the source's, where one is named.
        package var reference: SourceReference?
        /// How it is built; nothing is inherited.
        package var build: SourceBuildOptions
        /// The line of the manifest.
        package var line: Int
    }
}

/// Which state of a repository is meant.
package enum SourceReference: Sendable, Hashable, CustomStringConvertible {
    /// The tip of a branch; where there is no branch of the name, a tag.
    case branch(String)
    /// A tag.
    case tag(String)
    /// A commit, by all its hexadecimal digits.
    case commit(String)
    /// Files and folders of the manifest's own tree, as they lie there.
    case tree(paths: [String])

    /// Whether it is the manifest's own tree, of which nothing is checked out.
    package var isTree: Bool { if case .tree = self { true } else { false } }

    /// Reads what `text` says; nil for another kind.
    package init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "branch": self = .branch(parts[1])
        case "tag": self = .tag(parts[1])
        case "commit": self = .commit(parts[1])
        default: return nil
        }
    }

    /// The reference as one word: the key of the manifest that says it, and the name.
    package var text: String {
        switch self {
        case .branch(let name): "branch:\(name)"
        case .tag(let name): "tag:\(name)"
        case .commit(let name): "commit:\(name)"
        case .tree: "tree:\(name)"
        }
    }

    /// The name of the branch or tag, the commit's digits, or the paths.
    package var name: String {
        switch self {
        case .branch(let name), .tag(let name), .commit(let name): name
        case .tree(let paths): paths.joined(separator: " ")
        }
    }

    package var description: String {
        switch self {
        case .branch(let name): "branch \(name)"
        case .tag(let name): "tag \(name)"
        case .commit(let name): "commit \(name)"
        case .tree: "this tree"
        }
    }
}

/// How a source is built; a source and a subpackage have the same keys.
package struct SourceBuildOptions: Sendable, Equatable {
    /// A shell command, perhaps only for some environments.
    package struct Command: Sendable, Equatable {
        /// The command.
        package var command: String
        /// The values that variables of the environment must have.
        package var environmentChecks: [EnvironmentCheck]

        /// Makes a command.
        package init(command: String, environmentChecks: [EnvironmentCheck] = []) {
            self.command = command
            self.environmentChecks = environmentChecks
        }
    }

    /// A value that a variable of the environment must have.
    package struct EnvironmentCheck: Sendable, Equatable {
        /// The variable.
        package var key: String
        /// Its value.
        package var value: String

        /// Makes a check.
        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// A condition on the environment without which nothing is built.
    package struct Constraint: Sendable, Equatable {
        /// How the variable's text is read.
        package enum Kind: String, Sendable, CaseIterable {
            /// `true` or `false`.
            case boolean
            /// Text.
            case string
            /// A number.
            case integer
        }

        /// The variable.
        package var name: String
        /// Its value, as text.
        package var value: String
        /// How the variable's text is read.
        package var kind: Kind
    }

    /// The SSH key for the repository.
    package var identityFilePath: String?
    /// Lower builds earlier.
    package var batchPriority = 100
    /// Before the build dependencies are installed.
    package var beforeDependencies: [Command] = []
    /// Before the build.
    package var beforeBuild: [String] = []
    /// The build, where it is not `debuild`.
    package var buildCommands: [String] = []
    /// Instead of installing the build dependencies.
    package var dependencyCommands: [String] = []
    /// Without which nothing is built.
    package var constraints: [Constraint] = []
    /// The folder of the control file.
    package var controlFolder: String?
    /// Whether ccache may be used.
    package var supportsCcache = false
    /// Whether the version is made from the commit.
    package var generatesVersion = true
    /// What must be built before.
    package var explicitDependencies: [String] = []
    /// The folder in the repository.
    package var subfolder: String?
    /// DEB_BUILD_OPTIONS.
    package var buildOptions: String?
    /// How many jobs make runs; nil for as many as there are processors.
    package var jobs: Int?
    /// Whether it is Debian's own package with changes.
    package var isDebianFork = false
    /// Variables of the environment.
    package var environment: [String: String] = [:]
    /// Variables whose values come from outside and are never written down.
    package var secretEnvironment: [String] = []
    /// Whether it is built in memory.
    package var usesMemory: Bool?
    /// The size of that memory in GiB.
    package var memoryGibibytes: Int?
    /// The name of the checkout, where it is another; entries of one name share it.
    package var sourceName: String?
    /// Whether the build sees the network.
    package var usesNetwork = false
    /// The minutes after which the build is given up; nil for a common limit.
    package var timeoutMinutes: Int?
    /// What the build sees of the machine that it runs on; nil for nothing.
    package var toolchain: Toolchain?

    /// A compiler of the build machine.
    package enum Toolchain: String, Sendable, CaseIterable {
        /// Swift, with its standard library, clang and lld.
        case swift
    }

    /// What an entry says that has none of the keys.
    package init() {}
}

import Debian

/// One build with all that it needs, known before it starts.
struct BuildTask: Sendable {
    /// What is built.
    var unit: PackageUnit
    /// Its checkout.
    var tree: SourceTreeState
    /// Finished trees that it is built over, the lowest first.
    var layers: [String]
    /// Jobs that make may run.
    var jobs: Int
    /// A folder of its own, on the disk.
    var scratch: String
    /// The folder that takes what it makes.
    var output: String
    /// The compiler of this machine that it sees; nil for none.
    var toolchain: SwiftToolchain?
    /// The folder of the compiler cache; nil for none.
    var compilerCache: String?
    /// The values of `secret_env`.
    var secrets: [String: String]
    /// The caller's variables that `env_checks` asks for.
    var checkedEnvironment: [String: String]
    /// The archives that apt may use in a build with a network.
    var repositories: [Repository]
    /// Whether a shell opens when it fails.
    var opensShell: Bool
}

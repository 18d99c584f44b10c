import Manifest

/// What the caller's environment names in place of the manifest, as scale-build has it.
package struct SourceOverrides: Sendable {
    private let environment: @Sendable (String) -> String?

    /// Takes the environment.
    ///
    /// - Parameter environment: The value of a variable; nil where it is empty or not set.
    package init(_ environment: @escaping @Sendable (String) -> String?) {
        self.environment = environment
    }

    /// The branch of a checkout; `BRANCH_OVERRIDE` goes before `<NAME>_OVERRIDE`.
    func branch(of name: String) -> String? {
        environment("BRANCH_OVERRIDE") ?? variable(name, "OVERRIDE")
    }

    /// The branch that is taken where the repository has it.
    var branchToTry: String? { environment("TRY_BRANCH_OVERRIDE") }

    /// The SSH key of a checkout.
    func identityFile(of name: String) -> String? {
        variable(name, "IDENTITY_FILE_PATH_OVERRIDE")
    }

    /// The variable of a checkout: with its name as it is, or with `_` for what shells do not take.
    private func variable(_ name: String, _ suffix: String) -> String? {
        let plain = String(
            name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return environment("\(name)_\(suffix)") ?? environment("\(plain)_\(suffix)")
    }
}

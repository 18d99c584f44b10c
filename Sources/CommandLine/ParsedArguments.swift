/// What a command line said, checked against the command's table.
///
/// Asking for a name that the table does not have is a mistake in the program, and traps.
package struct ParsedArguments: Sendable {
    /// The words that call the command, such as `["slipway", "build"]`.
    package let command: [String]
    /// The operands, in order.
    package let operands: [String]
    private let specs: [String: OptionSpec]
    private let values: [String: [String]]

    init(
        command: [String], operands: [String], specs: [OptionSpec], values: [String: [String]]
    ) {
        self.command = command
        self.operands = operands
        self.specs = Dictionary(specs.map { ($0.name, $0) }) { first, _ in first }
        self.values = values
    }

    /// The value of an option: what was given last, or its default.
    package func string(_ name: String) -> String? {
        let spec = spec(name)
        return values[name]?.last ?? spec.default
    }

    /// All values of a repeatable option, in order; its default when it was not given.
    package func strings(_ name: String) -> [String] {
        let spec = spec(name)
        return values[name] ?? spec.default.map { [$0] } ?? []
    }

    /// Whether a flag was given.
    package func flag(_ name: String) -> Bool {
        precondition(spec(name).value == .flag, "--\(name) is no flag")
        return values[name] != nil
    }

    /// The number that an option of kind `.integer` holds.
    package func integer(_ name: String) -> Int? {
        guard case .required(_, .integer) = spec(name).value else {
            preconditionFailure("--\(name) is no number")
        }
        return string(name).flatMap { Int($0) }
    }

    /// Whether an option was given, as opposed to standing at its default.
    package func isGiven(_ name: String) -> Bool {
        _ = spec(name)
        return values[name] != nil
    }

    /// An error about this command line, for what only the command itself can check.
    package func usageError(_ text: String) -> UsageError {
        UsageError(command: command.joined(separator: " "), .conflict(text))
    }

    private func spec(_ name: String) -> OptionSpec {
        guard let spec = specs[name] else {
            preconditionFailure("\(command.joined(separator: " ")) has no option --\(name)")
        }
        return spec
    }
}

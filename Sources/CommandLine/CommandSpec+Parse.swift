/// What a command line asks for.
package enum Invocation: Sendable {
    /// Run a command.
    case run(CommandSpec, ParsedArguments)
    /// Print this help.
    case help(String)
    /// Print this version line.
    case version(String)
}

extension CommandSpec {
    /// Reads a command line.
    ///
    /// - Parameter arguments: The words after the program's name.
    /// - Returns: The command to run with its arguments, or the text to print instead.
    /// - Throws: `UsageError` at the first word that does not fit.
    package func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
        var reader = Reader(root: self, words: arguments)
        return try reader.read()
    }

    /// One pass over the words, going down the commands as their names come.
    private struct Reader {
        let root: CommandSpec
        let words: [String]
        var index = 0
        var command: CommandSpec
        var path: [String]
        var options: [OptionSpec]
        var operands: [String] = []
        var values: [String: [String]] = [:]

        init(root: CommandSpec, words: [String]) {
            self.root = root
            self.words = words
            command = root
            path = [root.name]
            options = Reader.builtIn(root) + root.options
        }

        static func builtIn(_ command: CommandSpec) -> [OptionSpec] {
            command.version == nil ? [.help] : [.help, .version]
        }

        mutating func read() throws(UsageError) -> Invocation {
            var onlyOperands = false
            while index < words.count {
                let word = words[index]
                index += 1
                if onlyOperands || word == "-" || !word.hasPrefix("-") {
                    try take(operand: word)
                } else if word == "--" {
                    onlyOperands = true
                } else if word.hasPrefix("--") {
                    try takeLong(word)
                } else {
                    try takeShort(word)
                }
                // Help wins over whatever is wrong behind it.
                if values["help"] != nil {
                    return .help(HelpText.render(command, path: path, inherited: inherited))
                }
                if values["version"] != nil, let version = root.version {
                    return .version("\(root.name) \(version)")
                }
            }
            guard command.subcommands.isEmpty else { throw error(.missingCommand) }
            try checkOperandCount()
            return .run(
                command,
                ParsedArguments(command: path, operands: operands, specs: options, values: values))
        }

        /// The options of the commands above.
        private var inherited: [OptionSpec] {
            let own = Set(command.options.map(\.name) + ["help"])
            return path.count == 1
                ? [] : options.filter { !own.contains($0.name) && $0.name != "version" }
        }

        private func error(_ problem: UsageError.Problem) -> UsageError {
            UsageError(command: path.joined(separator: " "), problem)
        }

        private mutating func take(operand word: String) throws(UsageError) {
            if !command.subcommands.isEmpty {
                guard let next = command.subcommands.first(where: { $0.name == word }) else {
                    let names = command.visibleSubcommands.map(\.name)
                    let nearest = UsageError.nearest(to: word, among: names)
                    throw error(.unknownCommand(word, suggestion: nearest))
                }
                command = next
                path.append(next.name)
                options += next.options
                return
            }
            guard let spec = operandSpec(at: operands.count) else {
                throw error(.unexpectedOperand(word))
            }
            try check(word, kind: spec.kind, name: spec.name)
            operands.append(word)
        }

        private func operandSpec(at position: Int) -> OperandSpec? {
            if position < command.operands.count { return command.operands[position] }
            guard let last = command.operands.last else { return nil }
            switch last.arity {
            case .any, .many: return last
            case .one, .optional: return nil
            }
        }

        private func checkOperandCount() throws(UsageError) {
            guard operands.count < command.operands.count else { return }
            let missing = command.operands[operands.count]
            switch missing.arity {
            case .one, .many: throw error(.missingOperand(missing.name))
            case .optional, .any: return
            }
        }

        private mutating func takeLong(_ word: String) throws(UsageError) {
            let parts = word.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let spec = options.first(where: { $0.name == name }) else {
                let names = options.filter { !$0.isHidden }.map(\.name)
                let nearest = UsageError.nearest(to: name, among: names).map { "--" + $0 }
                throw error(.unknownOption("--" + name, suggestion: nearest))
            }
            try take(spec, as: "--" + name, attached: parts.count == 2 ? String(parts[1]) : nil)
        }

        /// Reads `-x`, `-x VALUE`, `-xVALUE`, and flags in one word: `-xy`.
        private mutating func takeShort(_ word: String) throws(UsageError) {
            var letters = word.dropFirst()
            while let letter = letters.popFirst() {
                guard let spec = options.first(where: { $0.short == letter }) else {
                    throw error(.unknownOption("-\(letter)", suggestion: nil))
                }
                if spec.value == .flag {
                    try take(spec, as: "-\(letter)", attached: nil)
                } else {
                    let rest = letters.isEmpty ? nil : String(letters)
                    return try take(spec, as: "-\(letter)", attached: rest)
                }
            }
        }

        private mutating func take(
            _ spec: OptionSpec, as written: String, attached: String?
        ) throws(UsageError) {
            guard values[spec.name] == nil || spec.isRepeatable else {
                throw error(.repeatedOption(written))
            }
            switch spec.value {
            case .flag:
                if let attached {
                    throw error(.unexpectedValue(option: written, value: attached))
                }
                values[spec.name, default: []].append("")
            case .required(let valueName, let kind):
                guard let value = attached ?? nextWord() else {
                    throw error(.missingValue(option: written, valueName: valueName))
                }
                try check(value, kind: kind, name: written)
                values[spec.name, default: []].append(value)
            }
        }

        /// The word after an option that wants one; another option in its place is a slip.
        private mutating func nextWord() -> String? {
            guard index < words.count, words[index] == "-" || !words[index].hasPrefix("-") else {
                return nil
            }
            defer { index += 1 }
            return words[index]
        }

        private func check(_ value: String, kind: ValueKind, name: String) throws(UsageError) {
            if let expected = kind.expectation(unmetBy: value) {
                throw error(.wrongValue(of: name, value: value, expected: expected))
            }
        }
    }
}

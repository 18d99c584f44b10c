/// A program or a subcommand as data: parsing, `--help`, the man page and the completion of the
/// shell are all made from this one table, so that they cannot disagree.
///
/// The options of a command that has subcommands are shared: every subcommand takes them, before
/// or after its own name.
package struct CommandSpec: Sendable {
    /// The word that calls it.
    package var name: String
    /// What it does, in one line without a full stop.
    package var abstract: String
    /// What the one line leaves out: paragraphs, separated by blank lines.
    package var discussion: String
    /// What `--version` prints after the name; nil where there is no such option.
    package var version: String?
    /// Its options, in the order in which help lists them.
    package var options: [OptionSpec]
    /// What it takes beside options.
    package var operands: [OperandSpec]
    /// The commands below it; a command with subcommands has no operands and does not run.
    package var subcommands: [CommandSpec]
    /// Left out of help, man page and completion.
    package var isHidden: Bool
    /// What it does; the result is the exit code.
    package var run: (@Sendable (ParsedArguments) throws -> Int32)?

    /// Makes the description of a command.
    package init(
        name: String, abstract: String, discussion: String = "", version: String? = nil,
        options: [OptionSpec] = [], operands: [OperandSpec] = [],
        subcommands: [CommandSpec] = [], isHidden: Bool = false,
        run: (@Sendable (ParsedArguments) throws -> Int32)? = nil
    ) {
        precondition(subcommands.isEmpty || (operands.isEmpty && run == nil))
        self.name = name
        self.abstract = abstract
        self.discussion = discussion
        self.version = version
        self.options = options
        self.operands = operands
        self.subcommands = subcommands
        self.isHidden = isHidden
        self.run = run
    }

    var visibleSubcommands: [CommandSpec] { subcommands.filter { !$0.isHidden } }
}

/// What the text of an option or an operand has to be; completion offers the same.
package enum ValueKind: Sendable, Equatable {
    /// Anything.
    case text
    /// A file; whether it exists is seen when it is opened.
    case file
    /// A folder.
    case directory
    /// One of these words.
    case words([String])
    /// A decimal number in a range.
    case integer(ClosedRange<Int>)

    /// What a text lacks to be of this kind, as "expected …"; nil when it fits.
    func expectation(unmetBy text: String) -> String? {
        switch self {
        case .text: nil
        case .file: text.isEmpty ? "the name of a file" : nil
        case .directory: text.isEmpty ? "the name of a folder" : nil
        case .words(let words):
            words.contains(text) ? nil : "one of " + words.joined(separator: ", ")
        case .integer(let range):
            Int(text).map(range.contains) == true ? nil : ValueKind.describe(range)
        }
    }

    private static func describe(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "a number from \(range.lowerBound)"
            : "a number from \(range.lowerBound) to \(range.upperBound)"
    }
}

/// One option of a command.
package struct OptionSpec: Sendable {
    /// Whether and which value follows the option.
    package enum Value: Sendable, Equatable {
        /// None: the option is there or not.
        case flag
        /// One, shown in help under this name.
        case required(String, ValueKind = .text)
    }

    /// The long name without dashes.
    package var name: String
    /// One letter for the same.
    package var short: Character?
    /// The value that follows.
    package var value: Value
    /// What it does, one sentence without a full stop.
    package var help: String
    /// The value that stands when the option is not given; help shows it.
    package var `default`: String?
    /// May be given more than once; `ParsedArguments.strings` has all.
    package var isRepeatable: Bool
    /// Left out of help, man page and completion.
    package var isHidden: Bool

    /// Makes the description of an option.
    package init(
        name: String, short: Character? = nil, value: Value, help: String,
        default: String? = nil, isRepeatable: Bool = false, isHidden: Bool = false
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.help = help
        self.default = `default`
        self.isRepeatable = isRepeatable
        self.isHidden = isHidden
    }

    /// What every command takes.
    static let help = OptionSpec(
        name: "help", short: "h", value: .flag, help: "Show this help and exit")
    /// What a program with a version takes.
    static let version = OptionSpec(
        name: "version", value: .flag, help: "Print the version and exit")
}

/// One operand, or a run of them, of a command.
package struct OperandSpec: Sendable {
    /// How many words an operand stands for; only the last may be other than `.one`.
    package enum Arity: Sendable {
        /// Exactly one.
        case one
        /// None or one.
        case optional
        /// Any number, none too.
        case any
        /// At least one.
        case many
    }

    /// The name that help and errors use.
    package var name: String
    /// What it is, one sentence without a full stop.
    package var help: String
    /// How many there may be.
    package var arity: Arity
    /// What each of them has to be.
    package var kind: ValueKind

    /// Makes the description of an operand.
    package init(name: String, help: String, arity: Arity = .one, kind: ValueKind = .text) {
        self.name = name
        self.help = help
        self.arity = arity
        self.kind = kind
    }

    /// The operand as a synopsis shows it.
    var synopsis: String {
        switch arity {
        case .one: name
        case .optional: "[\(name)]"
        case .any: "[\(name)...]"
        case .many: "\(name)..."
        }
    }
}

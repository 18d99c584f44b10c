/// A command line that cannot be understood; nothing was tried.
package struct UsageError: Error, Equatable, CustomStringConvertible {
    /// What is wrong with it.
    package enum Problem: Sendable, Equatable {
        /// No option has that name; `suggestion` is the nearest one.
        case unknownOption(String, suggestion: String?)
        /// An option that stands once was given twice.
        case repeatedOption(String)
        /// The line ends before the value of an option.
        case missingValue(option: String, valueName: String)
        /// A value was given to an option that takes none.
        case unexpectedValue(option: String, value: String)
        /// A value, of an option or an operand, does not fit.
        case wrongValue(of: String, value: String, expected: String)
        /// An operand is missing.
        case missingOperand(String)
        /// One operand too many.
        case unexpectedOperand(String)
        /// A command with subcommands was given none.
        case missingCommand
        /// No subcommand has that name; `suggestion` is the nearest one.
        case unknownCommand(String, suggestion: String?)
        /// Each option is right, together they are not.
        case conflict(String)
    }

    /// The command, as the words that call it.
    package let command: String
    /// What is wrong.
    package let problem: Problem

    /// Makes an error of a command.
    package init(command: String, _ problem: Problem) {
        self.command = command
        self.problem = problem
    }

    package var description: String {
        switch problem {
        case .unknownOption(let option, let suggestion):
            "unknown option \(option)" + hint(suggestion)
        case .repeatedOption(let option): "option \(option) is given more than once"
        case .missingValue(let option, let valueName):
            "option \(option) needs a value: \(option) \(valueName)"
        case .unexpectedValue(let option, let value):
            "option \(option) takes no value, got \"\(value)\""
        case .wrongValue(let name, let value, let expected):
            "\(name): expected \(expected), got \"\(value)\""
        case .missingOperand(let name): "missing \(name)"
        case .unexpectedOperand(let operand): "unexpected operand \"\(operand)\""
        case .missingCommand: "which command?"
        case .unknownCommand(let name, let suggestion):
            "unknown command \"\(name)\"" + hint(suggestion)
        case .conflict(let text): text
        }
    }

    /// Where help is to be found.
    package var advice: String { "see '\(command) --help'" }

    private func hint(_ suggestion: String?) -> String {
        suggestion.map { "; did you mean \($0)?" } ?? ""
    }

    /// The candidate that differs from a word by at most two letters, if one does.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let distances = candidates.map { ($0, distance(Array(word), Array($0))) }
        guard let best = distances.min(by: { $0.1 < $1.1 }) else { return nil }
        return best.1 <= min(2, word.count / 2) ? best.0 : nil
    }

    /// The Levenshtein distance: inserted, removed and replaced letters.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] =
                    letter == other ? diagonal : 1 + min(diagonal, min(above, row[j]))
                diagonal = above
            }
        }
        return row[right.count]
    }
}

/// The screens' way to a person: one dialog at a time.
///
/// `Whiptail` shows them; tests answer them.
package protocol Dialogs {
    /// Shows text that is read and left.
    func show(_ title: String, _ text: String) throws -> DialogAnswer<Void>

    /// Asks a question with two answers; Back is the third.
    func ask(_ title: String, _ text: String, yes: String, no: String) throws -> Bool

    /// Lets one of a list be chosen.
    func choose(
        _ title: String, _ text: String, _ items: [DialogItem], selected: String?
    ) throws -> DialogAnswer<String>

    /// Lets a line be typed.
    func type(_ title: String, _ text: String, initial: String) throws -> DialogAnswer<String>

    /// Lets a line be typed that nobody sees.
    func typeSecret(_ title: String, _ text: String) throws -> DialogAnswer<String>
}

/// How a dialog ended.
package enum DialogAnswer<Value> {
    /// With an answer.
    case answer(Value)
    /// With Back, or Escape.
    case back
}

extension DialogAnswer: Sendable where Value: Sendable {}
extension DialogAnswer: Equatable where Value: Equatable {}

/// One line of a list: what is answered, and what it means.
package struct DialogItem: Sendable, Equatable {
    /// What is answered.
    package var tag: String
    /// What it means.
    package var title: String

    /// Makes one.
    package init(_ tag: String, _ title: String) {
        self.tag = tag
        self.title = title
    }
}

/// Sizes of text on the screens: made for 80 columns and 24 lines, the least that a console has.
package enum DialogSize {
    /// Columns of text in a box.
    package static let columns = 72
    /// Lines of a whole box.
    package static let lines = 22

    /// Breaks text between words; lines that begin with a blank stay as they are.
    package static func wrap(_ text: String, to columns: Int = columns) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.count > columns, line.first != " " else { return String(line) }
            var lines: [String] = []
            var current = ""
            for word in line.split(separator: " ") {
                if current.isEmpty {
                    current = String(word)
                } else if current.count + 1 + word.count <= columns {
                    current += " " + word
                } else {
                    lines.append(current)
                    current = String(word)
                }
            }
            return (lines + [current]).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// Cuts a text that is too long, and shows that.
    package static func cut(_ text: String, to columns: Int) -> String {
        text.count <= columns ? text : String(text.prefix(columns - 1)) + "…"
    }
}

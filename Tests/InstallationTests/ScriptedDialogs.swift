import Synchronization

@testable import Installation

/// Dialogs that a test answers, in the order in which they must come.
final class ScriptedDialogs: Dialogs {
    /// What is answered to a dialog.
    enum Reply {
        /// Continue, the first button.
        case go
        case back
        case yes
        case no
        case text(String)
    }

    /// A dialog that is expected, by the beginning of its title, and its reply.
    struct Turn {
        let title: String
        let reply: Reply

        init(_ title: String, _ reply: Reply) {
            self.title = title
            self.reply = reply
        }
    }

    /// A dialog that did not come as it should.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    private let turns: Mutex<[Turn]>
    /// All that was shown: title, text, and what could be chosen.
    let shown = Mutex<[String]>([])

    init(_ turns: [Turn]) { self.turns = Mutex(turns) }

    /// Whether every turn came.
    var isOver: Bool { turns.withLock { $0.isEmpty } }

    private func next(_ title: String, _ text: String) throws -> Reply {
        shown.withLock { $0.append("\(title)\n\(text)") }
        let turn = turns.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let turn else { throw Unexpected(description: "\(title): no turn is left") }
        guard title.hasPrefix(turn.title) else {
            throw Unexpected(description: "expected \(turn.title), got \(title): \(text)")
        }
        return turn.reply
    }

    func show(_ title: String, _ text: String) throws -> DialogAnswer<Void> {
        if case .back = try next(title, text) { .back } else { .answer(()) }
    }

    func ask(_ title: String, _ text: String, yes: String, no: String) throws -> Bool {
        if case .yes = try next(title, text) { true } else { false }
    }

    func choose(
        _ title: String, _ text: String, _ items: [DialogItem], selected: String?
    ) throws -> DialogAnswer<String> {
        let list = items.map { "\($0.tag): \($0.title)" }.joined(separator: "\n")
        switch try next(title, text + "\n" + list) {
        case .text(let tag):
            guard items.contains(where: { $0.tag == tag }) else {
                throw Unexpected(description: "\(title): \(tag) is not in the list:\n\(list)")
            }
            return .answer(tag)
        case .go:
            guard let selected else { throw Unexpected(description: "\(title): none is selected") }
            return .answer(selected)
        case .back, .yes, .no: return .back
        }
    }

    func type(_ title: String, _ text: String, initial: String) throws -> DialogAnswer<String> {
        switch try next(title, text) {
        case .text(let text): .answer(text)
        case .go: .answer(initial)
        case .back, .yes, .no: .back
        }
    }

    func typeSecret(_ title: String, _ text: String) throws -> DialogAnswer<String> {
        if case .text(let text) = try next(title, text) { .answer(text) } else { .back }
    }
}

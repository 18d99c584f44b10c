/// What is wrong with a line of a story; who knows the line says where.
struct Complaint: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    let reason: String

    var description: String { reason }
}

/// The words of a line, read from left to right; `"..."` is one word.
struct Words {
    /// One word, and whether it stood in quotes.
    private struct Word {
        let text: String
        let isQuoted: Bool
        let start: String.Index
    }

    private let line: String
    private var words: ArraySlice<Word>

    /// Splits a line.
    init(_ line: String) throws(Complaint) {
        var words: [Word] = []
        var rest = line[...]
        while let start = rest.firstIndex(where: { $0 != " " && $0 != "\t" }) {
            rest = rest[start...]
            if rest.first == "\"" {
                let inside = rest.dropFirst()
                guard let end = inside.firstIndex(of: "\"") else {
                    throw Complaint(reason: "a quote is not closed")
                }
                words.append(Word(text: String(inside[..<end]), isQuoted: true, start: start))
                rest = inside[inside.index(after: end)...]
            } else {
                let end = rest.firstIndex { $0 == " " || $0 == "\t" } ?? rest.endIndex
                words.append(Word(text: String(rest[..<end]), isQuoted: false, start: start))
                rest = rest[end...]
            }
        }
        self.line = line
        self.words = words[...]
    }

    /// Whether no word is left.
    var isEmpty: Bool { words.isEmpty }

    /// Takes the next word.
    ///
    /// - Parameter what: What it stands for, for the error.
    /// - Returns: The word without quotes.
    /// - Throws: `Complaint` when the line ends here.
    mutating func next(_ what: String) throws(Complaint) -> String {
        guard let word = words.popFirst() else { throw Complaint(reason: "\(what) is missing") }
        return word.text
    }

    /// Takes the next word and turns it into a value.
    mutating func next<Value>(_ what: String, _ make: (String) -> Value?) throws(Complaint) -> Value
    {
        let text = try next(what)
        guard let value = make(text) else { throw Complaint(reason: "\"\(text)\" is no \(what)") }
        return value
    }

    /// Takes words that have to stand next.
    mutating func expect(_ phrase: String) throws(Complaint) {
        guard take(phrase) else {
            let found = words.first.map { "\"\($0.text)\"" } ?? "the end of the line"
            throw Complaint(reason: "\"\(phrase)\" is wanted, and here is \(found)")
        }
    }

    /// Takes words if they stand next.
    mutating func take(_ phrase: String) -> Bool {
        let wanted = phrase.split(separator: " ")
        let next = words.prefix(wanted.count)
        guard next.count == wanted.count,
            zip(wanted, next).allSatisfy({ $0 == $1.text && !$1.isQuoted })
        else { return false }
        words = words.dropFirst(wanted.count)
        return true
    }

    /// Takes all that is left of the line, as it was written.
    mutating func rest() -> String {
        guard let first = words.first else { return "" }
        words = []
        return String(line[first.start...])
    }

    /// Says that nothing may follow.
    func end() throws(Complaint) {
        if let word = words.first {
            throw Complaint(reason: "\"\(word.text)\" is too much")
        }
    }
}

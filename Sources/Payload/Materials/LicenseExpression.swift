/// A licence expression: Debian's short names combined, as SPDX 2.3 (annex D) writes them.
indirect enum LicenseExpression: Hashable {
    /// An identifier of the SPDX licence list, with an exception where there is one.
    case identifier(String)
    /// A name, or a whole text, that the list does not have.
    case other(String)
    /// All apply.
    case all([LicenseExpression])
    /// One may be chosen.
    case any([LicenseExpression])

    /// Reads the first line of a `License:` field (copyright-format 1.0, section 7.2).
    ///
    /// `and` binds closer than `or`; a comma before either makes it the looser one. What does not
    /// follow that grammar, a licence's own text for instance, is one `other`.
    init(synopsis: String) {
        let words = CopyrightFile.words(
            synopsis.replacing("_or_", with: " or ").replacing("_and_", with: " and ")
        ).flatMap { word in
            word.hasSuffix(",") ? [String(word.dropLast()), ","] : [word]
        }.filter { !$0.isEmpty }
        self = LicenseExpression.parse(words[...]) ?? .other(synopsis)
    }

    private static func parse(_ words: ArraySlice<String>) -> LicenseExpression? {
        // The loosest first: ", or", then ", and", "or", "and".
        for (comma, word) in [(true, "or"), (true, "and"), (false, "or"), (false, "and")] {
            let parts = split(words, comma: comma, at: word)
            if parts.count == 1 { continue }
            var expressions: [LicenseExpression] = []
            for part in parts {
                guard let expression = parse(part) else { return nil }
                expressions.append(expression)
            }
            return word == "or" ? makeAny(expressions) : makeAll(expressions)
        }
        return parseName(words)
    }

    private static func split(_ words: ArraySlice<String>, comma: Bool, at word: String)
        -> [ArraySlice<String>]
    {
        var parts: [ArraySlice<String>] = []
        var start = words.startIndex
        for index in words.indices where words[index].lowercased() == word {
            let hasComma = index > start && words[index - 1] == ","
            guard hasComma == comma else { continue }
            parts.append(words[start..<(comma ? index - 1 : index)])
            start = index + 1
        }
        return parts + [words[start...]]
    }

    private static func parseName(_ words: ArraySlice<String>) -> LicenseExpression? {
        guard let name = words.first, name != "," else { return nil }
        let rest = words.dropFirst().map { $0.lowercased() }
        if rest.isEmpty {
            return LicenseName.identifier(name).map { .identifier($0) } ?? .other(name)
        }
        // "GPL-2+ with Bison exception"
        guard rest.count >= 2, rest[0] == "with", !rest.contains(",") else { return nil }
        let exception = rest.dropFirst().filter { $0 != "exception" && $0 != "exceptions" }
        if let base = LicenseName.identifier(name),
            let identifier = LicenseName.exception(exception.joined(separator: "-"), of: base)
        {
            return .identifier("\(base) WITH \(identifier)")
        }
        return .other(words.joined(separator: " "))
    }

    /// The conjunction of some expressions: each once, in a fixed order.
    static func makeAll(_ expressions: [LicenseExpression]) -> LicenseExpression {
        let parts = expressions.flatMap { expression -> [LicenseExpression] in
            if case .all(let inner) = expression { inner } else { [expression] }
        }
        return combine(parts, LicenseExpression.all)
    }

    private static func makeAny(_ expressions: [LicenseExpression]) -> LicenseExpression {
        let parts = expressions.flatMap { expression -> [LicenseExpression] in
            if case .any(let inner) = expression { inner } else { [expression] }
        }
        return combine(parts, LicenseExpression.any)
    }

    private static func combine(
        _ parts: [LicenseExpression], _ make: ([LicenseExpression]) -> LicenseExpression
    ) -> LicenseExpression {
        let unique = Set(parts)
        if unique.count == 1, let only = unique.first { return only }
        // Whole licence texts are among the names: each is spelled once, not at each comparison.
        let spelled = unique.map { (part: $0, text: Array($0.text { $0 }.utf8)) }
        return make(
            spelled.sorted { $0.text.lexicographicallyPrecedes($1.text) }.map(\.part))
    }

    /// The expression as SPDX text.
    ///
    /// - Parameter reference: Gives a name that is not on the list its `LicenseRef-` identifier.
    /// - Returns: One line.
    func text(reference: (String) -> String) -> String {
        switch self {
        case .identifier(let text): text
        case .other(let name): reference(name)
        case .all(let parts):
            parts.map { part in
                let text = part.text(reference: reference)
                // AND binds closer than OR.
                if case .any = part { return "(\(text))" }
                return text
            }.joined(separator: " AND ")
        case .any(let parts):
            parts.map { $0.text(reference: reference) }.joined(separator: " OR ")
        }
    }

    /// The names that are not on SPDX's list.
    var otherNames: Set<String> {
        switch self {
        case .identifier: []
        case .other(let name): [name]
        case .all(let parts), .any(let parts):
            parts.reduce(into: []) { $0.formUnion($1.otherNames) }
        }
    }
}

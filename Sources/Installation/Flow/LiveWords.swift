/// What the kernel's command line says to a live system (docs/answers.md, docs/iso.md).
package struct LiveWords: Sendable, Equatable {
    /// `console=` words, as they are.
    package var consoles: [String] = []
    /// The volume UUID of the medium, `slipway.medium=`.
    package var medium: String?
    /// `slipway.answers=`: `medium`, or an address.
    package var answers: String?
    /// `slipway.answers.sha256=`.
    package var answersDigest: String?

    /// Takes a command line apart; of a word that stands there twice the first counts.
    package init(_ commandLine: String) {
        for word in commandLine.split(whereSeparator: \.isWhitespace) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { continue }
            let value = String(parts[1])
            switch parts[0] {
            case "console": consoles.append(String(word))
            case "slipway.medium": medium = medium ?? value
            case "slipway.answers": answers = answers ?? value
            case "slipway.answers.sha256": answersDigest = answersDigest ?? value
            default: break
            }
        }
    }
}

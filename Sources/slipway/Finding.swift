import JSON

/// One thing that `validate` looked at.
struct Finding: Equatable {
    /// What it means for a build.
    enum State: String {
        /// As it should be.
        case ok
        /// Good to know.
        case note
        /// A build works, perhaps not as meant.
        case warning
        /// A build cannot work.
        case missing
    }

    /// What it means for a build.
    let state: State
    /// What was looked at, in a word or two.
    let subject: String
    /// What was seen.
    let text: String
    /// Packages of Debian that cure it.
    var packages: [String] = []

    /// The finding as a line for people.
    var line: String {
        let padding = String(repeating: " ", count: max(1, 9 - state.rawValue.count))
        return "\(state.rawValue)\(padding)\(subject): \(text)"
    }

    /// The finding for programs.
    var json: JSON {
        JSON.makeObject([
            "state": .string(state.rawValue), "subject": .string(subject), "text": .string(text),
            "packages": packages.isEmpty ? nil : .array(packages.map { .string($0) }),
        ])
    }

    /// The one line that installs all that is missing; nil when nothing is that apt has.
    static func cure(for findings: [Finding], isRoot: Bool) -> String? {
        let packages = Set(findings.filter { $0.state == .missing }.flatMap(\.packages))
        guard !packages.isEmpty else { return nil }
        return (isRoot ? "" : "sudo ") + "apt-get install --no-install-recommends "
            + packages.sorted().joined(separator: " ")
    }
}

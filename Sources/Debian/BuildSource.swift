/// A source package as far as its build dependencies go, and what it will be once it is built.
package struct BuildSource: Sendable, Equatable {
    /// The name that messages call it by.
    package var name: String
    /// The text of its `debian/control`; empty where only `extraDependencies` count.
    package var control: String
    /// The version that its packages will have, near enough for dependencies.
    package var version: String
    /// Packages that its build needs and `control` does not tell of.
    package var extraDependencies: [String]
    /// The build profiles that are on.
    package var profiles: [String]

    /// Describes a source.
    package init(
        name: String, control: String, version: String, extraDependencies: [String] = [],
        profiles: [String] = []
    ) {
        self.name = name
        self.control = control
        self.version = version
        self.extraDependencies = extraDependencies
        self.profiles = profiles
    }

    private static let dependencyFields = [
        "Build-Depends", "Build-Depends-Arch", "Build-Depends-Indep", "Build-Conflicts",
        "Build-Conflicts-Arch", "Build-Conflicts-Indep",
    ]

    /// What the choice of build dependencies follows from, in one line.
    package func identity() throws -> String {
        let source = try Deb822.parse(control).first
        let fields = BuildSource.dependencyFields.compactMap { name in
            source?[name].map { "\(name): \(BuildSource.flattened($0))" }
        }
        return
            ([name] + fields + ["and \(extraDependencies.joined(separator: " "))"]
            + ["profiles \(profiles.joined(separator: " "))"]).joined(separator: " | ")
    }

    /// Stanzas of a package list for what the source will be built into, so that others' build
    /// dependencies can be resolved before it is.
    func promised(architecture: String) throws -> [Stanza] {
        let stanzas = try Deb822.parse(control)
        return stanzas.dropFirst().compactMap { stanza in
            guard let package = stanza["Package"] else { return nil }
            var promised = Stanza()
            promised["Package"] = package
            promised["Version"] = version
            promised["Architecture"] = stanza["Architecture"] == "all" ? "all" : architecture
            promised["Multi-Arch"] = stanza["Multi-Arch"]
            for field in ["Pre-Depends", "Depends", "Provides", "Conflicts", "Breaks", "Replaces"] {
                promised[field] = stanza[field].flatMap(known)
            }
            return promised
        }
    }

    /// A list of relations without those that only the build will know.
    private func known(_ relations: String) -> String? {
        var text = BuildSource.flattened(relations)
        for variable in ["${binary:Version}", "${source:Version}"] {
            while let range = text.firstRange(of: variable) {
                text.replaceSubrange(range, with: version)
            }
        }
        let kept = text.split(separator: ",").map { BuildSource.trimmed($0) }.filter {
            !$0.isEmpty && !$0.contains("${") && !$0.contains("<")
        }
        return kept.isEmpty ? nil : kept.joined(separator: ", ")
    }

    /// A folded value on one line, without comments.
    private static func flattened(_ value: String) -> String {
        value.split(separator: "\n").map { trimmed($0) }.filter { !$0.hasPrefix("#") }
            .joined(separator: " ")
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

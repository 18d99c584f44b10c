extension PackageRelation {
    /// Reads the relations of a field such as `Build-Depends`.
    ///
    /// What the build fills in, as `${shlibs:Depends}`, is left out.
    ///
    /// - Parameter text: The field's value.
    /// - Returns: The relations in the order written.
    /// - Throws: The part that is no relation.
    package static func parse(_ text: String) throws(MalformedRelation) -> [PackageRelation] {
        var relations: [PackageRelation] = []
        for part in text.split(separator: ",") {
            var alternatives: [Alternative] = []
            for word in part.split(separator: "|") {
                let word = word.trimmingBlanks
                if word.isEmpty || word.hasPrefix("${") { continue }
                guard let alternative = Alternative(word) else {
                    throw MalformedRelation(text: String(word))
                }
                alternatives.append(alternative)
            }
            if !alternatives.isEmpty { relations.append(PackageRelation(alternatives)) }
        }
        return relations
    }

    /// The names of the packages that may fulfil it.
    ///
    /// - Parameters:
    ///   - architecture: The architecture that is built for.
    ///   - profiles: The build profiles that hold.
    /// - Returns: The names, the preferred one first.
    package func names(architecture: String, profiles: Set<String>) -> [String] {
        alternatives.filter {
            ArchitecturePattern.admit($0.architectures, architecture)
                && BuildProfiles.admit($0.profiles, profiles)
        }.map(\.name)
    }
}

/// Text that is no relation to a package.
package struct MalformedRelation: Error, Equatable {
    /// The text.
    package let text: String
}

extension PackageRelation.Alternative {
    /// Reads `name:arch (>= version) [arch …] <profile …>`, of which all but the name may be missing.
    fileprivate init?(_ text: Substring) {
        let end = text.firstIndex { " \t\n([<:".contains($0) } ?? text.endIndex
        let name = text[..<end]
        guard name.count >= 2, name.allSatisfy(Self.isNameCharacter) else { return nil }
        self.init(name: String(name))
        var rest = text[end...]
        if rest.first == ":" {
            // Which architecture's package it is does not matter where all is built for one.
            rest = rest.drop { !" \t\n([<".contains($0) }
        }
        rest = rest.trimmingBlanks
        while let open = rest.first {
            guard let close = Self.closing[open], let end = rest.firstIndex(of: close) else {
                return nil
            }
            let inner = rest[rest.index(after: rest.startIndex)..<end]
            let words = inner.split(whereSeparator: \.isWhitespace).map(String.init)
            switch open {
            case "(" where version == nil: version = words.joined(separator: " ")
            case "[" where architectures.isEmpty: architectures = words
            case "<": profiles.append(words)
            default: return nil
            }
            guard !words.isEmpty else { return nil }
            rest = rest[rest.index(after: end)...].trimmingBlanks
        }
    }

    private static let closing: [Character: Character] = ["(": ")", "[": "]", "<": ">"]

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLowercase || character.isNumber || "+-.".contains(character))
    }
}

extension Substring {
    /// The text without blanks and ends of lines around it.
    fileprivate var trimmingBlanks: Substring {
        var text = drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

/// Names and wildcards of architectures (Debian Policy 11.1).
enum ArchitecturePattern {
    /// Whether a list of patterns, all with `!` or none, means an architecture; an empty one does.
    static func admit(_ patterns: [String], _ architecture: String) -> Bool {
        if patterns.isEmpty { return true }
        let excluded = patterns.filter { $0.hasPrefix("!") }
        if excluded.count == patterns.count {
            return !excluded.contains { matches($0.dropFirst(), architecture) }
        }
        return patterns.contains { matches($0[...], architecture) }
    }

    /// Whether a pattern means an architecture of Linux, such as `amd64`.
    static func matches(_ pattern: Substring, _ architecture: String) -> Bool {
        if pattern == architecture || pattern == "any" { return true }
        // abi-libc-os-cpu, of which the front may be missing.
        let parts = pattern.split(separator: "-")
        guard (2...4).contains(parts.count) else { return false }
        let whole = Array(["base", "gnu", "linux", architecture][(4 - parts.count)...])
        return zip(parts, whole).allSatisfy { $0 == "any" || $0 == $1 }
    }
}

/// Restriction formulas of build profiles (Debian wiki, BuildProfileSpec).
enum BuildProfiles {
    /// Whether of the lists one holds in all its terms; no list holds always.
    static func admit(_ lists: [[String]], _ active: Set<String>) -> Bool {
        lists.isEmpty
            || lists.contains { terms in
                terms.allSatisfy { term in
                    term.hasPrefix("!")
                        ? !active.contains(String(term.dropFirst())) : active.contains(term)
                }
            }
    }
}

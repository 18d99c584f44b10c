import YAML

extension YAMLField {
    /// A name that may become a path or a variable of GRUB.
    var releaseName: String {
        let text = nonEmptyString
        if !text.isEmpty, let flaw = ManifestRule.flaw(ofName: text) {
            report("name \"\(text)\" \(flaw)")
        }
        return text
    }

    /// A package's name, or a pattern of names.
    func packageName(isPattern: Bool = false) -> String {
        let text = nonEmptyString
        if !text.isEmpty, let flaw = ManifestRule.flaw(ofPackage: text, isPattern: isPattern) {
            report("\"\(text)\" \(flaw)")
        }
        return text
    }

    /// Text without blanks and control characters.
    var word: String {
        let text = nonEmptyString
        if !text.isEmpty, !ManifestRule.isWord(text) {
            report("expected one word, got \(node.summary)")
        }
        return text
    }

    /// Words separated by blanks, as in `main non-free-firmware`.
    var words: [String] {
        let text = nonEmptyString
        let words = text.split(separator: " ").map(String.init)
        if !text.isEmpty, words.isEmpty || !words.allSatisfy(ManifestRule.isWord) {
            report("expected words separated by blanks, got \(node.summary)")
        }
        return words
    }

    /// Text that ends no line.
    var singleLine: String {
        let text = nonEmptyString
        if text.contains(where: \.isNewline) { report("expected one line") }
        return text
    }

    /// The name of a branch or a tag.
    var referenceName: String {
        let text = word
        if !text.isEmpty, let flaw = ManifestRule.flaw(ofReference: text) {
            report("\"\(text)\" is no name of a branch or a tag: it \(flaw)")
        }
        return text
    }

    /// A commit by all its digits.
    var commit: String {
        let text = word
        if !text.isEmpty, !ManifestRule.isCommit(text) {
            report("expected all 40 lower-case hexadecimal digits of a commit, got \(node.summary)")
        }
        return text
    }

    /// Where a repository is; git would take one that starts with a dash for an option.
    var repository: String {
        let text = word
        if text.hasPrefix("-") { report("\"\(text)\" is no repository") }
        return text
    }

    /// A path that stays in the folder it is relative to.
    var innerPath: String {
        let text = nonEmptyString
        if !text.isEmpty, !ManifestRule.isInnerPath(text) {
            report("expected a relative path without \"..\", got \"\(text)\"")
        }
        return text
    }

    /// A mapping of free keys to text.
    var stringMap: [String: String] {
        var map: [String: String] = [:]
        for (key, _, value) in entries { map[key] = value.string }
        return map
    }

    /// Reports each text of a list that stands there a second time.
    func reportRepeats() {
        guard case .sequence(let nodes) = node.content else { return }
        var lines: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            guard case .scalar(let text, _) = node.content else { continue }
            if let first = lines.updateValue(node.mark.line, forKey: text) {
                elements[index].report("\"\(text)\" a second time; the first is in line \(first)")
            }
        }
    }
}

extension YAMLMapping {
    /// Reports each package that is in `base-packages` and `additional-packages` together more than
    /// once.
    func reportRepeatedPackages() {
        var lines: [String: Int] = [:]
        for key in ["base-packages", "additional-packages"] {
            for entry in sequence(key) {
                guard let (name, mark) = PackageName.find(in: entry.node) else { continue }
                if let first = lines.updateValue(mark.line, forKey: name) {
                    entry.report(
                        "package \"\(name)\" a second time; the first is in line \(first)")
                }
            }
        }
    }

    /// Reports sources that share a name, and dependencies on sources that there are none of.
    func reportUnknownSources(_ sources: [SourceEntry]) {
        let fields = sequence("sources")
        guard fields.count == sources.count else { return }
        var lines: [String: Int] = [:]
        for (source, field) in zip(sources, fields) {
            let names = [(source.name, source.line)] + source.subpackages.map { ($0.name, $0.line) }
            for (name, line) in names where !name.isEmpty {
                if let first = lines.updateValue(line, forKey: name) {
                    field.report("source \"\(name)\" a second time; the first is in line \(first)")
                }
            }
        }
        for (source, field) in zip(sources, fields) {
            let needed =
                source.build.explicitDependencies
                + source.subpackages.flatMap(\.build.explicitDependencies)
            for name in needed where lines[name] == nil {
                field.report("explicit_deps: there is no source \"\(name)\"")
            }
        }
    }

    private func sequence(_ key: String) -> [YAMLField] {
        // Anything but a list has been reported when it was read.
        guard let field = optional(key, { $0 }), case .sequence = field.node.content else {
            return []
        }
        return field.elements
    }
}

/// Where a package's name stands in an entry of a list of packages.
private enum PackageName {
    static func find(in node: YAMLNode) -> (String, YAMLMark)? {
        switch node.content {
        case .scalar(let text, _): (text, node.mark)
        case .mapping(let entries):
            entries.first { $0.key == "name" }.flatMap { find(in: $0.value) }
        case .sequence: nil
        }
    }
}

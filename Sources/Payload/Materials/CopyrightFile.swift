/// What a package's `debian/copyright` says of licences, when it is machine-readable: Debian's
/// copyright-format 1.0 (DEP-5), https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/.
///
/// Read leniently: these files are written by hand, and one odd line must not lose the licences
/// of a package.
struct CopyrightFile {
    /// The first lines of the `License:` fields that apply to files, in order, each once.
    private(set) var synopses: [String] = []
    /// Licence texts by the lower-case first line of the field that gives them.
    private(set) var texts: [String: String] = [:]

    /// Reads a copyright file.
    ///
    /// - Returns: nil when it is not machine-readable.
    init?(_ text: String) {
        let stanzas = LenientStanzas.parse(text)
        guard let format = stanzas.first?["format"] ?? stanzas.first?["format-specification"],
            format.contains("copyright-format") || format.contains("dep5")
                || format.contains("dep-5")
        else { return nil }
        for (index, stanza) in stanzas.enumerated() {
            guard let license = stanza["license"] else { continue }
            let (synopsis, body) = CopyrightFile.split(license)
            // A stanza of a licence alone gives a text for the stanzas that name it.
            let appliesToFiles = index == 0 || stanza["files"] != nil
            if appliesToFiles, !synopsis.isEmpty, !synopses.contains(synopsis) {
                synopses.append(synopsis)
            }
            let key = synopsis.lowercased()
            if !body.isEmpty, texts[key] == nil { texts[key] = body }
        }
    }

    private static func split(_ license: String) -> (synopsis: String, body: String) {
        let lines = license.utf8.split(separator: 10, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        let body = lines.dropFirst().map { $0 == "." ? "" : $0 }
        return (
            words(lines.first ?? "").joined(separator: " "), body.joined(separator: "\n")
        )
    }

    /// The text's words, divided by any blank.
    static func words(_ text: String) -> [String] {
        text.utf8.split { $0 == 0x20 || $0 == 0x09 }.map { String(Substring($0)) }
    }
}

/// Stanzas of `Name: value` lines, from files that are written by hand or by nobody knows whom.
///
/// Not for what a build relies on: what does not fit is passed over, nothing is an error. In time
/// and memory it is linear in the text, whatever that holds.
enum LenientStanzas {
    /// Reads all stanzas.
    ///
    /// - Returns: For each stanza, values by lower-case name; continued lines without their first
    ///   blank, divided by line feeds. Of a field that stands twice the first counts, as it is what
    ///   a person sees first.
    static func parse(_ text: String) -> [[String: String]] {
        var result: [[String: String]] = []
        var stanza: [String: [String]] = [:]
        var field: String?
        func flush() {
            if !stanza.isEmpty { result.append(stanza.mapValues { $0.joined(separator: "\n") }) }
            (stanza, field) = ([:], nil)
        }
        // By bytes: to Swift a carriage return and a line feed are one character.
        for bytes in text.utf8.split(separator: 10, omittingEmptySubsequences: false) {
            var line = Substring(bytes)
            while let last = line.utf8.last, [0x20, 0x09, 0x0D].contains(last) {
                line = Substring(line.utf8.dropLast())
            }
            if line.isEmpty {
                flush()
            } else if line.hasPrefix(" ") || line.hasPrefix("\t") {
                if let field { stanza[field, default: []].append(String(line.dropFirst())) }
            } else if !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") {
                let name = line[..<colon].lowercased()
                let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                field = stanza[name] == nil ? name : nil
                if field != nil { stanza[name] = [String(value)] }
            }
        }
        flush()
        return result
    }
}

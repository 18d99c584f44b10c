/// A stanza of a control file: fields in the order written, names compared without case.
///
/// The format is deb822(5)'s: `Name: value` lines, continued by lines that start with a blank;
/// stanzas are divided by empty lines; lines that start with `#` are comments.
package struct Stanza: Sendable, Equatable {
    /// One field.
    package struct Field: Sendable, Equatable {
        /// The name as written.
        package var name: String
        /// The value; of a folded value the lines keep their leading blank.
        package var value: String
    }

    /// The fields in the order written.
    package private(set) var fields: [Field] = []

    /// Makes an empty stanza.
    package init() {}

    /// The value of a field; setting nil removes it, and a new field goes to the end.
    package subscript(name: String) -> String? {
        get { fields.first { Stanza.isSame($0.name, name) }?.value }
        set {
            let index = fields.firstIndex { Stanza.isSame($0.name, name) }
            switch (index, newValue) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?): fields.append(Field(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The stanza as text, without an empty line at its end.
    package var text: String {
        fields.map { field in
            field.value.first == "\n" || field.value.isEmpty
                ? "\(field.name):\(field.value)\n" : "\(field.name): \(field.value)\n"
        }.joined()
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left == right || left.lowercased() == right.lowercased()
    }
}

/// Why text is no control file.
package enum Deb822Error: Error, Equatable, CustomStringConvertible {
    /// A line has no colon, or no name before it.
    case notAField(line: Int, text: String)
    /// The first line of a stanza continues nothing.
    case continuesNothing(line: Int)
    /// A field stands twice in a stanza.
    case duplicateField(name: String, line: Int)

    package var description: String {
        switch self {
        case .notAField(let line, let text): "line \(line): not \"Name: value\": \(text)"
        case .continuesNothing(let line): "line \(line): starts with a blank but continues nothing"
        case .duplicateField(let name, let line): "line \(line): field \(name) a second time"
        }
    }
}

/// Reads control files.
package enum Deb822 {
    /// The stanzas of a text.
    package static func parse(_ text: String) throws(Deb822Error) -> [Stanza] {
        var stanzas: [Stanza] = []
        var stanza = Stanza()
        var name: String?
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            if line.allSatisfy({ $0 == " " || $0 == "\t" || $0 == "\r" }) {
                if !stanza.fields.isEmpty { stanzas.append(stanza) }
                (stanza, name) = (Stanza(), nil)
            } else if line.first == "#" {
                continue
            } else if line.first == " " || line.first == "\t" {
                guard let name, let value = stanza[name] else {
                    throw .continuesNothing(line: number)
                }
                stanza[name] = value + "\n" + line
            } else {
                guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else {
                    throw .notAField(line: number, text: String(line.prefix(60)))
                }
                let field = String(line[..<colon])
                guard stanza[field] == nil else {
                    throw .duplicateField(name: field, line: number)
                }
                stanza[field] = trimmed(line[line.index(after: colon)...])
                name = field
            }
        }
        if !stanza.fields.isEmpty { stanzas.append(stanza) }
        return stanzas
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" || last == "\r" {
            text.removeLast()
        }
        return String(text)
    }
}

import JSON

/// Takes a release document's fields out of an untrusted JSON object, each by name and kind.
struct DocumentReader {
    /// Larger than any honest document; bounds what a hostile one can cost.
    static let byteLimit = 4 << 20

    let document: String
    /// The path of the object inside the document, with a final dot: `buildinfo.`.
    private let prefix: String
    private let members: [JSON.Member]

    /// Reads a whole document.
    init(_ bytes: [UInt8], document: String) throws(ReleaseError) {
        guard bytes.count <= DocumentReader.byteLimit else {
            throw .tooLarge(
                document: document, byteCount: bytes.count, limit: DocumentReader.byteLimit)
        }
        let value: JSON
        do throws(JSONError) {
            value = try JSON(parsing: bytes)
        } catch {
            throw .notJSON(document: document, cause: error)
        }
        guard let members = value.members else {
            throw .invalidValue(document: document, field: "document", expected: "an object")
        }
        self.init(document: document, prefix: "", members: members)
    }

    private init(document: String, prefix: String, members: [JSON.Member]) {
        self.document = document
        self.prefix = prefix
        self.members = members
    }

    /// Refuses fields that are not in the list.
    func allowOnly(_ fields: Set<String>) throws(ReleaseError) {
        for member in members where !fields.contains(member.key) {
            throw .unknownField(document: document, field: prefix + member.key)
        }
    }

    func has(_ field: String) -> Bool { members.contains { $0.key == field } }

    func value(_ field: String) throws(ReleaseError) -> JSON {
        guard let member = members.first(where: { $0.key == field }) else {
            throw .missingField(document: document, field: prefix + field)
        }
        return member.value
    }

    func invalid(_ field: String, _ expected: String) -> ReleaseError {
        .invalidValue(document: document, field: prefix + field, expected: expected)
    }

    func string(_ field: String) throws(ReleaseError) -> String {
        guard let text = try value(field).string else { throw invalid(field, "text") }
        return text
    }

    func name(_ field: String) throws(ReleaseError) -> ReleaseName {
        try ReleaseName(try string(field), field: prefix + field)
    }

    /// A whole number that JSON readers of every kind hold exactly: 0 to 2⁵³ − 1.
    func count(_ field: String) throws(ReleaseError) -> UInt64 {
        guard let number = try value(field).integer, (0...0x1F_FFFF_FFFF_FFFF).contains(number)
        else { throw invalid(field, "a whole number from 0 to 9007199254740991") }
        return UInt64(number)
    }

    func array(_ field: String) throws(ReleaseError) -> [JSON] {
        guard let elements = try value(field).array else { throw invalid(field, "a list") }
        return elements
    }

    func object(_ field: String) throws(ReleaseError) -> DocumentReader {
        try object(try value(field), named: field)
    }

    func object(_ value: JSON, named field: String) throws(ReleaseError) -> DocumentReader {
        guard let members = value.members else { throw invalid(field, "an object") }
        return DocumentReader(document: document, prefix: prefix + field + ".", members: members)
    }

    /// A map from text to text, sorted by key.
    func texts(_ field: String) throws(ReleaseError) -> [String: String] {
        let map = try object(field)
        var result: [String: String] = [:]
        for member in map.members {
            result[member.key] = try map.string(member.key)
        }
        return result
    }

    /// The keys of the object, in the order written.
    var keys: [String] { members.map(\.key) }
}

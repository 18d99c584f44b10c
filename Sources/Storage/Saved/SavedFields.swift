import JSON

/// An object of saved JSON whose keys have been checked against those that are known.
struct SavedFields {
    /// Where it stands, for errors.
    let path: String
    private let json: JSON

    /// Takes an object.
    ///
    /// - Throws: `SavedFormError` for anything else, and for a key that is not in `keys`.
    init(_ json: JSON, at path: String, keys: [String]) throws(SavedFormError) {
        guard let members = json.members else { throw .wrong(path, wanted: "an object") }
        for member in members where !keys.contains(member.key) {
            throw .unknown("\(path).\(member.key)")
        }
        self.path = path
        self.json = json
    }

    /// The value of a key.
    func value<Value: SavedValue>(_ key: String) throws(SavedFormError) -> Value {
        guard let value: Value = try optional(key) else { throw .missing("\(path).\(key)") }
        return value
    }

    /// The value of a key; nil when it is not there.
    func optional<Value: SavedValue>(_ key: String) throws(SavedFormError) -> Value? {
        guard let value = json[key] else { return nil }
        return try Value(json: value, at: "\(path).\(key)")
    }

    /// The word under a key that says what kind of object this is.
    static func kind(
        of json: JSON, _ key: String, at path: String
    ) throws(SavedFormError) -> String {
        guard let value = json[key] else { throw .missing("\(path).\(key)") }
        return try String(json: value, at: "\(path).\(key)")
    }

    /// Checks the format's number of a whole document.
    static func check(format known: Int64, of json: JSON) throws(SavedFormError) {
        guard let found = json["format"]?.integer else { throw .missing(".format") }
        guard found == known else { throw .unknownFormat(found: found, known: known) }
    }
}

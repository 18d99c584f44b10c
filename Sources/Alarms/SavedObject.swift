import JSON
import Storage

/// An object of saved JSON, read field by field; errors name the place.
struct SavedObject {
    /// Where it stands.
    let path: String
    private let json: JSON

    /// Takes an object.
    init(_ json: JSON, at path: String, keys: [String]? = nil) throws(SavedFormError) {
        guard let members = json.members else { throw .wrong(path, wanted: "an object") }
        if let keys {
            for member in members where !keys.contains(member.key) {
                throw .unknown("\(path).\(member.key)")
            }
        }
        self.path = path
        self.json = json
    }

    /// The same object, which has no other keys than these.
    func knowing(_ keys: [String]) throws(SavedFormError) -> SavedObject {
        try SavedObject(json, at: path, keys: keys)
    }

    /// Text.
    func string(_ key: String) throws(SavedFormError) -> String {
        try value(key, "text") { $0.string }
    }

    /// Text that may be missing.
    func optionalString(_ key: String) throws(SavedFormError) -> String? {
        json[key] == nil ? nil : try string(key)
    }

    /// A number.
    func integer(_ key: String) throws(SavedFormError) -> Int64 {
        try value(key, "a whole number") { $0.integer }
    }

    /// A number that may be missing.
    func optionalInteger(_ key: String) throws(SavedFormError) -> Int64? {
        json[key] == nil ? nil : try integer(key)
    }

    /// A number from 0 on.
    func count(_ key: String) throws(SavedFormError) -> UInt64 {
        try value(key, "a number from 0 on") { $0.integer.flatMap(UInt64.init(exactly:)) }
    }

    /// A truth value.
    func bool(_ key: String) throws(SavedFormError) -> Bool {
        try value(key, "true or false") { $0.bool }
    }

    /// A list of text.
    func strings(_ key: String) throws(SavedFormError) -> [String] {
        let elements = try value(key, "a list") { $0.array }
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else {
            throw .wrong("\(path).\(key)", wanted: "a list of text")
        }
        return texts
    }

    /// An object.
    func object(_ key: String) throws(SavedFormError) -> SavedObject {
        try SavedObject(try value(key, "an object") { $0 }, at: "\(path).\(key)")
    }

    /// A list of objects.
    func list<Value>(
        _ key: String, _ read: (SavedObject) throws(SavedFormError) -> Value
    ) throws(SavedFormError) -> [Value] {
        var values: [Value] = []
        for (index, element) in try value(key, "a list", { $0.array }).enumerated() {
            values.append(try read(SavedObject(element, at: "\(path).\(key)[\(index)]")))
        }
        return values
    }

    private func value<Value>(
        _ key: String, _ wanted: String, _ read: (JSON) -> Value?
    ) throws(SavedFormError) -> Value {
        guard let field = json[key] else { throw .missing("\(path).\(key)") }
        guard let value = read(field) else { throw .wrong("\(path).\(key)", wanted: wanted) }
        return value
    }
}

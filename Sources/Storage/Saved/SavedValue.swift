import JSON

/// A value that is saved as JSON and read back the same.
protocol SavedValue {
    /// The value as JSON; the same value always gives the same.
    var json: JSON { get }

    /// Reads a value.
    ///
    /// - Parameters:
    ///   - json: What was saved.
    ///   - path: Where it stands, for errors.
    /// - Throws: `SavedFormError`.
    init(json: JSON, at path: String) throws(SavedFormError)
}

extension String: SavedValue {
    var json: JSON { .string(self) }

    init(json: JSON, at path: String) throws(SavedFormError) {
        guard let text = json.string else { throw .wrong(path, wanted: "text") }
        self = text
    }
}

extension Bool: SavedValue {
    var json: JSON { .bool(self) }

    init(json: JSON, at path: String) throws(SavedFormError) {
        guard let value = json.bool else { throw .wrong(path, wanted: "true or false") }
        self = value
    }
}

extension Int: SavedValue {
    var json: JSON { .integer(Int64(self)) }

    init(json: JSON, at path: String) throws(SavedFormError) {
        guard let value = json.integer.flatMap(Int.init(exactly:)) else {
            throw .wrong(path, wanted: "a whole number")
        }
        self = value
    }
}

extension UInt32: SavedValue {
    var json: JSON { .integer(Int64(self)) }

    init(json: JSON, at path: String) throws(SavedFormError) {
        guard let value = json.integer.flatMap(UInt32.init(exactly:)) else {
            throw .wrong(path, wanted: "a number from 0 to 4294967295")
        }
        self = value
    }
}

extension UInt64: SavedValue {
    /// A number; as text where JSON's numbers of 64 bits with sign do not reach, which only
    /// superblocks full of garbage need.
    var json: JSON { Int64(exactly: self).map(JSON.integer) ?? .string(String(self)) }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let value =
            json.integer.flatMap(UInt64.init(exactly:)) ?? json.string.flatMap { UInt64($0) }
        guard let value else { throw .wrong(path, wanted: "a number from 0 on") }
        self = value
    }
}

extension Array: SavedValue where Element: SavedValue {
    var json: JSON { .array(map(\.json)) }

    init(json: JSON, at path: String) throws(SavedFormError) {
        guard let elements = json.array else { throw .wrong(path, wanted: "a list") }
        var values: [Element] = []
        for (index, element) in elements.enumerated() {
            values.append(try Element(json: element, at: "\(path)[\(index)]"))
        }
        self = values
    }
}

extension Set: SavedValue where Element == String {
    var json: JSON { sorted().json }

    init(json: JSON, at path: String) throws(SavedFormError) {
        self = Set(try [String](json: json, at: path))
    }
}

extension Dictionary: SavedValue where Key == String, Value: SavedValue {
    var json: JSON {
        .object(sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value.json) })
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        guard let members = json.members else { throw .wrong(path, wanted: "an object") }
        var values: [String: Value] = [:]
        for member in members {
            values[member.key] = try Value(json: member.value, at: "\(path).\(member.key)")
        }
        self = values
    }
}

/// Values that are one word out of a few.
protocol SavedWord: SavedValue, RawRepresentable, CaseIterable where RawValue == String {}

extension SavedWord {
    var json: JSON { .string(rawValue) }

    init(json: JSON, at path: String) throws(SavedFormError) {
        guard let value = json.string.flatMap(Self.init(rawValue:)) else {
            throw .wrong(
                path, wanted: "one of " + Self.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self = value
    }
}

extension Bus: SavedWord {}
extension Firmware: SavedWord {}
extension MetadataVersion: SavedWord {}

extension Extent: SavedValue {
    var json: JSON { .makeObject(["start": start.json, "byteCount": byteCount.json]) }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(json, at: path, keys: ["start", "byteCount"])
        let start: UInt64 = try fields.value("start")
        let byteCount: UInt64 = try fields.value("byteCount")
        guard !start.addingReportingOverflow(byteCount).overflow else {
            throw .wrong(path, wanted: "an end within 64 bits")
        }
        self.init(start: start, byteCount: byteCount)
    }
}

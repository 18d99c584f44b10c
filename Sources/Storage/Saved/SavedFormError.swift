package import JSON

/// Why saved text is not an observation, a plan or a list of disks.
package enum SavedFormError: Error, Equatable, CustomStringConvertible {
    /// It is not JSON.
    case notJSON(JSONError)
    /// It is of a format that this version does not know.
    case unknownFormat(found: Int64, known: Int64)
    /// A value is missing.
    case missing(String)
    /// There is a key that nobody knows, or a name that stands for nothing.
    case unknown(String)
    /// A value is not what it has to be.
    case wrong(String, wanted: String)

    package var description: String {
        switch self {
        case .notJSON(let error): "not JSON: \(error)"
        case .unknownFormat(let found, let known): "format \(found), only \(known) is known"
        case .missing(let path): "\(path): missing"
        case .unknown(let path): "\(path): unknown"
        case .wrong(let path, let wanted): "\(path): expected \(wanted)"
        }
    }
}

extension JSON {
    /// Parses text that was saved.
    package init(saved bytes: [UInt8]) throws(SavedFormError) {
        do throws(JSONError) {
            try self.init(parsing: bytes)
        } catch {
            throw .notJSON(error)
        }
    }
}

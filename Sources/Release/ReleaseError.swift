package import JSON

/// Why a release's documents are not accepted.
///
/// `document` is the file as the user knows it: `manifest.json`, `train/manifest.json`.
package enum ReleaseError: Error, Equatable, CustomStringConvertible {
    /// A version, train or other name breaks the rule of `ReleaseName`.
    case invalidName(field: String, text: String, reason: String)
    /// The document is larger than any honest one, in bytes.
    case tooLarge(document: String, byteCount: Int, limit: Int)
    /// The document is not JSON.
    case notJSON(document: String, cause: JSONError)
    /// A field is not there.
    case missingField(document: String, field: String)
    /// A field is there that the format does not know.
    case unknownField(document: String, field: String)
    /// A field's value is of another kind or out of range.
    case invalidValue(document: String, field: String, expected: String)
    /// The document was written for a newer reader.
    case unsupportedFormat(document: String, format: Int64, supported: Int64)
    /// The payload is for another kind of machine.
    case incompatible(payload: String, system: String)
    /// The payload belongs to another train.
    case otherTrain(payload: String, system: String)
    /// A payload of TrueNAS's says nothing of what a system of ours must know of its next release.
    case foreign(version: String)
    /// The payload's sequence number is lower than the running system's.
    case downgrade(payload: UInt64, system: UInt64)

    package var description: String {
        switch self {
        case .invalidName(let field, let text, let reason):
            "\(field) \(JSON.string(text).text()): \(reason)"
        case .tooLarge(let document, let byteCount, let limit):
            "\(document): \(byteCount) bytes, more than the limit of \(limit)"
        case .notJSON(let document, let cause): "\(document): \(cause)"
        case .missingField(let document, let field): "\(document): field \"\(field)\" is missing"
        case .unknownField(let document, let field):
            "\(document): unknown field \(JSON.string(field).text())"
        case .invalidValue(let document, let field, let expected):
            "\(document): \(field): expected \(expected)"
        case .unsupportedFormat(let document, let format, let supported):
            "\(document): format \(format), this program reads format \(supported)"
        case .incompatible(let payload, let system):
            "the payload is for \"\(payload)\", this system is \"\(system)\""
        case .otherTrain(let payload, let system):
            "the payload is of train \"\(payload)\", this system follows \"\(system)\""
        case .foreign(let version):
            "version \(version) is TrueNAS's: it names no kind of machine, train or sequence"
        case .downgrade(let payload, let system):
            "the payload's sequence \(payload) is lower than this system's \(system)"
        }
    }
}

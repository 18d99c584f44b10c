/// Why a live medium cannot be made, or is none.
package enum LiveISOError: Error, Equatable, CustomStringConvertible {
    /// The medium holds more beside payload, kernel and initramfs than it may.
    case tooLarge(byteCount: UInt64, limit: UInt64)
    /// The bytes are no ISO 9660 filesystem.
    case notAnISO(path: String, problem: String)
    /// The medium has no such file.
    case missing(path: String, file: String)
    /// A file of the medium is not as long as it was meant to be.
    case wrongLength(file: String, byteCount: UInt64, wanted: UInt64)
    /// A file of the image's packages that goes on the medium is not in the tree.
    case missingInTree(path: String, package: String)

    package var description: String {
        switch self {
        case .tooLarge(let byteCount, let limit):
            "the medium would have \(byteCount) bytes; with this payload it may have \(limit)"
        case .notAnISO(let path, let problem): "\(path): no ISO 9660 filesystem: \(problem)"
        case .missing(let path, let file): "\(path): there is no \(file)"
        case .wrongLength(let file, let byteCount, let wanted):
            "\(file): \(byteCount) bytes on the medium, expected \(wanted)"
        case .missingInTree(let path, let package):
            "\(path): missing; package \(package) must be in the image"
        }
    }
}

/// Why legs, images or an installation cannot be looked at or brought back.
package enum RecoveryError: Error, Equatable, CustomStringConvertible {
    /// A file is longer than one of its kind can be.
    case tooLong(path: String, byteCount: UInt64, limit: UInt64)
    /// No leg has a manifest that can be read.
    case noManifest(image: String, reasons: [String])
    /// No leg of the volume has all its data.
    case noWholeLeg(volume: String)
    /// The file that every image has is not there, or not what it should be.
    case notAnImage(path: String, reason: String)
    /// While a file was mended, the good leg gave other bytes than before.
    case unsteady(leg: String, file: String, byte: UInt64)
    /// A file that was mended does not come back from the disk as it was written.
    case notMended(leg: String, file: String)

    package var description: String {
        switch self {
        case .tooLong(let path, let byteCount, let limit):
            "\(path): \(byteCount) bytes, more than \(limit)"
        case .noManifest(let image, let reasons):
            "\(image): no leg has a manifest that can be read: "
                + reasons.joined(separator: "; ")
        case .noWholeLeg(let volume): "\(volume): no leg has all its data"
        case .notAnImage(let path, let reason): "\(path): \(reason)"
        case .unsteady(let leg, let file, let byte):
            "\(leg): \(file): byte \(byte) on: other bytes than a moment ago; nothing is written"
        case .notMended(let leg, let file):
            "\(leg): \(file): what was written does not come back from the disk"
        }
    }
}

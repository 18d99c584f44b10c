package import Release

/// Why a boot leg cannot be read or written.
package enum BootLoaderError: Error, Equatable, CustomStringConvertible {
    /// The disk's table does not say what the leg was said to be: nothing is written.
    case otherPartitions(disk: String, problems: [BootLegDifference])
    /// A place is too small for what goes there.
    case tooSmall(disk: String, what: String, byteCount: UInt64, wanted: UInt64)
    /// What was written did not come back from the disk.
    case notAsWritten(disk: String, differences: [BootLegDifference])
    /// A file's name cannot be used on an EFI system partition.
    case badPath(String)
    /// A leg is to be written whose role in the layout nobody said.
    case noRole(disk: String)
    /// An image that is to be started is not there.
    case noImage(ReleaseName)
    /// No image is confirmed, and nothing else says where the loader's files are.
    case noLoader

    package var description: String {
        switch self {
        case .otherPartitions(let disk, let problems):
            "\(disk): not written: \(problems.map(\.description).joined(separator: "; "))"
        case .tooSmall(let disk, let what, let byteCount, let wanted):
            "\(disk): \(what) has \(byteCount) bytes, \(wanted) are needed"
        case .notAsWritten(let disk, let differences):
            "\(disk): not as written: \(differences.map(\.description).joined(separator: "; "))"
        case .badPath(let path): "\(path): not a name for the EFI system partition"
        case .noRole(let disk): "\(disk): nobody said which leg it is"
        case .noImage(let image): "image \(image) is to be started, and is not there"
        case .noLoader: "no image is confirmed whose loader could be taken"
        }
    }
}

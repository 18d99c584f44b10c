import BootLoader
package import Release
package import Storage

/// Why images and what is started cannot be changed, or read.
package enum DeploymentError: Error, Equatable, CustomStringConvertible {
    /// The folder is not one of a boot volume.
    case noBootVolume(String)
    /// Nothing says what the disks of the volume are.
    case noLayout(String)
    /// Nothing says what is started from the volume.
    case noState(String)
    /// A file of the volume is not what it should be.
    case badFile(String, SavedFormError)
    /// There is no such image.
    case noImage(ReleaseName, folder: String)
    /// An image of the same version is there that is another.
    case otherImage(ReleaseName, folder: String)
    /// A payload lacks a file that every image has.
    case incomplete(payload: String, path: String)
    /// The volume has too little room, in bytes.
    case noRoom(folder: String, wanted: UInt64, available: UInt64, removable: [ReleaseName])
    /// A file that was written does not come back from a leg as it was written.
    case notAsWritten(file: String, leg: String, expected: Checksum, found: Checksum)
    /// An image cannot go, and why.
    case inUse(ReleaseName, reason: String)
    /// There is no image to go back to.
    case noPrevious
    /// The EFI system partition is mounted, or something else uses it.
    case systemPartitionInUse(disk: String, by: String)
    /// What is started could be brought to no leg; why, by the leg's role.
    case notPublished(generation: UInt64, failures: [String: String])
    /// The running system is not the image that is tried.
    case notTried(ReleaseName?)
    /// The image that is tried did not come up.
    case notHealthy(ReleaseName, reason: String)

    package var description: String {
        switch self {
        case .noBootVolume(let path): "\(path): no boot volume is mounted there"
        case .noLayout(let path): "\(path)/\(RecordedLayout.path): missing"
        case .noState(let path): "\(path)/\(BootState.path): missing: nothing was installed there"
        case .badFile(let path, let cause): "\(path): \(cause)"
        case .noImage(let image, let folder): "\(folder): there is no image \(image)"
        case .otherImage(let image, let folder):
            "\(folder): holds an image \(image) with another manifest"
        case .incomplete(let payload, let path):
            "\(payload): \(path) is missing, which every image has"
        case .noRoom(let folder, let wanted, let available, let removable):
            "\(folder): \(wanted) bytes are needed, \(available) are free"
                + (removable.isEmpty
                    ? "" : ", also without " + removable.map(\.text).joined(separator: ", "))
        case .notAsWritten(let file, let leg, let expected, let found):
            "\(file): \(leg) gives back \(found), written was \(expected)"
        case .inUse(let image, let reason): "image \(image) cannot be removed: \(reason)"
        case .noPrevious: "there is no previous image to go back to"
        case .systemPartitionInUse(let disk, let user):
            "\(disk): its EFI system partition is used by \(user)"
        case .notPublished(let generation, let failures):
            "generation \(generation) is written down, but no disk could be given it: "
                + failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                .joined(separator: "; ")
        case .notTried(let image):
            (image.map { "image \($0)" } ?? "what runs here") + " is not the image that is tried"
        case .notHealthy(let image, let reason): "image \(image) is not confirmed: \(reason)"
        }
    }
}

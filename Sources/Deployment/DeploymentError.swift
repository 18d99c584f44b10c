import BootLoader
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

    package var description: String {
        switch self {
        case .noBootVolume(let path): "\(path): no boot volume is mounted there"
        case .noLayout(let path): "\(path)/\(RecordedLayout.path): missing"
        case .noState(let path): "\(path)/\(BootState.path): missing: nothing was installed there"
        case .badFile(let path, let cause): "\(path): \(cause)"
        }
    }
}

/// Why a plan was not carried out to its end.
package enum ApplyError: Error, Equatable, CustomStringConvertible {
    /// A condition does not hold: the world is not the one that was planned for.
    case moved(step: Int, action: String, reason: String)
    /// A step failed.
    case failed(step: Int, action: String, cause: String)
    /// A step ended without an error, and yet its result is not there.
    case unfinished(step: Int, action: String)
    /// The plan makes boot legs, and nobody here can.
    case noBootLegWriter
    /// Another program has locked a disk.
    case locked(String)
    /// No device reaches a place of the plan.
    case noDevice(String)
    /// The array does not run.
    case noArray(uuid: String)
    /// What should be empty is not.
    case holdsData(device: String, content: String)
    /// A disk cannot have the table.
    case table(disk: String, reason: String)
    /// The kernel did not take up new partitions.
    case partitionsNotSeen(disk: String, missing: [Int])
    /// An attribute of md would not take a value.
    case refused(attribute: String, value: String, reason: String)
    /// A copy between legs has not moved for long.
    case stalled(array: String, action: String, position: UInt64?, seconds: Int)
    /// A leg failed while it was being filled.
    case legFailed(array: String, device: String)
    /// The volume that keeps the layout is not there.
    case noBootVolume(String)
    /// A program said what it should not.
    case unexpectedOutput(program: String, output: String)

    package var description: String {
        switch self {
        case .moved(let step, let action, let reason):
            "step \(step) (\(action)): the disks are not as they were when it was planned: "
                + reason
        case .failed(let step, let action, let cause): "step \(step) (\(action)): \(cause)"
        case .unfinished(let step, let action):
            "step \(step) (\(action)): it ended, but its result is not there"
        case .noBootLegWriter: "the plan makes boot legs, and there is nothing to make them from"
        case .locked(let disk): "\(disk): another program has locked it"
        case .noDevice(let place): "\(place): no device reaches it"
        case .noArray(let uuid): "array \(uuid) does not run"
        case .holdsData(let device, let content): "\(device) should be empty, but holds \(content)"
        case .table(let disk, let reason): "\(disk): \(reason)"
        case .partitionsNotSeen(let disk, let missing):
            "\(disk): the kernel does not show partitions "
                + missing.map(String.init).joined(separator: ", ")
        case .refused(let attribute, let value, let reason):
            "\(attribute): does not take \"\(value)\": \(reason)"
        case .stalled(let array, let action, let position, let seconds):
            "\(array): \(action) has stood still for \(seconds) s"
                + (position.map { " at byte \($0)" } ?? "")
        case .legFailed(let array, let device):
            "\(array): \(device) failed while it was being filled"
        case .noBootVolume(let name): "the volume \(name) is not there"
        case .unexpectedOutput(let program, let output):
            "\(program): unexpected output: \(output)"
        }
    }
}

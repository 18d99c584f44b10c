package import Storage

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
    /// There are layouts of more than one system.
    case severalSystems([String])
    /// No layout was found, and none was given.
    case noLayout
    /// A layout has no boot volume.
    case noBootVolume(layout: String)
    /// The planner refuses.
    case refused([Refusal])
    /// A person did not agree.
    case declined
    /// The boot volume is mounted where nobody expects it.
    case mountedElsewhere(device: String, places: [String])
    /// The boot volume's filesystem has damage that cannot be mended without asking.
    case damagedVolume(device: String, report: String)
    /// After so many rounds there is still something to do.
    case noEnd(rounds: Int, steps: [String])
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
        case .severalSystems(let places):
            "there is more than one system: \(places.joined(separator: "; "))"
        case .noLayout: "no disk has a record of a layout"
        case .noBootVolume(let layout): "the layout \(layout) has no boot volume"
        case .refused(let refusals): refusals.map(\.description).joined(separator: "\n")
        case .declined: "nobody agreed, so nothing was done (--yes agrees)"
        case .mountedElsewhere(let device, let places):
            "\(device) is mounted at \(places.joined(separator: ", ")): unmount it first"
        case .damagedVolume(let device, let report):
            "\(device): e2fsck cannot mend it without asking: \(report)"
        case .noEnd(let rounds, let steps):
            "after \(rounds) rounds there is still to do: \(steps.joined(separator: "; "))"
        case .unsteady(let leg, let file, let byte):
            "\(leg): \(file): byte \(byte) on: other bytes than a moment ago; nothing is written"
        case .notMended(let leg, let file):
            "\(leg): \(file): what was written does not come back from the disk"
        }
    }
}

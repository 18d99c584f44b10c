import BootLoader
import PayloadFile
import Storage
import Syscalls

/// What boot legs hold while the system is being installed: the payload's loader, and nothing that
/// it could start.
struct UnfinishedBootLeg: Sendable {
    /// Who writes it.
    let writer: GrubBootLegWriter
    /// The loader's files, which the writer reads when it writes.
    private let folder: TemporaryFolder

    private static let byteLimit: UInt64 = 16 << 20

    /// Takes the loader out of a payload that has been checked.
    init(payload file: String) throws {
        let payload = try OpenPayload(file)
        try FileSystem.makeDirectory("/run/slipway")
        folder = try TemporaryFolder(in: "/run/slipway")
        try FileSystem.makeDirectory("\(folder.path)/loader")
        for path in payload.files.keys where path.hasPrefix("loader/") {
            try FileSystem.writeAtomically(
                payload.read(path, limit: UnfinishedBootLeg.byteLimit),
                to: "\(folder.path)/\(path)")
        }
        writer = try GrubBootLegWriter(
            BootLegContent(
                state: BootState(), images: [:], loader: "\(folder.path)/loader", array: nil,
                layout: nil))
    }
}

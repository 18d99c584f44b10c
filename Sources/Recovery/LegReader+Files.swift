package import Deployment
import Syscalls

extension LegReader: LegFiles {
    package var name: String { role == leg.device ? role : "\(leg.device) (\(role))" }

    package func hasFile(_ path: String) -> Bool { FileSystem.exists(path) }

    package func byteCount(ofFile path: String) throws -> UInt64 {
        try LegReaderPlaces(ofFile: path).byteCount
    }

    package func read(_ range: Range<UInt64>, ofFile path: String) throws -> [UInt8] {
        try read(range, of: LegReaderPlaces(ofFile: path))
    }

    package func fileDigest(
        _ path: String, onRead: (_ byteCount: Int) -> Void
    ) throws -> [UInt8] {
        try digest(ofFile: path, onRead: onRead)
    }
}

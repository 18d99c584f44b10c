package import Deployment
import Digest
import Syscalls

/// A leg of the mounted boot volume.
package struct MountedLeg: LegFiles {
    /// Who reads it.
    package let reader: LegReader
    /// The role of its disk, where that is known.
    package let role: String?

    /// Takes a leg.
    package init(_ reader: LegReader, role: String? = nil) {
        self.reader = reader
        self.role = role
    }

    package var name: String { role.map { "\(reader.leg.device) (\($0))" } ?? reader.leg.device }

    package func hasFile(_ path: String) -> Bool { FileSystem.exists(path) }

    package func byteCount(ofFile path: String) throws -> UInt64 {
        try LegReaderPlaces(ofFile: path).byteCount
    }

    package func read(_ range: Range<UInt64>, ofFile path: String) throws -> [UInt8] {
        try reader.read(range, of: LegReaderPlaces(ofFile: path))
    }

    package func digest(
        ofFile path: String, onRead: (_ byteCount: Int) -> Void
    ) throws -> [UInt8] {
        try reader.digest(ofFile: path, .sha256, onRead: onRead)
    }
}

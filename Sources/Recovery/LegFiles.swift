/// Reads files of the boot volume from one leg alone.
package protocol LegFiles: Sendable {
    /// What the leg is called in reports.
    var name: String { get }

    /// Whether the volume has a file; that is the same for all legs.
    func hasFile(_ path: String) -> Bool

    /// A file's length in bytes.
    func byteCount(ofFile path: String) throws -> UInt64

    /// A part of a file, as it is on the leg's disk.
    func read(_ range: Range<UInt64>, ofFile path: String) throws -> [UInt8]

    /// The SHA-256 of a file, as it is on the leg's disk.
    func fileDigest(_ path: String, onRead: (_ byteCount: Int) -> Void) throws -> [UInt8]
}

extension LegFiles {
    /// A whole small file.
    func read(_ path: String, limit: UInt64) throws -> [UInt8] {
        let byteCount = try byteCount(ofFile: path)
        guard byteCount <= limit else {
            throw RecoveryError.tooLong(path: path, byteCount: byteCount, limit: limit)
        }
        return try read(0..<byteCount, ofFile: path)
    }
}

/// Reads files of the mounted boot volume from one leg of its array alone.
///
/// md reads from whichever leg it likes, so what a read returns says nothing of the others.
package protocol LegReading: Sendable {
    /// The leg's role, for messages.
    var role: String { get }

    /// The SHA-256 of a file as this leg has it, read past every cache.
    ///
    /// - Parameter path: A file of the mounted volume, whose content was flushed.
    /// - Returns: 32 bytes.
    /// - Throws: When the leg cannot be read, or the file's place on it is not known.
    func digest(ofFile path: String) throws -> [UInt8]
}

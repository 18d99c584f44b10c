package import JSON
import Syscalls

/// What the image that runs says of itself.
package struct RunningImage: Sendable, Equatable {
    /// Where it says that.
    package static let path = "usr/lib/slipway/manifest.json"

    /// The image's name.
    package let name: String
    /// Its version.
    package let version: String
    /// Its train.
    package let train: String
    /// The kind of machine that it is for.
    package let compatible: String
    /// All that it says.
    package let json: JSON

    /// Reads it.
    ///
    /// - Parameter root: The image's root folder.
    /// - Throws: `RecoveryError.notAnImage`, or `SystemError` when the folder cannot be read.
    package init(root: String) throws {
        let path = RunningImage.path
        guard let bytes = try FileSystem.read(path, inRoot: root) else {
            throw RecoveryError.notAnImage(
                path: "\(root)/\(path)", reason: "no such file: not a Slipway image")
        }
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw RecoveryError.notAnImage(path: path, reason: error.description)
        }
        func text(_ key: String) throws -> String {
            guard let value = json[key]?.string else {
                throw RecoveryError.notAnImage(path: path, reason: "no text under \"\(key)\"")
            }
            return value
        }
        self.json = json
        name = try text("name")
        version = try text("version")
        train = try text("train")
        compatible = try text("compatible")
    }
}

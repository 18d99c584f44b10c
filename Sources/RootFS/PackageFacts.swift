package import Debian
import Syscalls

/// What the finished layers of an image tell of its packages.
package struct PackageFacts: Sendable {
    private let layers: [String]

    /// Looks at layers, the lowest first.
    package init(layers: [String]) { self.layers = layers }

    /// The stanzas of dpkg's status file, one for each package, sorted by name.
    package func stanzas() throws -> [Stanza] {
        guard let text = try readText("\(DpkgDatabase.folder)/status") else { return [] }
        return try Deb822.parse(text)
    }

    /// The content of a text file of the image; nil when there is none.
    ///
    /// The path is relative to the image's root; symlinks on it are followed inside a layer.
    package func readText(_ path: String) throws -> String? {
        for layer in layers.reversed() {
            if let bytes = try FileSystem.read(path, inRoot: layer) {
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        return nil
    }
}

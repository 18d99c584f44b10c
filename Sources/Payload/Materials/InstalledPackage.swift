/// A package of the image, as the lock and the tree describe it.
package struct InstalledPackage: Sendable, Equatable {
    /// The package's name, without an architecture.
    package var name: String
    /// The version, epoch and revision included.
    package var version: String
    /// The architecture: `amd64`, `all`.
    package var architecture: String
    /// The source package's name, with its version in parentheses where that differs.
    package var source: String
    /// The SHA-256 of the deb, 64 hexadecimal digits; nil when no deb is known.
    package var sha256: String?
    /// The deb's size in bytes.
    package var byteCount: UInt64
    /// The deb's path in its archive, `pool/main/…`; nil for a package of this tree.
    package var path: String?
    /// The `Maintainer:` field, such as `Debian X Team <x@example.org>`; nil when unknown.
    package var maintainer: String?
    /// The content of `/usr/share/doc/<name>/copyright`; nil when the package has none.
    package var copyright: String?

    /// Makes a record.
    package init(
        name: String, version: String, architecture: String, source: String,
        sha256: String? = nil, byteCount: UInt64 = 0, path: String? = nil,
        maintainer: String? = nil, copyright: String? = nil
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source
        self.sha256 = sha256
        self.byteCount = byteCount
        self.path = path
        self.maintainer = maintainer
        self.copyright = copyright
    }

    /// The order of every list of packages: by the bytes of name, then architecture, then version.
    static func precedes(_ left: InstalledPackage, _ right: InstalledPackage) -> Bool {
        for (a, b) in [
            (left.name, right.name), (left.architecture, right.architecture),
            (left.version, right.version),
        ] where a != b {
            return a.utf8.lexicographicallyPrecedes(b.utf8)
        }
        return false
    }

    /// One line of the list of packages beside a payload.
    package var line: String { "\(name) \(version) \(architecture)\n" }
}

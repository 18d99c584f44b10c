import Archive
import Bytes
import Digest
import Syscalls

/// A package and the file that it is in.
package struct PackageFile: Sendable, Hashable {
    /// The package.
    package var package: LockedPackage
    /// Its file.
    package var path: String

    /// Names a package's file.
    package init(_ package: LockedPackage, path: String) {
        self.package = package
        self.path = path
    }

    /// Reads what a package's file says of itself.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - archive: What a lock calls the place that it is from.
    ///   - name: The file's path in that place.
    /// - Throws: `ArchiveError`, `Deb822Error`, `AptError`, `SystemError`.
    package init(reading path: String, archive: String, name: String) throws {
        var stanza = try PackageFile.control(of: path)
        stanza["Filename"] = name
        stanza["Size"] = String(try FileSystem.byteCount(of: path) ?? 0)
        stanza["SHA256"] = Hex.encode(try FileDigest.digest(of: path))
        self.init(try LockedPackage(stanza, archive: archive), path: path)
    }

    /// The package's stanza in a list that nothing is ever fetched by.
    func listed() throws -> Stanza {
        try stanza(at: "./\(package.name)_\(package.architecture).deb")
    }

    /// The package's stanza as a list has it.
    ///
    /// - Parameter name: The file's path relative to the archive.
    /// - Returns: The stanza.
    /// - Throws: `ArchiveError`, `Deb822Error`.
    package func stanza(at name: String) throws -> Stanza {
        var stanza = try PackageFile.control(of: path)
        stanza["Filename"] = name
        stanza["Size"] = String(package.byteCount)
        stanza["SHA256"] = package.sha256
        return stanza
    }

    /// The control stanza of a package's file.
    ///
    /// - Throws: `ArchiveError`, `Deb822Error`.
    package static func control(of path: String) throws -> Stanza {
        let control = try DebianPackageFile(path).readControl()
        let text = String(decoding: control["control"] ?? [], as: UTF8.self)
        return try Deb822.parse(text).first ?? Stanza()
    }
}

import Archive
package import Events
import Syscalls

/// Why a package that no archive has cannot be taken.
package enum ExternalPackageError: Error, Equatable, CustomStringConvertible {
    /// What the manifest calls its URL is none that files can be fetched from.
    case badURL(package: String, url: String)
    /// The file at its URL is another one than the manifest wants.
    case wrongContent(package: String, url: String, expected: String, found: String)
    /// The file is no package.
    case notAPackage(package: String, url: String, reason: String)
    /// The file is another package than the manifest says.
    case mismatch(package: String, url: String, field: String, expected: String, found: String)
    /// apt chose another file for its name.
    case notChosen(package: String, version: String)

    package var description: String {
        switch self {
        case .badURL(let package, let url):
            "\(package): expected a URL of http, https or file, not \(url)"
        case .wrongContent(let package, let url, let expected, let found):
            "\(package): \(url) has SHA-256 \(found), the manifest says \(expected)"
        case .notAPackage(let package, let url, let reason):
            "\(package): what is at \(url) is no package: \(reason)"
        case .mismatch(let package, let url, let field, let expected, let found):
            "\(package): \(url): \(field) is \(found), the manifest says \(expected)"
        case .notChosen(let package, let version):
            "\(package): apt does not take the external package's version \(version)"
        }
    }
}

/// A package that no archive has, as the manifest names it.
package struct ExternalPackage: Sendable, Equatable {
    /// The package's name.
    package var name: String
    /// Its version.
    package var version: String
    /// Where its file is.
    package var url: String
    /// The SHA-256 of its file, in hexadecimal.
    package var sha256: String

    /// Names a package.
    ///
    /// - Throws: `ExternalPackageError.badURL`.
    package init(name: String, version: String, url: String, sha256: String)
        throws(ExternalPackageError)
    {
        guard ExternalPackage.isURL(url) else { throw .badURL(package: name, url: url) }
        self.name = name
        self.version = version
        self.url = url
        self.sha256 = sha256
    }

    /// Whether a text is a URL of the kinds that files are fetched from.
    static func isURL(_ text: String) -> Bool {
        ["http://", "https://", "file:///"].contains {
            text.hasPrefix($0) && text.utf8.count > $0.utf8.count
        }
    }
}

/// An external package whose file is in the pool.
package struct FetchedExternalPackage: Sendable, Equatable {
    /// The package as a lock names it.
    package let package: LockedPackage
    /// Its control stanza.
    package let stanza: Stanza
}

/// Brings the packages that no archive has into the pool, and learns what a lock says of them.
package struct ExternalPackageSource {
    private let pool: Pool
    private let architecture: String

    /// Makes a source that fetches into a pool, for images of an architecture.
    package init(pool: Pool, architecture: String) {
        self.pool = pool
        self.architecture = architecture
    }

    /// Fetches what the pool lacks and reads every package's control stanza.
    ///
    /// - Throws: `MissingPackages`, `ExternalPackageError`; nothing that came in wrong stays in the
    ///   pool then.
    package func fetch(_ packages: [ExternalPackage], events: EventStream) throws
        -> [FetchedExternalPackage]
    {
        let fresh = packages.filter { !pool.holds(pin(of: $0)) }
        if !fresh.isEmpty { try transfer(fresh, events) }
        do {
            return try packages.map(read)
        } catch {
            // A digest that somebody wrote down is no promise that the file is a package.
            for package in fresh { try pool.discard(pin(of: package)) }
            throw error
        }
    }

    private func transfer(_ packages: [ExternalPackage], _ events: EventStream) throws {
        do {
            try Fetcher(pool: pool, sources: []).fetch(
                packages.map {
                    WantedFile(
                        pin: pin(of: $0), version: $0.version,
                        archive: LockedPackage.urlArchive, urls: [Fetcher.escaped(url: $0.url)])
                }, events: events)
        } catch PoolError.wrongContent(let name, let url, let expected, let found) {
            throw ExternalPackageError.wrongContent(
                package: name, url: url, expected: expected, found: found)
        }
    }

    private func read(_ package: ExternalPackage) throws -> FetchedExternalPackage {
        let path = pool.path(of: pin(of: package))
        let stanza: Stanza
        do {
            let control = try DebianPackageFile(path).readControl()
            let stanzas = try Deb822.parse(
                String(decoding: control["control"] ?? [], as: UTF8.self))
            guard stanzas.count == 1 else {
                throw notAPackage(package, "its control file has \(stanzas.count) stanzas")
            }
            stanza = stanzas[0]
        } catch let error as ArchiveError {
            throw notAPackage(package, error.description)
        } catch let error as Deb822Error {
            throw notAPackage(package, "control: \(error)")
        }
        try expect(package.name, in: "Package", of: stanza, package)
        try expect(package.version, in: "Version", of: stanza, package)
        let found = stanza["Architecture"] ?? "none"
        if found != "all" { try expect(architecture, in: "Architecture", of: stanza, package) }
        let source = (stanza["Source"] ?? package.name).prefix { $0 != " " }
        guard !source.isEmpty, source.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw notAPackage(package, "its field Source is \(source)")
        }
        return FetchedExternalPackage(
            package: LockedPackage(
                name: package.name, version: package.version, architecture: found,
                source: String(source), sha256: package.sha256,
                byteCount: try FileSystem.byteCount(of: path) ?? 0,
                archive: LockedPackage.urlArchive, path: package.url),
            stanza: stanza)
    }

    private func expect(
        _ expected: String, in field: String, of stanza: Stanza, _ package: ExternalPackage
    ) throws(ExternalPackageError) {
        guard let found = stanza[field], found == expected else {
            throw .mismatch(
                package: package.name, url: package.url, field: field, expected: expected,
                found: stanza[field] ?? "missing")
        }
    }

    private func notAPackage(_ package: ExternalPackage, _ reason: String) -> ExternalPackageError {
        .notAPackage(package: package.name, url: package.url, reason: reason)
    }

    private func pin(of package: ExternalPackage) -> FilePin {
        FilePin(package: package.name, sha256: package.sha256, byteCount: nil)
    }
}

/// Where an archive can be had.
package enum ArchiveLocation: Sendable, Equatable {
    /// Where the build machine's own apt gets Debian, or Debian's security archive, from.
    case host(isSecurity: Bool)
    /// A URL, without a slash at its end.
    case url(String)

    /// The URL; asks apt for the build machine's own mirror.
    ///
    /// - Throws: `AptError.noHostMirror` when its apt has no such source.
    package func resolve() throws -> String {
        switch self {
        case .url(let url): return url
        case .host(let isSecurity):
            guard let url = try HostMirrors.url(isSecurity: isSecurity) else {
                throw AptError.noHostMirror(isSecurity: isSecurity)
            }
            return url
        }
    }
}

/// An apt archive's suites that packages may come from.
package struct Repository: Sendable, Equatable {
    /// The name that a lock calls the archive by, such as `debian`.
    package var archive: String
    /// Where the archive is; paths in a lock are relative to it.
    package var location: ArchiveLocation
    /// The suites, such as `trixie` and `trixie-updates`.
    package var suites: [String]
    /// The components, such as `main`.
    package var components: [String]
    /// The keyring that must have signed its releases; a path.
    package var keyring: String

    /// Makes a repository.
    package init(
        archive: String, location: ArchiveLocation, suites: [String], components: [String],
        keyring: String
    ) {
        self.archive = archive
        self.location = location
        self.suites = suites
        self.components = components
        self.keyring = keyring
    }

    /// The stanza of a sources file (sources.list(5)).
    ///
    /// - Parameters:
    ///   - url: Where the archive is.
    ///   - signer: The keyring's path where the file is read; nil for this machine's.
    /// - Returns: The stanza, with an empty line at its end.
    package func sourcesStanza(url: String, signer: String? = nil) -> String {
        """
        Types: deb
        URIs: \(url)
        Suites: \(suites.joined(separator: " "))
        Components: \(components.joined(separator: " "))
        Signed-By: \(signer ?? keyring)

        """
    }
}

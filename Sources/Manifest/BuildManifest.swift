/// `conf/build.manifest`: what an image is made of, in scale-build's vocabulary with keys of ours.
///
/// A manifest of TrueNAS SCALE parses whole. What only it has (`code_name`,
/// `identity_file_path_default`, `sources`, …) may be missing in ours; what only ours has may be
/// missing in theirs, and stands at a default made from the code name.
package struct BuildManifest: Sendable, Equatable {
    /// The image's name; scale-build's `code_name` in lower case where `name` is missing.
    package var name: String
    /// The stream of releases; the image's name where it is missing.
    package var train: String
    /// The kind of machine that the image is for; the image's name where it is missing.
    package var compatible: String
    /// How `rootfs.squashfs` is compressed.
    package var compression: CompressionChoice
    /// Folders of `conf/components` to bring in, in order.
    package var components: [String]
    /// Packages built from this tree with dpkg-deb.
    package var localPackages: [String]
    /// scale-build's name of a release.
    package var codeName: String?
    /// The suite, such as `trixie`.
    package var debianRelease: String
    /// The SSH key for private repositories.
    package var identityFilePathDefault: String?
    /// Where packages come from.
    package var aptRepositories: AptRepositories
    /// Packages of the image, in order.
    package var basePackages: [PackageEntry]
    /// Further packages of the image, in order, after the base.
    package var additionalPackages: [PackageEntry]
    /// Packages taken out again; `*` and `?` stand for other letters.
    package var basePrune: [String]
    /// Packages of the live environment only.
    package var isoPackages: [String]
    /// A number that, raised, makes everything be built again.
    package var buildEpoch: Int
    /// Pins of apt_preferences(5).
    package var aptPreferences: [AptPreference]
    /// Packages built from source.
    package var sources: [SourceEntry]
    /// Versions of what can be added to a running system, by name and channel.
    package var extensions: [String: [String: String]]
    /// Debs that no archive has.
    package var externalPackages: [ExternalPackage]

    /// The packages of the image, base first.
    package var packages: [PackageEntry] { basePackages + additionalPackages }
}

/// How `rootfs.squashfs` is compressed.
package struct CompressionChoice: Sendable, Equatable {
    /// The format.
    package enum Algorithm: String, Sendable, CaseIterable {
        /// Zstandard, levels 1 to 22.
        case zstd
        /// LZMA2.
        case xz
        /// zlib, levels 1 to 9.
        case gzip
        /// LZ4.
        case lz4
        /// As it is.
        case none

        /// The levels that there are.
        package var levels: ClosedRange<Int>? {
            switch self {
            case .zstd: 1...22
            case .gzip: 1...9
            case .xz, .lz4, .none: nil
            }
        }
    }

    /// The format.
    package var algorithm: Algorithm
    /// The level; nil for the format's default.
    package var level: Int?
    /// The length of a block in bytes, a power of two from 4096 to 1 MiB; nil for the default.
    package var blockSize: Int?

    /// Makes a choice.
    package init(algorithm: Algorithm = .zstd, level: Int? = nil, blockSize: Int? = nil) {
        self.algorithm = algorithm
        self.level = level
        self.blockSize = blockSize
    }
}

/// Where packages come from.
package struct AptRepositories: Sendable, Equatable {
    /// Where an archive is.
    package enum Location: Sendable, Equatable {
        /// `host`: the mirror that the build machine's own apt uses.
        case host
        /// A URL, without a slash at its end.
        case url(String)
    }

    /// What relative URLs are relative to; ends in a slash.
    package var baseURL: String?
    /// The same inside of TrueNAS's network; kept, not used.
    package var baseURLInternal: String?
    /// The Debian archive.
    package var main: AptRepository
    /// Further archives and suites, in order.
    package var additional: [AptRepository]

    /// All of them, the main one first.
    package var all: [AptRepository] { [main] + additional }
}

/// One suite of an archive.
package struct AptRepository: Sendable, Equatable {
    /// Where it is, already joined with `base-url`.
    package var location: AptRepositories.Location
    /// The suite, such as `trixie-updates`.
    package var distribution: String
    /// The components, such as `main`.
    package var components: [String]
    /// The keyring that must have signed it, relative to the tree; nil for Debian's own.
    package var key: String?
    /// The line of the manifest.
    package var line: Int
}

/// One package of the image.
package struct PackageEntry: Sendable, Equatable {
    /// The name, as apt takes it.
    package var name: String
    /// Whether what it recommends comes with it; false where the manifest does not say.
    package var installRecommends: Bool
    /// Why it is there.
    package var comment: String?
    /// The line of the manifest.
    package var line: Int
}

/// A pin of apt_preferences(5).
package struct AptPreference: Sendable, Equatable {
    /// Names or patterns of packages.
    package var package: String
    /// What is pinned, such as `release n=trixie`.
    package var pin: String
    /// The priority.
    package var priority: Int
}

/// A deb that no archive has.
package struct ExternalPackage: Sendable, Equatable {
    /// The package's name.
    package var name: String
    /// Its version.
    package var version: String
    /// Where it is, with `{package}`, `{version}` and `{arch}`.
    package var urlTemplate: String
    /// The SHA-256 of the file; scale-build's manifests have none, and then it is not built in.
    package var sha256: String?
    /// Programs to run in the image after its installation.
    package var postInstallCommands: [[String]]
    /// The line of the manifest.
    package var line: Int

    /// Where the file is for an architecture.
    package func url(architecture: String) -> String {
        var url = ""
        var rest = urlTemplate[...]
        let values = ["package": name, "version": version, "arch": architecture]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let field = String(rest[rest.index(after: open)..<close])
            url += rest[..<open] + (values[field] ?? "{\(field)}")
            rest = rest[rest.index(after: close)...]
        }
        return url + rest
    }
}

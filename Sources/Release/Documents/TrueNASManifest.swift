package import Digest

/// The `manifest.json` of a TrueNAS SCALE payload: read and verified, never written.
///
/// scale-build's `image/manifest.py` writes one JSON object with exactly the fields `date` (Python's
/// `datetime.utcnow().isoformat()`), `version`, `size` (1.1 × what `du` says of the root, bytes),
/// `checksums` (path → hexadecimal digest of every file but the manifest) and `kernel_version`.
/// The digests are SHA-1 in release 22.02 and SHA-256 in later ones; nothing says which but their
/// length.
package struct TrueNASManifest: Sendable, Equatable {
    /// When the payload was made, as the manifest says it: UTC without a zone.
    package let date: String
    /// The release's version.
    package let version: ReleaseName
    /// The bytes that installing takes, estimated by its builder.
    package let size: UInt64
    /// How the digests were made: the same for all files.
    package let algorithm: HashAlgorithm
    /// The digest of every file but the manifest.
    package let checksums: [PayloadPath: Checksum]
    /// The release of the kernel.
    package let kernelVersion: ReleaseName

    /// Reads a manifest from an untrusted source.
    ///
    /// - Throws: `ReleaseError` naming the field that is missing, unknown or wrong.
    package init(decoding bytes: [UInt8]) throws(ReleaseError) {
        try self.init(DocumentReader(bytes, document: ReleaseManifest.fileName))
    }

    init(_ reader: DocumentReader) throws(ReleaseError) {
        try reader.allowOnly(["date", "version", "size", "checksums", "kernel_version"])
        date = try reader.string("date")
        // Whole seconds, then perhaps a fraction, which Python leaves out when it is zero.
        let fraction = date.utf8.dropFirst(19)
        let isDigits = fraction.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
        let isFraction = fraction.first == UInt8(ascii: ".") && fraction.count == 7 && isDigits
        guard ReleaseDate.seconds(String(date.prefix(19))) != nil, fraction.isEmpty || isFraction
        else { throw reader.invalid("date", "a time such as 2022-02-22T18:10:30.123456") }
        version = try reader.name("version")
        size = try reader.count("size")
        kernelVersion = try reader.name("kernel_version")

        let map = try reader.object("checksums")
        var digests: [PayloadPath: Checksum] = [:]
        var algorithm: HashAlgorithm?
        for key in map.keys {
            let text = try map.string(key)
            let found =
                text.utf8.count == 2 * HashAlgorithm.sha1.byteCount ? HashAlgorithm.sha1 : .sha256
            guard let digest = Checksum(text, found), algorithm == nil || algorithm == found else {
                throw map.invalid(key, "a SHA-1 or SHA-256, the same kind for all files")
            }
            algorithm = found
            digests[try PayloadPath(truenas: key)] = digest
        }
        guard let algorithm else { throw reader.invalid("checksums", "at least one file") }
        self.algorithm = algorithm
        checksums = digests
    }
}

/// A payload's manifest of either kind.
package enum PayloadManifest: Sendable, Equatable {
    /// Ours: it has a `format`.
    case slipway(ReleaseManifest)
    /// TrueNAS SCALE's: it has none.
    case truenas(TrueNASManifest)

    /// Reads a manifest from an untrusted source.
    ///
    /// - Throws: `ReleaseError` naming the field that is missing, unknown or wrong.
    package init(decoding bytes: [UInt8]) throws(ReleaseError) {
        let reader = try DocumentReader(bytes, document: ReleaseManifest.fileName)
        self =
            reader.has("format")
            ? .slipway(try ReleaseManifest(reader)) : .truenas(try TrueNASManifest(reader))
    }

    /// The release's version.
    package var version: ReleaseName {
        switch self {
        case .slipway(let manifest): manifest.version
        case .truenas(let manifest): manifest.version
        }
    }

    /// The release of the kernel.
    package var kernelVersion: ReleaseName {
        switch self {
        case .slipway(let manifest): manifest.kernelVersion
        case .truenas(let manifest): manifest.kernelVersion
        }
    }

    /// The digest of every file but the manifest itself and its signature.
    package var checksums: [PayloadPath: Checksum] {
        switch self {
        case .slipway(let manifest): manifest.checksums
        case .truenas(let manifest): manifest.checksums
        }
    }
}

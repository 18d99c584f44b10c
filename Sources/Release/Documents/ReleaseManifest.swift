import Digest
import JSON

/// The `manifest.json` of a Slipway payload.
///
/// TrueNAS SCALE's field names (`date`, `version`, `size`, `checksums`, `kernel_version`) and ours.
/// A reader refuses a field that it does not know: something that changes what an update means
/// raises `format`, something that only informs goes into `buildinfo`.
package struct ReleaseManifest: Sendable, Equatable {
    /// The format that this program writes and reads.
    package static let format: Int64 = 1
    /// The name of the manifest inside a payload.
    package static let fileName = "manifest.json"
    /// The name of the manifest's signature inside a payload.
    package static let signatureFileName = "manifest.json.minisig"

    /// The release's version.
    package var version: ReleaseName
    /// The stream of releases that this one belongs to.
    package var train: ReleaseName
    /// The release's place in its train; installing never lowers it without `--allow-downgrade`.
    package var sequence: UInt64
    /// The kind of machine that the payload is for; must equal the system's own word.
    package var compatible: ReleaseName
    /// The release of the kernel, as `uname -r` says it.
    package var kernelVersion: ReleaseName
    /// The bytes of all files together: what the image takes on the boot array.
    package var size: UInt64
    /// The SHA-256 of every file but the manifest itself and its signature.
    package var checksums: [PayloadPath: Checksum]
    /// How the payload was made; its `sourceDateEpoch` is the manifest's `date`.
    package var buildInfo: BuildInfo

    /// Makes a manifest.
    package init(
        version: ReleaseName, train: ReleaseName, sequence: UInt64, compatible: ReleaseName,
        kernelVersion: ReleaseName, size: UInt64, checksums: [PayloadPath: Checksum],
        buildInfo: BuildInfo
    ) {
        self.version = version
        self.train = train
        self.sequence = sequence
        self.compatible = compatible
        self.kernelVersion = kernelVersion
        self.size = size
        self.checksums = checksums
        self.buildInfo = buildInfo
    }

    /// The files in the order in which the manifest names them: by the bytes of their paths.
    package var paths: [PayloadPath] { checksums.keys.sorted() }

    /// The point in time that every timestamp in the payload shows, seconds since 1970.
    package var date: Int64 { buildInfo.sourceDateEpoch }

    /// The manifest's text: the same value always gives the same bytes.
    package func encode() -> [UInt8] {
        let files = paths.map {
            JSON.Member($0.text, .string(checksums[$0]?.description ?? ""))
        }
        let document = JSON.makeObject([
            "format": .integer(ReleaseManifest.format),
            "version": .string(version.text),
            "date": .string(ReleaseDate.text(date)),
            "train": .string(train.text),
            "sequence": .integer(Int64(sequence)),
            "compatible": .string(compatible.text),
            "kernel_version": .string(kernelVersion.text),
            "size": .integer(Int64(size)),
            "checksums": .object(files),
            "buildinfo": buildInfo.json,
        ])
        return Array(document.text(.pretty).utf8)
    }

    /// Reads a manifest from an untrusted source.
    ///
    /// - Throws: `ReleaseError` naming the field that is missing, unknown or wrong.
    package init(decoding bytes: [UInt8]) throws(ReleaseError) {
        try self.init(DocumentReader(bytes, document: ReleaseManifest.fileName))
    }

    init(_ reader: DocumentReader) throws(ReleaseError) {
        guard let format = try reader.value("format").integer else {
            throw reader.invalid("format", "a whole number")
        }
        // First of all, so that a newer manifest is called newer rather than wrong.
        guard format == ReleaseManifest.format else {
            throw .unsupportedFormat(
                document: reader.document, format: format, supported: ReleaseManifest.format)
        }
        try reader.allowOnly([
            "format", "version", "date", "train", "sequence", "compatible", "kernel_version",
            "size", "checksums", "buildinfo",
        ])
        version = try reader.name("version")
        train = try reader.name("train")
        sequence = try reader.count("sequence")
        compatible = try reader.name("compatible")
        kernelVersion = try reader.name("kernel_version")
        size = try reader.count("size")
        checksums = try ReleaseManifest.checksums(reader)
        buildInfo = try BuildInfo(reader.object("buildinfo"))
        guard ReleaseDate.seconds(try reader.string("date")) == buildInfo.sourceDateEpoch else {
            throw reader.invalid(
                "date", ReleaseDate.text(buildInfo.sourceDateEpoch) + ", the source_date_epoch")
        }
    }

    private static func checksums(_ reader: DocumentReader) throws(ReleaseError)
        -> [PayloadPath: Checksum]
    {
        let map = try reader.object("checksums")
        var result: [PayloadPath: Checksum] = [:]
        for key in map.keys {
            let path = try PayloadPath(key)
            // A manifest cannot hold its own digest, nor that of its signature.
            guard ![fileName, signatureFileName].contains(key) else {
                throw map.invalid(key, "no digest of the manifest or its signature")
            }
            guard let digest = Checksum(try map.string(key), .sha256) else {
                throw map.invalid(key, "64 lower-case hexadecimal digits")
            }
            result[path] = digest
        }
        guard !result.isEmpty else { throw reader.invalid("checksums", "at least one file") }
        return result
    }
}

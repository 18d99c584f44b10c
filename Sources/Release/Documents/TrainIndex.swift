import Digest
import JSON

/// A train's index, `train/manifest.json`: the newest release and how to check it.
///
/// The fields are those of scale-build's release manifest; the file is signed like a payload's
/// manifest, with `train/manifest.json.minisig` beside it. The two documents share no required set
/// of fields, so the signature of one is never good for the other.
package struct TrainIndex: Sendable, Equatable {
    /// The folder of the index and its signature, beside the payloads.
    package static let folderName = "train"
    /// The index as error messages call it.
    package static let documentName = "train/manifest.json"

    /// The payload's file name: relative to the index's own folder's parent.
    package var fileName: ReleaseName
    /// The release's version.
    package var version: ReleaseName
    /// The payload's date, seconds since 1970.
    package var date: Int64
    /// What is new, for people; any text.
    package var changelog: String
    /// The SHA-256 of the payload file.
    package var checksum: Checksum
    /// The payload file's size in bytes.
    package var fileSize: UInt64

    /// Makes an index.
    package init(
        fileName: ReleaseName, version: ReleaseName, date: Int64, changelog: String,
        checksum: Checksum, fileSize: UInt64
    ) {
        self.fileName = fileName
        self.version = version
        self.date = date
        self.changelog = changelog
        self.checksum = checksum
        self.fileSize = fileSize
    }

    /// The index's text: the same value always gives the same bytes.
    package func encode() -> [UInt8] {
        let document: JSON = [
            "filename": .string(fileName.text),
            "version": .string(version.text),
            "date": .string(ReleaseDate.text(date)),
            "changelog": .string(changelog),
            "checksum": .string(checksum.description),
            "filesize": .integer(Int64(fileSize)),
        ]
        return Array(document.text(.pretty).utf8)
    }

    /// Reads an index from an untrusted source.
    ///
    /// - Throws: `ReleaseError` naming the field that is missing, unknown or wrong.
    package init(decoding bytes: [UInt8]) throws(ReleaseError) {
        let reader = try DocumentReader(bytes, document: TrainIndex.documentName)
        try reader.allowOnly([
            "filename", "version", "date", "changelog", "checksum", "filesize",
        ])
        fileName = try reader.name("filename")
        version = try reader.name("version")
        guard let seconds = ReleaseDate.seconds(try reader.string("date")) else {
            throw reader.invalid("date", "a time such as 2026-11-20T00:00:00")
        }
        date = seconds
        changelog = try reader.string("changelog")
        guard let digest = Checksum(try reader.string("checksum"), .sha256) else {
            throw reader.invalid("checksum", "64 lower-case hexadecimal digits")
        }
        checksum = digest
        fileSize = try reader.count("filesize")
    }
}

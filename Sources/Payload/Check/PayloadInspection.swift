package import JSON
package import PayloadFile
package import Release
import SquashFS

/// What is in a payload, as far as it says so itself: nothing here is verified.
package struct PayloadInspection: Sendable, Equatable {
    /// A file of the payload.
    package struct File: Sendable, Equatable {
        /// The path in the payload.
        package let path: String
        /// The length in bytes.
        package let byteCount: UInt64
    }

    /// The payload as the user named it.
    package let file: String
    /// The payload's length in bytes.
    package let byteCount: UInt64
    /// The manifest's content, as it stands there.
    package let manifestJSON: JSON
    /// The manifest.
    package let manifest: PayloadManifest
    /// Who claims to have signed, and with which comment; nil for an unsigned payload.
    package let signature: MinisignSignature?
    /// The files, sorted by path.
    package let files: [File]
    /// The root filesystem.
    package let rootfs: RootfsSummary

    /// Looks into a payload; neither signature nor checksums are checked.
    ///
    /// - Throws: `PayloadError`.
    package init(_ file: String) throws(PayloadError) {
        try self.init(OpenPayload(file))
    }

    init(_ payload: OpenPayload) throws(PayloadError) {
        let file = payload.file
        let bytes = try payload.readManifest()
        manifest = try payload.decodeManifest(bytes)
        let path = ReleaseManifest.signatureFileName
        do {
            manifestJSON = try JSON(parsing: bytes)
            signature =
                payload.files[path] == nil
                ? nil
                : try MinisignSignature(
                    decoding: payload.read(path, limit: UInt64(Minisign.fileByteLimit)),
                    source: path)
            let rootfs = try payload.openNested(PayloadVerifier.rootfsPath)
            self.rootfs = try RootfsSummary(
                rootfs,
                imageByteCount: payload.files[PayloadVerifier.rootfsPath]?.byteCount ?? 0)
        } catch {
            throw PayloadError(error, file: file)
        }
        self.file = file
        byteCount = payload.byteCount
        files = payload.files.map { File(path: $0.key, byteCount: $0.value.byteCount) }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// The inspection as JSON.
    package var json: JSON {
        JSON.makeObject([
            "file": .string(file),
            "size": .integer(Int64(clamping: byteCount)),
            "manifest": manifestJSON,
            "signature": signature.map {
                [
                    "key": .string($0.keyID.description),
                    "trusted_comment": .string($0.trustedComment),
                ]
            },
            "files": .array(
                files.map {
                    [
                        "path": .string($0.path),
                        "size": .integer(Int64(clamping: $0.byteCount)),
                    ]
                }),
            "rootfs": rootfs.json,
        ])
    }
}

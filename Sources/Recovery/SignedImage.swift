import Digest
package import Release

/// What the files of an installed image must be, as its signed manifest says.
package struct SignedImage: Sendable, Equatable {
    /// A file and the SHA-256 that it must have.
    package struct File: Sendable, Equatable {
        /// The path in the image's folder.
        package let path: String
        /// The digest.
        package let digest: [UInt8]
    }

    /// The image's folder in `images/`, which is its version.
    package let name: String
    /// The manifest.
    package let manifest: ReleaseManifest
    /// Its files, manifest and signature included.
    package let files: [File]
    /// Why nobody who is trusted vouches for the manifest; nil when somebody does.
    package let doubt: String?

    /// Longer than any manifest, in bytes.
    private static let manifestLimit: UInt64 = 4 << 20

    /// Finds the manifest of an image: that of the first leg on which its signature is good.
    ///
    /// - Parameters:
    ///   - name: The image's name.
    ///   - folder: Where the image is.
    ///   - legs: The legs; a leg whose manifest is rotten has no say.
    ///   - keys: Whose signatures count; nil when there are none.
    /// - Throws: `RecoveryError.noManifest` when no leg has one that can be read.
    package init(
        _ name: String, in folder: String, on legs: [any LegFiles], keys: TrustedKeys?
    ) throws(RecoveryError) {
        var reasons: [String] = []
        var doubtful: SignedImage?
        for leg in legs {
            do {
                let image = try SignedImage(name, in: folder, on: leg, keys: keys)
                if image.doubt == nil {
                    self = image
                    return
                }
                doubtful = doubtful ?? image
            } catch {
                reasons.append("\(leg.name): \(error)")
            }
        }
        guard let doubtful else { throw .noManifest(image: name, reasons: reasons) }
        self = doubtful
    }

    private init(
        _ name: String, in folder: String, on leg: any LegFiles, keys: TrustedKeys?
    ) throws {
        let bytes = try leg.read(
            "\(folder)/\(ReleaseManifest.fileName)", limit: SignedImage.manifestLimit)
        let manifest = try ReleaseManifest(decoding: bytes)
        self.manifest = manifest
        self.name = name
        let signaturePath = "\(folder)/\(ReleaseManifest.signatureFileName)"
        var files = [
            File(path: ReleaseManifest.fileName, digest: Hasher.digest(bytes))
        ]
        if leg.hasFile(signaturePath) {
            let signature = try leg.read(signaturePath, limit: UInt64(Minisign.fileByteLimit))
            files.append(
                File(
                    path: ReleaseManifest.signatureFileName,
                    digest: Hasher.digest(signature)))
            doubt = SignedImage.doubt(signature, bytes, keys, manifest, name)
        } else {
            doubt = "it is not signed"
        }
        self.files =
            files
            + manifest.paths.compactMap { path in
                manifest.checksums[path].map { File(path: path.text, digest: $0.bytes) }
            }
    }

    private static func doubt(
        _ signature: [UInt8], _ bytes: [UInt8], _ keys: TrustedKeys?,
        _ manifest: ReleaseManifest, _ name: String
    ) -> String? {
        guard manifest.version.text == name else {
            return "its manifest is that of \(manifest.version)"
        }
        guard let keys else { return "no key is trusted here" }
        let source = ReleaseManifest.signatureFileName
        do {
            let signature = try MinisignSignature(decoding: signature, source: source)
            try keys.verify(signature, of: bytes, source: source)
            return nil
        } catch {
            return String(describing: error)
        }
    }
}

import Digest
package import Release
import SquashFS
import Syscalls

/// Who vouches for a payload.
package enum PayloadSigner: Sendable, Equatable {
    /// A trusted key signed it.
    case trusted(MinisignPublicKey, comment: String)
    /// It claims a key that is not trusted; accepted because `--allow-unsigned` was given.
    case foreign(MinisignKeyID)
    /// Nobody; accepted because `--allow-unsigned` was given.
    case nobody
}

/// What verifying a payload found.
package struct VerifiedPayload: Sendable, Equatable {
    /// The payload as the user named it.
    package let file: String
    /// The payload's length in bytes.
    package let byteCount: UInt64
    /// The manifest inside.
    package let manifest: PayloadManifest
    /// Who vouches for it.
    package let signer: PayloadSigner
    /// How many files of the payload were read and compared with the manifest.
    package let fileCount: Int
    /// How many inodes the root filesystem has that were read through.
    package let rootfsInodeCount: Int
}

/// A payload whose signature, manifest and names are right, and whose files have not been read.
package struct AdmittedPayload {
    /// The payload.
    package let payload: OpenPayload
    /// `manifest.json`.
    package let manifestBytes: [UInt8]
    /// `manifest.json.minisig`; nil for an unsigned payload.
    package let signatureBytes: [UInt8]?
    /// What the manifest says.
    package let manifest: PayloadManifest
    /// Who vouches for it.
    package let signer: PayloadSigner
    /// The bytes of all files that the manifest names.
    package let fileByteCount: UInt64
}

/// Checks a payload from its first byte to its last, with our own reader; no kernel sees it.
package struct PayloadVerifier: Sendable {
    /// The step that progress is reported for.
    package enum Step: String, Sendable {
        /// Reading every file and comparing its digest with the manifest.
        case checksums
        /// Writing the outer squashfs anew and comparing it.
        case form
        /// Reading the root filesystem through.
        case rootfs
    }

    /// Told now and then how many bytes of a step are done, and of how many.
    package typealias OnProgress = (_ step: Step, _ done: UInt64, _ total: UInt64) -> Void

    package static let rootfsPath = "rootfs.squashfs"

    private let trustedKeys: TrustedKeys?
    private let allowsUnsigned: Bool
    private let rule: InstallRule

    /// Prepares a check.
    ///
    /// - Parameters:
    ///   - trustedKeys: Whose signatures count; nil when there are none.
    ///   - allowsUnsigned: Accepts a payload without a signature, or with one by an unknown key. A
    ///     signature that claims a trusted key and is wrong is never accepted.
    ///   - rule: What the system accepts.
    package init(
        trustedKeys: TrustedKeys?, allowsUnsigned: Bool = false, rule: InstallRule = InstallRule()
    ) {
        self.trustedKeys = trustedKeys
        self.allowsUnsigned = allowsUnsigned
        self.rule = rule
    }

    /// Checks a payload.
    ///
    /// - Throws: `PayloadError`: the first thing that is wrong.
    /// - Returns: What was found.
    package func verify(_ file: String, onProgress: OnProgress = { _, _, _ in })
        throws(PayloadError) -> VerifiedPayload
    {
        let admitted = try admit(file)
        let (payload, manifest) = (admitted.payload, admitted.manifest)
        try checkChecksums(payload, manifest, admitted.fileByteCount, onProgress)
        if case .slipway(let ours) = manifest {
            try checkForm(
                payload, ours, admitted.manifestBytes, admitted.signatureBytes, onProgress)
        }
        let inodeCount = try checkRootfs(payload, onProgress)
        return VerifiedPayload(
            file: file, byteCount: payload.byteCount, manifest: manifest,
            signer: admitted.signer, fileCount: manifest.checksums.count,
            rootfsInodeCount: inodeCount)
    }

    /// Checks all that can be said of a payload before its files are read: signature, manifest, the
    /// rule, names and size.
    ///
    /// - Throws: `PayloadError`: the first thing that is wrong.
    /// - Returns: The payload; who reads a file of it compares the digest.
    package func admit(_ file: String) throws(PayloadError) -> AdmittedPayload {
        let payload = try OpenPayload(file)
        let manifestBytes = try payload.readManifest()
        let (signer, signature) = try checkSignature(payload, manifestBytes)
        let manifest = try payload.decodeManifest(manifestBytes)
        do throws(ReleaseError) {
            try rule.check(manifest)
        } catch {
            throw .badManifest(file: file, cause: error)
        }
        let size = try checkNames(payload, manifest)
        if case .slipway(let ours) = manifest, ours.size != size {
            throw .wrongSize(file: file, expected: ours.size, found: size)
        }
        return AdmittedPayload(
            payload: payload, manifestBytes: manifestBytes, signatureBytes: signature,
            manifest: manifest, signer: signer, fileByteCount: size)
    }

    // MARK: Steps

    private func checkSignature(_ payload: OpenPayload, _ manifest: [UInt8])
        throws(PayloadError) -> (PayloadSigner, [UInt8]?)
    {
        let path = ReleaseManifest.signatureFileName
        guard payload.files[path] != nil else {
            guard allowsUnsigned else { throw .unsigned(file: payload.file) }
            return (.nobody, nil)
        }
        let bytes = try payload.read(path, limit: UInt64(Minisign.fileByteLimit))
        let signature: MinisignSignature
        do throws(MinisignError) {
            signature = try MinisignSignature(decoding: bytes, source: path)
        } catch {
            throw .badSignatureFile(file: payload.file, cause: error)
        }
        // The one line that no signature covers must not be able to say anything.
        guard signature.untrustedComment == MinisignSignature.defaultComment else {
            throw .unusualSignature(
                file: payload.file,
                reason: "its untrusted comment is not \"\(MinisignSignature.defaultComment)\"")
        }
        guard let trustedKeys else {
            guard allowsUnsigned else { throw .unsigned(file: payload.file) }
            return (.foreign(signature.keyID), bytes)
        }
        do throws(TrustError) {
            let key = try trustedKeys.verify(signature, of: manifest, source: path)
            return (.trusted(key, comment: signature.trustedComment), bytes)
        } catch {
            if case .unknownKey = error, allowsUnsigned {
                return (.foreign(signature.keyID), bytes)
            }
            throw .untrusted(file: payload.file, cause: error)
        }
    }

    /// Compares the names in the payload with those in the manifest, both ways.
    ///
    /// - Returns: The bytes of all files that the manifest names.
    private func checkNames(_ payload: OpenPayload, _ manifest: PayloadManifest)
        throws(PayloadError) -> UInt64
    {
        let file = payload.file
        var size: UInt64 = 0
        var wantedFolders: Set<String> = [""]
        for path in manifest.checksums.keys.sorted() {
            guard let inode = payload.files[path.text] else {
                if payload.folders.contains(path.text) {
                    throw .wrongKind(file: file, path: path.text, expected: "a regular file")
                }
                throw .missing(file: file, path: path.text)
            }
            let (sum, overflow) = size.addingReportingOverflow(inode.byteCount)
            guard !overflow else {
                throw .tooLarge(
                    file: file, path: path.text, byteCount: inode.byteCount, limit: .max - size)
            }
            size = sum
            let names = path.names
            for depth in 1..<max(1, names.count) {
                wantedFolders.insert(names[..<depth].joined(separator: "/"))
            }
        }
        let own = [ReleaseManifest.fileName, ReleaseManifest.signatureFileName]
        let wanted = Set(manifest.checksums.keys.map(\.text) + own)
        for path in payload.files.keys.sorted() where !wanted.contains(path) {
            throw .unnamed(file: file, path: path)
        }
        for path in payload.folders.sorted() where !wantedFolders.contains(path) {
            throw .unnamed(file: file, path: path)
        }
        return size
    }

    private func checkChecksums(
        _ payload: OpenPayload, _ manifest: PayloadManifest, _ size: UInt64,
        _ onProgress: OnProgress
    ) throws(PayloadError) {
        var done: UInt64 = 0
        for (path, expected) in manifest.checksums.sorted(by: { $0.key < $1.key }) {
            guard let inode = payload.files[path.text] else {
                throw .missing(file: payload.file, path: path.text)
            }
            let digest: [UInt8]
            do {
                digest = try payload.image.digest(of: inode, expected.algorithm) { count in
                    done += UInt64(count)
                    onProgress(.checksums, done, size)
                }
            } catch {
                throw PayloadError(error, file: payload.file, path: path.text)
            }
            let found = Checksum(digest, expected.algorithm)
            guard found == expected else {
                throw .wrongChecksum(
                    file: payload.file, path: path.text, expected: expected, found: found)
            }
        }
    }

    private func checkForm(
        _ payload: OpenPayload, _ manifest: ReleaseManifest, _ manifestBytes: [UInt8],
        _ signature: [UInt8]?, _ onProgress: OnProgress
    ) throws(PayloadError) {
        var files: [(path: PayloadPath, content: SquashFS.Entry.Content)] = []
        for path in manifest.paths {
            guard let inode = payload.files[path.text] else {
                throw .missing(file: payload.file, path: path.text)
            }
            files.append((path, .image(payload.image, inode)))
        }
        // The manifest's reader takes no date that does not fit.
        let date = UInt32(truncatingIfNeeded: manifest.date)
        let entries = OuterImage.entries(
            manifest: manifestBytes, signature: signature, files: files, date: date)
        let difference: UInt64?
        do throws(SquashFSError) {
            difference = try withoutActuallyEscaping(onProgress) { onProgress in
                Result { () throws(SquashFSError) in
                    try SquashFS.firstDifference(
                        of: payload.image, from: [.entries(entries)],
                        options: OuterImage.options(date: date)
                    ) { onProgress(.form, $0.bytesRead, $0.byteCount) }
                }
            }.get()
        } catch {
            throw PayloadError(error, file: payload.file)
        }
        if let difference {
            throw .notCanonical(
                file: payload.file, offset: difference,
                what: OuterImage.describe(offset: difference, payload.image.superblock))
        }
    }

    private func checkRootfs(_ payload: OpenPayload, _ onProgress: OnProgress)
        throws(PayloadError) -> Int
    {
        let path = PayloadVerifier.rootfsPath
        let rootfs = try payload.openNested(path)
        onProgress(.rootfs, 0, UInt64(rootfs.superblock.inodeCount))
        do {
            let report = try rootfs.verify(threads: Processors.count)
            onProgress(.rootfs, UInt64(report.inodes), UInt64(rootfs.superblock.inodeCount))
            return report.inodes
        } catch {
            throw PayloadError(error, file: payload.file, path: path)
        }
    }
}

extension SquashFS.Image {
    /// The digest of a file's bytes by any algorithm.
    ///
    /// - Parameters:
    ///   - file: A regular file's inode.
    ///   - algorithm: How to digest.
    ///   - onRead: Told the count of bytes of each piece.
    /// - Throws: `SquashFSError`.
    /// - Returns: The digest.
    func digest(of file: SquashFS.Inode, _ algorithm: HashAlgorithm, onRead: (Int) -> Void)
        throws -> [UInt8]
    {
        var hasher = Hasher(algorithm)
        try stream(file) { piece in
            hasher.update(piece)
            onRead(piece.count)
        }
        return hasher.finalize()
    }
}

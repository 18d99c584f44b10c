import PayloadFile
package import Release
import SquashFS
import Syscalls

/// What a build of a payload left in the output folder.
package struct PayloadOutputs: Sendable, Equatable {
    /// The payload.
    package let payload: String
    /// The payload's length in bytes.
    package let byteCount: UInt64
    /// The payload's SHA-256.
    package let checksum: Checksum
    /// The manifest inside.
    package let manifest: ReleaseManifest
    /// Every file made, the payload included, in the order in which they got their names.
    package let files: [String]
}

/// Makes a payload and the files beside it out of finished parts.
///
/// Everything is written under other names first. A failure of any kind leaves the previous outputs
/// as they were; and when the last rename is done, all of them belong together.
package struct PayloadBuilder: Sendable {
    /// The folder of unfinished files in the output folder.
    ///
    /// What a killed build leaves there, the next one removes.
    private static let partialName = ".partial"

    private let release: PayloadRelease
    private let contents: PayloadContents
    private let packages: [InstalledPackage]
    private let signingKey: MinisignSecretKey?
    private let tool: String

    /// Prepares a build.
    ///
    /// - Parameters:
    ///   - release: What the release is called and whom it is for.
    ///   - contents: The files that go in.
    ///   - packages: What the root filesystem is made of.
    ///   - signingKey: Signs the manifest and the train's index; nil makes them unsigned.
    ///   - tool: The program with its version, `slipway-0.1`, for the list of materials.
    package init(
        release: PayloadRelease, contents: PayloadContents, packages: [InstalledPackage],
        signingKey: MinisignSecretKey?, tool: String
    ) {
        self.release = release
        self.contents = contents
        self.packages = packages
        self.signingKey = signingKey
        self.tool = tool
    }

    /// Makes `<name>-<version>.update`, `.update.sha256`, `.spdx.json` and `.packages`, and the
    /// train's index with its signature.
    ///
    /// - Parameters:
    ///   - folder: The output folder; made when missing.
    ///   - onProgress: Told now and then how many bytes of the payload are done, and of how many.
    /// - Throws: `ReleaseError`, `MinisignError`, `SquashFSError`, `SystemError`, and `PayloadError`
    ///   when what was written is not good; the outputs are then what they were.
    /// - Returns: What was made.
    package func build(
        into folder: String,
        onProgress: ((_ done: UInt64, _ total: UInt64) -> Void)? = nil
    ) throws -> PayloadOutputs {
        let base = try release.baseName()
        let payloadName = try ReleaseName(base + ".update", field: "payload file")
        let partial = "\(folder)/\(PayloadBuilder.partialName)"
        try FileSystem.makeDirectory(folder)
        try FileSystem.removeTree(partial)
        try FileSystem.makeDirectory("\(partial)/\(TrainIndex.folderName)")
        do {
            let manifest = try makeManifest()
            let payload = "\(partial)/\(payloadName)"
            try pack(manifest, to: payload, onProgress)
            try check(payload)
            let digest = try MeasuredFile(payload)
            let files = try writeCompanions(
                manifest, payloadName: payloadName, digest: digest, base: base, in: partial)
            try publish([payloadName.text] + files, from: partial, to: folder)
            try FileSystem.removeTree(partial)
            return PayloadOutputs(
                payload: "\(folder)/\(payloadName)", byteCount: digest.byteCount,
                checksum: digest.checksum, manifest: manifest,
                files: ([payloadName.text] + files).map { "\(folder)/\($0)" })
        } catch {
            // The first error is the one to tell; what stays behind goes with the next build.
            try? FileSystem.removeTree(partial)
            throw error
        }
    }

    private func makeManifest() throws -> ReleaseManifest {
        var checksums: [PayloadPath: Checksum] = [:]
        var size: UInt64 = 0
        for item in contents.items {
            let digest = try MeasuredFile(item.source)
            checksums[item.path] = digest.checksum
            size += digest.byteCount
        }
        return ReleaseManifest(
            version: release.version, train: release.train, sequence: release.sequence,
            compatible: release.compatible, kernelVersion: release.kernelVersion, size: size,
            checksums: checksums, buildInfo: release.buildInfo)
    }

    private func pack(
        _ manifest: ReleaseManifest, to path: String,
        _ onProgress: ((UInt64, UInt64) -> Void)?
    ) throws {
        let bytes = manifest.encode()
        // What we write, our own reader must accept: a name or number out of range ends here.
        _ = try ReleaseManifest(decoding: bytes)
        let date = UInt32(truncatingIfNeeded: manifest.date)
        let entries = OuterImage.entries(
            manifest: bytes, signature: try sign(bytes, fileName: ReleaseManifest.fileName),
            files: contents.items.map { ($0.path, .file($0.source)) }, date: date)
        try SquashFS.pack(
            [.entries(entries)], to: path, options: OuterImage.options(date: date)
        ) { onProgress?($0.bytesRead, $0.byteCount) }
    }

    /// Nothing gets its name that a verifier would refuse: a part that changed while it was packed,
    /// a root filesystem that cannot be read, a disk that lies.
    private func check(_ payload: String) throws {
        let keys = try signingKey.map { try TrustedKeys([$0.publicKey], source: "signing key") }
        _ = try PayloadVerifier(trustedKeys: keys, allowsUnsigned: keys == nil).verify(payload)
    }

    private func sign(_ content: [UInt8], fileName: String) throws(MinisignError) -> [UInt8]? {
        guard let signingKey else { return nil }
        return try MinisignSignature(
            signing: content, with: signingKey,
            trustedComment: MinisignSignature.comment(
                time: release.buildInfo.sourceDateEpoch, fileName: fileName)
        ).encode()
    }

    private func writeCompanions(
        _ manifest: ReleaseManifest, payloadName: ReleaseName, digest: MeasuredFile, base: String,
        in partial: String
    ) throws -> [String] {
        var files: [(name: String, content: [UInt8])] = []
        // sha256sum's format: two blanks, the second one for "text", as `sha256sum -c` reads it.
        files.append(
            ("\(payloadName).sha256", Array("\(digest.checksum)  \(payloadName)\n".utf8)))
        let subject = SoftwareBillOfMaterials.Subject(
            name: release.buildInfo.name, version: release.version, date: manifest.date,
            checksum: digest.checksum, fileName: payloadName, suite: release.suite.text,
            tool: tool)
        files.append(
            ("\(base).spdx.json", SoftwareBillOfMaterials(subject, packages: packages).encode()))
        let lines = packages.sorted(by: InstalledPackage.precedes).map(\.line)
        files.append(("\(base).packages", Array(lines.joined().utf8)))
        let index = TrainIndex(
            fileName: payloadName, version: release.version, date: manifest.date,
            changelog: release.changelog, checksum: digest.checksum, fileSize: digest.byteCount
        ).encode()
        if let signature = try sign(index, fileName: TrainIndex.documentName) {
            files.append((TrainIndex.documentName + ".minisig", signature))
        }
        // Last, as the index points to all the others.
        files.append((TrainIndex.documentName, index))
        for file in files {
            try FileSystem.writeAtomically(file.content, to: "\(partial)/\(file.name)")
        }
        return files.map(\.name)
    }

    private func publish(_ files: [String], from partial: String, to folder: String) throws {
        try FileSystem.makeDirectory("\(folder)/\(TrainIndex.folderName)")
        if signingKey == nil {
            // A signature of an earlier index would only look like one of this.
            try FileSystem.removeFile("\(folder)/\(TrainIndex.documentName).minisig")
        }
        for file in files {
            try FileSystem.rename("\(partial)/\(file)", to: "\(folder)/\(file)")
        }
    }
}

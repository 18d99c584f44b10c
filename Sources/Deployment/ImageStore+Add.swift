import CSyscalls
import Digest
package import Events
package import PayloadFile
package import Release
import SquashFS
import Syscalls

/// Taking in a payload.
extension ImageStore {
    /// What the volume keeps free beside images, in bytes: the state is written meanwhile.
    private static let reserveByteCount: UInt64 = 16 << 20
    /// What a file takes beyond its length, in bytes.
    private static let blockByteCount: UInt64 = 4096

    /// Stores a payload's files as an image; what is started does not change.
    ///
    /// Everything that can be refused is refused before anything is written. Each file is hashed while
    /// it is written, flushed, and read back from each leg; only then the image gets its name. An image
    /// that is there and whole is not written again.
    ///
    /// - Parameters:
    ///   - file: The payload.
    ///   - verifier: Whose signatures count, and what the system accepts.
    ///   - legs: Each leg of the volume that has all data; none where it is on no block device.
    ///   - reserve: The room that the volume keeps for images; nil where it keeps none.
    ///   - spare: Images that may go when there is no room, the first to go first.
    ///   - events: Told how far it is.
    /// - Throws: `PayloadError`, `DeploymentError`, or `SystemError`.
    /// - Returns: The image.
    package func add(
        _ file: String, verifier: PayloadVerifier, legs: [LegReader],
        reserve: ImageReserve? = nil, spare: [ReleaseName] = [], events: EventStream
    ) throws -> InstalledImage {
        let admitted = try verifier.admit(file)
        guard case .slipway(let manifest) = admitted.manifest else {
            throw PayloadError.badManifest(
                file: file, cause: .foreign(version: admitted.manifest.version.text))
        }
        for path in InstalledImage.paths where admitted.payload.files[path] == nil {
            throw DeploymentError.incomplete(payload: file, path: path)
        }
        if try isWhole(manifest, admitted, legs, events) {
            events.log(.info, "image \(manifest.version) is there already")
            return try image(manifest.version)
        }
        let wanted = try makeRoom(
            for: admitted, reserve, spare: spare.filter { $0 != manifest.version }, events)
        try reserve?.release(wanted)
        let result = Result { try store(admitted, manifest, legs, events) }
        // Whatever came of it, room for the next one is kept again.
        try reserve?.keep()
        return try result.get()
    }

    private func store(
        _ admitted: AdmittedPayload, _ manifest: ReleaseManifest, _ legs: [LegReader],
        _ events: EventStream
    ) throws -> InstalledImage {
        let incoming = "\(folder)/\(ImageStore.incomingPrefix)\(manifest.version)"
        try FileSystem.makeDirectory(incoming)
        try events.step("writing image \(manifest.version)", total: manifest.size, unit: .bytes) {
            try write(admitted, manifest, to: incoming, $0)
        }
        try compare(incoming, manifest, legs, events)
        try put(incoming, as: manifest.version)
        return try image(manifest.version)
    }

    // MARK: Room

    /// Removes what may go, when and as far as that is needed.
    ///
    /// - Returns: The bytes that the image takes.
    private func makeRoom(
        for admitted: AdmittedPayload, _ reserve: ImageReserve?, spare: [ReleaseName],
        _ events: EventStream
    ) throws -> UInt64 {
        try FileSystem.makeDirectory(folder)
        let count = UInt64(admitted.payload.files.count + admitted.payload.folders.count)
        let wanted =
            admitted.fileByteCount + count * ImageStore.blockByteCount
            + ImageStore.reserveByteCount
        let leftovers = try leftovers()
        var available =
            try FileSystem.availableByteCount(at: folder) + (reserve?.byteCount() ?? 0)
        for leftover in leftovers { available += try ImageStore.byteCount(of: leftover) }
        var going: [ReleaseName] = []
        for image in spare where available < wanted {
            guard FileSystem.isDirectory(folder(of: image)) else { continue }
            available += try ImageStore.byteCount(of: folder(of: image))
            going.append(image)
        }
        guard available >= wanted else {
            throw DeploymentError.noRoom(
                folder: folder, wanted: wanted, available: available, removable: going)
        }
        for leftover in leftovers { try FileSystem.removeTree(leftover) }
        for image in going {
            events.log(.info, "removing image \(image), which nothing starts, to make room")
            try remove(image)
        }
        return wanted
    }

    // MARK: Writing

    private func write(
        _ admitted: AdmittedPayload, _ manifest: ReleaseManifest, to incoming: String,
        _ progress: StepProgress
    ) throws {
        let payload = admitted.payload
        for folder in payload.folders.sorted() where !folder.isEmpty {
            try FileSystem.makeDirectory("\(incoming)/\(folder)")
        }
        for path in manifest.paths {
            guard let inode = payload.files[path.text], let expected = manifest.checksums[path]
            else { throw PayloadError.missing(file: payload.file, path: path.text) }
            progress.note(path.text)
            let isProgram = path.names.first == "installer"
            let file = try File.create(
                "\(incoming)/\(path)", mode: isProgram ? 0o755 : 0o644)
            var hasher = Hasher(expected.algorithm)
            do {
                try payload.image.stream(inode) { piece in
                    hasher.update(piece)
                    try file.write(piece)
                    progress.advance(by: UInt64(piece.count))
                }
            } catch let error as SquashFSError {
                throw PayloadError(error, file: payload.file, path: path.text)
            }
            let found = Checksum(hasher.finalize(), expected.algorithm)
            guard found == expected else {
                throw PayloadError.wrongChecksum(
                    file: payload.file, path: path.text, expected: expected, found: found)
            }
            try file.synchronize()
        }
        // Last, so that a folder with a manifest has what it names.
        if let signature = admitted.signatureBytes {
            try FileSystem.writeAtomically(
                signature, to: "\(incoming)/\(ReleaseManifest.signatureFileName)")
        }
        try FileSystem.writeAtomically(
            admitted.manifestBytes, to: "\(incoming)/\(ReleaseManifest.fileName)")
        for folder in payload.folders.sorted() {
            try FileSystem.synchronize(
                folder: folder.isEmpty ? incoming : "\(incoming)/\(folder)")
        }
    }

    // MARK: Comparing

    /// Reads every file back, from each leg by itself.
    private func compare(
        _ place: String, _ manifest: ReleaseManifest, _ legs: [LegReader], _ events: EventStream
    ) throws {
        for leg in legs {
            try events.step("reading back from \(leg.role)", total: manifest.size, unit: .bytes) {
                progress in
                for (path, expected) in manifest.checksums.sorted(by: { $0.key < $1.key }) {
                    progress.note(path.text)
                    let file = "\(place)/\(path)"
                    let digest = try leg.digest(ofFile: file) { byteCount in
                        progress.advance(by: UInt64(byteCount))
                    }
                    try require(digest, expected, file, leg.role)
                }
            }
        }
    }

    private func require(
        _ digest: [UInt8], _ expected: Checksum, _ file: String, _ leg: String
    ) throws(DeploymentError) {
        let found = Checksum(sha256: digest)
        guard found == expected else {
            throw .notAsWritten(file: file, leg: leg, expected: expected, found: found)
        }
    }

    /// Whether the image is there with just these files; read from each leg, or else as it comes.
    ///
    /// - Throws: `DeploymentError.otherImage`.
    private func isWhole(
        _ manifest: ReleaseManifest, _ admitted: AdmittedPayload, _ legs: [LegReader],
        _ events: EventStream
    ) throws -> Bool {
        let place = folder(of: manifest.version)
        let manifestPath = "\(place)/\(ReleaseManifest.fileName)"
        guard FileSystem.exists(manifestPath) else { return false }
        guard try FileSystem.read(manifestPath) == admitted.manifestBytes else {
            throw DeploymentError.otherImage(manifest.version, folder: place)
        }
        for path in manifest.paths {
            let wanted = admitted.payload.files[path.text]?.byteCount
            guard try FileSystem.byteCount(of: "\(place)/\(path)") == wanted else { return false }
        }
        do {
            if legs.isEmpty {
                for (path, expected) in manifest.checksums {
                    let file = "\(place)/\(path)"
                    try require(FileDigest.digest(of: file), expected, file, folder)
                }
            }
            try compare(place, manifest, legs, events)
            return true
        } catch DeploymentError.notAsWritten(let file, let leg, _, _) {
            events.log(.warning, "\(file) is damaged on \(leg): the image is written anew")
            return false
        }
    }
}

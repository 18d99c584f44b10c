import CSyscalls
import Compression
import Digest
import PayloadFile
import Release
import SquashFS
import Syscalls
import Testing

@testable import Payload

@Suite struct PayloadVerifierTests {
    static func verify(_ path: String, _ keys: TrustedKeys?, allowsUnsigned: Bool = false) throws
        -> VerifiedPayload
    {
        try PayloadVerifier(trustedKeys: keys, allowsUnsigned: allowsUnsigned).verify(path)
    }

    @Test("a good payload")
    func good() throws {
        let sample = try SamplePayload()
        let result = try Self.verify(sample.path, sample.trustedKeys)
        #expect(result.manifest == .slipway(sample.outputs.manifest))
        #expect(result.byteCount == sample.outputs.byteCount)
        #expect(result.fileCount == 8)
        guard case .trusted(let key, _) = result.signer else {
            Issue.record("signer \(result.signer)")
            return
        }
        #expect(key == sample.key.publicKey)
    }

    @Test("one flipped bit at any place of a payload is found")
    func flippedBits() throws {
        let sample = try SamplePayload()
        let keys = try sample.trustedKeys
        let bytes = try FileSystem.read(sample.path)
        let path = sample.folder.path + "/flipped"
        var random = UInt64(1)
        let file = try File(path, flags: O_RDWR | O_CREAT)
        try file.write(bytes)
        for place in bytes.indices {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let flipped = [bytes[place] ^ 1 << UInt8(random >> 61)]
            try flipped.withUnsafeBytes { try file.write($0, at: UInt64(place)) }
            #expect(throws: PayloadError.self, "byte \(place) of \(bytes.count)") {
                try Self.verify(path, keys)
            }
            try [bytes[place]].withUnsafeBytes { try file.write($0, at: UInt64(place)) }
        }
        _ = try Self.verify(path, keys)
    }

    @Test("payloads with bytes changed at random never trap, and are never good", arguments: 0..<8)
    func mutations(seed: UInt64) throws {
        let sample = try SamplePayload()
        let keys = try sample.trustedKeys
        let bytes = try FileSystem.read(sample.path)
        let path = sample.folder.path + "/mutated"
        var state = seed &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let file = try File(path, flags: O_RDWR | O_CREAT)
        for _ in 0..<40 {
            var mutated = bytes
            // What reading starts from, mostly: the superblock and the tables are small.
            let end = next(2) == 0 ? 96 : bytes.count
            for _ in 0...next(6) {
                mutated[next(end)] = [0, 1, 0x7F, 0xFF, UInt8(next(256))][next(5)]
            }
            try mutated.withUnsafeBytes { try file.write($0, at: 0) }
            _ = try? PayloadInspection(path)
            if mutated != bytes {
                #expect(throws: PayloadError.self, "seed \(seed)") { try Self.verify(path, keys) }
            }
        }
    }

    @Test("a payload that ends early is refused at every length")
    func truncated() throws {
        let sample = try SamplePayload()
        let keys = try sample.trustedKeys
        let bytes = try FileSystem.read(sample.path)
        let path = sample.folder.path + "/short"
        let file = try File(path, flags: O_RDWR | O_CREAT)
        try file.write(bytes)
        for count in bytes.indices.reversed() {
            #expect(ftruncate(file.descriptor, off_t(count)) == 0)
            #expect(throws: PayloadError.self, "\(count) bytes") { try Self.verify(path, keys) }
        }
        for tail in [[0], [UInt8](repeating: 0, count: 4096)] as [[UInt8]] {
            try FileSystem.writeAtomically(bytes + tail, to: path)
            #expect(
                throws: PayloadError.notCanonical(
                    file: path, offset: UInt64(bytes.count), what: "the padding")
            ) { try Self.verify(path, keys) }
        }
    }

    @Test("a payload signed by another key, or by nobody, needs --allow-unsigned")
    func foreign() throws {
        let sample = try SamplePayload()
        let other = MinisignSecretKey.make()
        let keys = try TrustedKeys([other.publicKey], source: "test")
        #expect(
            throws: PayloadError.untrusted(
                file: sample.path,
                cause: .unknownKey(
                    source: "manifest.json.minisig", signedBy: sample.key.id,
                    trusted: [other.id]))
        ) { try Self.verify(sample.path, keys) }
        #expect(
            try Self.verify(sample.path, keys, allowsUnsigned: true).signer
                == .foreign(sample.key.id))
        let unsigned = try SamplePayload(isSigned: false)
        #expect(throws: PayloadError.unsigned(file: unsigned.path)) {
            try Self.verify(unsigned.path, keys)
        }
        #expect(try Self.verify(unsigned.path, keys, allowsUnsigned: true).signer == .nobody)
    }

    /// Packs a payload by hand: a sound manifest and signature over files that may not fit it.
    static func pack(
        _ sample: SamplePayload, manifest: ReleaseManifest? = nil, manifestBytes: [UInt8]? = nil,
        comment: String? = nil, change: (inout [SquashFS.Entry]) -> Void = { _ in }
    ) throws -> String {
        let bytes = manifestBytes ?? (manifest ?? sample.outputs.manifest).encode()
        var signature = try MinisignSignature(
            signing: bytes, with: sample.key, trustedComment: "test"
        ).encode()
        if let comment {
            let lines = String(decoding: signature, as: UTF8.self).split(separator: "\n")
            signature = Array(
                ("untrusted comment: \(comment)\n" + lines.dropFirst().joined(separator: "\n")
                    + "\n").utf8)
        }
        let image = try SquashFS.Image(path: sample.path)
        var files: [(PayloadPath, SquashFS.Entry.Content)] = []
        for path in sample.outputs.manifest.paths {
            guard let inode = try image.lookup(path.text) else { continue }
            files.append((path, .bytes(try image.read(inode))))
        }
        let date = UInt32(SamplePayload.epoch)
        var entries = OuterImage.entries(
            manifest: bytes, signature: signature, files: files, date: date)
        change(&entries)
        let path = sample.folder.path + "/packed"
        try SquashFS.pack(
            [.entries(entries)], to: path, options: OuterImage.options(date: date))
        return path
    }

    static func makeFile(_ path: String, _ content: [UInt8] = [1]) -> SquashFS.Entry {
        SquashFS.Entry(
            path: path, kind: .regular(.bytes(content)), mode: 0o644,
            modificationTime: SamplePayload.epoch)
    }

    @Test("packing by hand gives the same as the builder, so that the tests below mean something")
    func byHand() throws {
        let sample = try SamplePayload()
        _ = try Self.verify(try Self.pack(sample), sample.trustedKeys)
    }

    @Test(
        "a file that the manifest does not name",
        arguments: ["extra", "loader/extra", "manifest.json.old"])
    func unnamed(name: String) throws {
        let sample = try SamplePayload()
        let path = try Self.pack(sample) { $0.append(Self.makeFile(name)) }
        #expect(throws: PayloadError.unnamed(file: path, path: name)) {
            try Self.verify(path, sample.trustedKeys)
        }
    }

    @Test("an empty folder that nothing needs")
    func emptyFolder() throws {
        let sample = try SamplePayload()
        let path = try Self.pack(sample) {
            $0.append(SquashFS.Entry(path: "empty", kind: .directory, mode: 0o755))
        }
        #expect(throws: PayloadError.unnamed(file: path, path: "empty")) {
            try Self.verify(path, sample.trustedKeys)
        }
    }

    @Test("a file that the manifest names and the payload lacks")
    func missing() throws {
        let sample = try SamplePayload()
        let path = try Self.pack(sample) { $0.removeAll { $0.path == Array("vmlinuz".utf8) } }
        #expect(throws: PayloadError.missing(file: path, path: "vmlinuz")) {
            try Self.verify(path, sample.trustedKeys)
        }
    }

    @Test("a file with other content, or the size of all of them wrong")
    func content() throws {
        let sample = try SamplePayload()
        let length = Array("the kernel\n".utf8).count
        let other = [UInt8](repeating: 1, count: length)
        var path = try Self.pack(sample) {
            $0.removeAll { $0.path == Array("vmlinuz".utf8) }
            $0.append(Self.makeFile("vmlinuz", other))
        }
        let expected = Checksum(sha256: Hasher.digest(Array("the kernel\n".utf8)))
        #expect(
            throws: PayloadError.wrongChecksum(
                file: path, path: "vmlinuz", expected: expected,
                found: Checksum(sha256: Hasher.digest(other)))
        ) { try Self.verify(path, sample.trustedKeys) }
        var manifest = sample.outputs.manifest
        manifest.size += 1
        path = try Self.pack(sample, manifest: manifest)
        #expect(
            throws: PayloadError.wrongSize(
                file: path, expected: manifest.size, found: manifest.size - 1)
        ) { try Self.verify(path, sample.trustedKeys) }
    }

    @Test("links and devices have no place in a payload")
    func kinds() throws {
        let sample = try SamplePayload()
        let path = try Self.pack(sample) {
            $0.append(
                SquashFS.Entry(
                    path: "link", kind: .symlink(target: Array("/etc/passwd".utf8)), mode: 0o777))
        }
        #expect(
            throws: PayloadError.wrongKind(
                file: path, path: "link", expected: "a regular file or a folder")
        ) { try Self.verify(path, sample.trustedKeys) }
    }

    @Test(
        "a signed manifest whose version or path leaves its folder",
        arguments: [
            ("\"version\": \"1.0\"", "\"version\": \"../1\""),
            ("\"version\": \"1.0\"", "\"version\": \"1/0\""),
            ("\"version\": \"1.0\"", "\"version\": 1"),
            ("\"vmlinuz\":", "\"../vmlinuz\":"), ("\"vmlinuz\":", "\"a/../vmlinuz\":"),
            ("\"vmlinuz\":", "\"/vmlinuz\":"),
        ])
    func badNames(old: String, new: String) throws {
        let sample = try SamplePayload()
        let text = String(decoding: sample.outputs.manifest.encode(), as: UTF8.self)
        let path = try Self.pack(
            sample, manifestBytes: Array(text.replacing(old, with: new).utf8))
        let error = #expect(throws: PayloadError.self) {
            try Self.verify(path, sample.trustedKeys)
        }
        guard case .badManifest = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("metadata of files that no checksum covers must be as we write it")
    func metadata() throws {
        let sample = try SamplePayload()
        let changes: [(inout SquashFS.Entry) -> Void] = [
            { $0.mode = 0o4755 }, { $0.uid = 1 }, { $0.gid = 1 }, { $0.modificationTime -= 1 },
        ]
        for change in changes {
            let path = try Self.pack(sample) { entries in
                let index = entries.firstIndex { $0.path == Array("vmlinuz".utf8) } ?? 0
                change(&entries[index])
            }
            let error = #expect(throws: PayloadError.self) {
                try Self.verify(path, sample.trustedKeys)
            }
            guard case .notCanonical = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("the one line of a signature that nobody signed must be the usual one")
    func untrustedComment() throws {
        let sample = try SamplePayload()
        let path = try Self.pack(sample, comment: "signed by the pope")
        let error = #expect(throws: PayloadError.self) {
            try Self.verify(path, sample.trustedKeys)
        }
        guard case .unusualSignature = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a damaged root filesystem is found even under a sound signature")
    func nested() throws {
        let sample = try SamplePayload()
        let image = try SquashFS.Image(path: sample.path)
        let inode = try #require(try image.lookup("rootfs.squashfs"))
        var rootfs = try image.read(inode)
        let nested = try SquashFS.Image(bytes: rootfs)
        rootfs[Int(nested.superblock.inodeTable) + 4] ^= 0x40
        let bytes = rootfs
        var manifest = sample.outputs.manifest
        manifest.checksums[try PayloadPath("rootfs.squashfs")] = Checksum(
            sha256: Hasher.digest(bytes))
        let path = try Self.pack(sample, manifest: manifest) {
            $0.removeAll { $0.path == Array("rootfs.squashfs".utf8) }
            $0.append(Self.makeFile("rootfs.squashfs", bytes))
        }
        let error = #expect(throws: PayloadError.self) {
            try Self.verify(path, sample.trustedKeys)
        }
        guard case .badImage = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("another train, another kind of machine, a lower sequence")
    func rules() throws {
        let sample = try SamplePayload()
        let manifest = sample.outputs.manifest
        let other = try ReleaseName("other", field: "test")
        let cases: [(InstallRule, ReleaseError)] = [
            (InstallRule(train: other), .otherTrain(payload: "stable", system: "other")),
            (InstallRule(compatible: other), .incompatible(payload: "sample", system: "other")),
            (InstallRule(sequence: 8), .downgrade(payload: 7, system: 8)),
        ]
        for (rule, cause) in cases {
            let verifier = PayloadVerifier(trustedKeys: try sample.trustedKeys, rule: rule)
            #expect(throws: PayloadError.badManifest(file: sample.path, cause: cause)) {
                try verifier.verify(sample.path)
            }
        }
        let right = InstallRule(
            compatible: manifest.compatible, train: manifest.train, sequence: 7)
        _ = try PayloadVerifier(trustedKeys: sample.trustedKeys, rule: right).verify(sample.path)
    }

    @Test("what is no payload at all")
    func notAPayload() throws {
        let folder = try TemporaryFolder()
        for content in ["", "hsqs", String(repeating: "x", count: 5000)] {
            try FileSystem.writeAtomically(content, to: folder.path + "/f")
            #expect(throws: PayloadError.self) { try Self.verify(folder.path + "/f", nil) }
        }
        #expect(throws: PayloadError.self) { try Self.verify(folder.path + "/none", nil) }
        #expect(throws: PayloadError.self) { try Self.verify(folder.path, nil) }
    }
}

@Suite struct TrueNASPayloadTests {
    /// A payload as scale-build's 22.02 made them: compressed, SHA-1, nothing of ours.
    static func make(in folder: String, digest: (HashAlgorithm, [UInt8]) -> String) throws
        -> String
    {
        let rootfs = folder + "/rootfs"
        let motd = SquashFS.Entry(
            path: "etc/motd", kind: .regular(.bytes([1, 2, 3])), mode: 0o644)
        try SquashFS.pack([.entries([motd])], to: rootfs)
        let files: [(String, [UInt8])] = [
            ("rootfs.squashfs", try FileSystem.read(rootfs)),
            ("truenas_install/__main__.py", Array("import sys\n".utf8)),
        ]
        let checksums = files.map { "\"\($0.0)\": \"\(digest(.sha1, $0.1))\"" }
        let manifest =
            #"{"date": "2022-02-22T18:10:30.123456", "version": "22.02.0", "size": 439, "#
            + #""checksums": {\#(checksums.joined(separator: ", "))}, "#
            + #""kernel_version": "5.10.81+truenas"}"#
        let entries = (files + [("manifest.json", Array(manifest.utf8))]).map {
            SquashFS.Entry(path: $0.0, kind: .regular(.bytes($0.1)), mode: 0o644)
        }
        let path = folder + "/truenas.update"
        try SquashFS.pack(
            [.entries(entries)], to: path,
            options: SquashFS.WriterOptions(compression: .gzip(level: 9)))
        return path
    }

    @Test("is verified by its SHA-1 digests when unsigned payloads are allowed")
    func good() throws {
        let folder = try TemporaryFolder()
        let path = try Self.make(in: folder.path) {
            Checksum(Hasher.digest($1, $0), $0).description
        }
        #expect(throws: PayloadError.unsigned(file: path)) {
            try PayloadVerifier(trustedKeys: nil).verify(path)
        }
        let result = try PayloadVerifier(trustedKeys: nil, allowsUnsigned: true).verify(path)
        #expect(result.manifest.version.text == "22.02.0")
        let rule = InstallRule(sequence: 0)
        #expect(
            throws: PayloadError.badManifest(file: path, cause: .foreign(version: "22.02.0"))
        ) {
            try PayloadVerifier(trustedKeys: nil, allowsUnsigned: true, rule: rule).verify(path)
        }
        #expect(result.fileCount == 2)
    }

    @Test("a wrong SHA-1 is found")
    func bad() throws {
        let folder = try TemporaryFolder()
        let path = try Self.make(in: folder.path) { algorithm, _ in
            Checksum(Hasher.digest([9], algorithm), algorithm).description
        }
        let error = #expect(throws: PayloadError.self) {
            try PayloadVerifier(trustedKeys: nil, allowsUnsigned: true).verify(path)
        }
        guard case .wrongChecksum(_, "rootfs.squashfs", _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}

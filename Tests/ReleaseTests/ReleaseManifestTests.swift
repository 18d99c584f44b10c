import Digest
import JSON
import Release
import TestSamples
import Testing

@Suite struct ReleaseManifestTests {
    @Test("a manifest comes back from its text, which never changes")
    func roundTrip() throws {
        let manifest = try Samples.manifest()
        let bytes = manifest.encode()
        #expect(try ReleaseManifest(decoding: bytes) == manifest)
        #expect(try ReleaseManifest(decoding: bytes).encode() == bytes)
    }

    @Test("the text is TrueNAS's words and ours, files sorted by path")
    func text() throws {
        let document = try JSON(parsing: Samples.manifest().encode())
        #expect(
            document.members?.map(\.key) == [
                "format", "version", "date", "train", "sequence", "compatible", "kernel_version",
                "size", "checksums", "buildinfo",
            ])
        #expect(document["date"] == "2025-11-20T00:00:00")
        #expect(
            document["checksums"]?.members?.map(\.key)
                == ["loader/core.img", "rootfs.squashfs", "vmlinuz"])
    }

    struct BadField: CustomTestStringConvertible, Sendable {
        let field: String
        let value: JSON?
        var testDescription: String { "\(field) = \(value?.text() ?? "missing")" }
    }

    static let digest = JSON.string(String(repeating: "0a", count: 32))
    static let badFields: [BadField] =
        [
            "format", "version", "date", "train", "sequence", "compatible", "kernel_version",
            "size", "checksums", "buildinfo",
        ].flatMap { field in
            [nil, .null, .bool(true), .double(1.5), .array([]), .object([]), "", -1].map {
                BadField(field: field, value: $0)
            }
        } + [
            BadField(field: "format", value: 2), BadField(field: "format", value: "1"),
            BadField(field: "version", value: "1/2"), BadField(field: "version", value: "1..2"),
            BadField(field: "version", value: 1), BadField(field: "train", value: "../x"),
            BadField(field: "size", value: "300"), BadField(field: "size", value: .double(1e300)),
            BadField(field: "sequence", value: 9_007_199_254_740_992),
            BadField(field: "date", value: "2025-11-20T00:00:01"),
            BadField(field: "checksums", value: ["a": "00"]),
            BadField(field: "checksums", value: ["../a": digest]),
            BadField(field: "checksums", value: ["/a": digest]),
            BadField(field: "checksums", value: ["manifest.json": digest]),
            BadField(field: "checksums", value: ["manifest.json.minisig": digest]),
            BadField(
                field: "checksums", value: ["a": .string(String(repeating: "0A", count: 32))]),
            BadField(field: "checksums", value: ["a": .string(String(repeating: "a", count: 40))]),
            BadField(field: "mirrors", value: "x"),
        ]

    @Test("a field that is missing, unknown, of another kind or out of range", arguments: badFields)
    func refusal(bad: BadField) throws {
        let bytes = try Samples.document(bad.field, bad.value)
        #expect(throws: ReleaseError.self) { try ReleaseManifest(decoding: bytes) }
    }

    @Test("a newer format is called newer, whatever else it holds")
    func newer() throws {
        let bytes = Array(#"{"format": 9, "news": []}"#.utf8)
        #expect(
            throws: ReleaseError.unsupportedFormat(
                document: "manifest.json", format: 9, supported: 1)
        ) { try PayloadManifest(decoding: bytes) }
    }

    @Test("build information may say more than we know")
    func openBuildInfo() throws {
        var members = try JSON(parsing: Samples.manifest().encode())["buildinfo"]?.members ?? []
        members.append(JSON.Member("weather", "rain"))
        let bytes = try Samples.document("buildinfo", .object(members))
        #expect(try ReleaseManifest(decoding: bytes) == Samples.manifest())
    }

    @Test("a document over the limit is refused before it is parsed")
    func tooLarge() {
        let bytes = [UInt8](repeating: 0x20, count: 5 << 20)
        #expect(throws: ReleaseError.self) { try ReleaseManifest(decoding: bytes) }
    }

    @Test("mutations of a manifest never trap", arguments: 0..<20)
    func mutations(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let original = try Samples.manifest().encode()
        for _ in 0..<100 {
            let bytes = mutate(original, &random)
            if let manifest = try? PayloadManifest(decoding: bytes) {
                // What is accepted is a manifest that can be written and read again.
                guard case .slipway(let ours) = manifest else { continue }
                #expect(try ReleaseManifest(decoding: ours.encode()) == ours)
            }
        }
    }

    @Test("the rules for the next release")
    func rules() throws {
        let manifest = try Samples.manifest()
        func name(_ text: String) throws -> ReleaseName { try ReleaseName(text, field: "test") }
        try InstallRule().check(manifest)
        try InstallRule(
            compatible: manifest.compatible, train: manifest.train, sequence: manifest.sequence
        ).check(manifest)
        #expect(throws: ReleaseError.incompatible(payload: "amd64-boot-array", system: "other")) {
            try InstallRule(compatible: name("other")).check(manifest)
        }
        #expect(throws: ReleaseError.otherTrain(payload: "stable", system: "nightly")) {
            try InstallRule(train: name("nightly")).check(manifest)
        }
        #expect(throws: ReleaseError.downgrade(payload: 7, system: 8)) {
            try InstallRule(sequence: 8).check(manifest)
        }
        try InstallRule(sequence: 8, allowsDowngrade: true).check(manifest)
    }
}

@Suite struct TrueNASManifestTests {
    static let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d"
    static func document(_ checksums: String, date: String = "2022-02-22T18:10:30.123456")
        -> [UInt8]
    {
        // One line with blanks after ':' and ',', as Python's json.dumps writes it.
        Array(
            (#"{"date": "\#(date)", "version": "22.02.0", "size": 4395899289, "checksums": "#
                + #"{\#(checksums)}, "kernel_version": "5.10.81+truenas"}"#).utf8)
    }

    @Test("a manifest of 22.02 with SHA-1 digests")
    func release2202() throws {
        let bytes = Self.document(
            #""rootfs.squashfs": "\#(Self.sha1)", "truenas_install/__main__.py": "\#(Self.sha1)""#)
        guard case .truenas(let manifest) = try PayloadManifest(decoding: bytes) else {
            Issue.record("not taken for TrueNAS's")
            return
        }
        #expect(manifest.algorithm == .sha1)
        #expect(manifest.version.text == "22.02.0")
        #expect(manifest.checksums.count == 2)
        #expect(
            manifest.checksums[try PayloadPath("rootfs.squashfs")]?.bytes
                == Hasher.digest(Array("abc".utf8), .sha1))
    }

    @Test("a later one with SHA-256 digests, and a date without a fraction")
    func later() throws {
        let digest = String(repeating: "0f", count: 32)
        let bytes = Self.document(#""a": "\#(digest)""#, date: "2024-02-29T00:00:00")
        #expect(try TrueNASManifest(decoding: bytes).algorithm == .sha256)
    }

    @Test("what scale-build would not write")
    func refusal() {
        let sha256 = String(repeating: "0f", count: 32)
        let bad = [
            Self.document(""), Self.document(#""../a": "\#(Self.sha1)""#),
            Self.document(#""a": "\#(Self.sha1)", "b": "\#(sha256)""#),
            Self.document(#""a": "12""#), Self.document(#""a": 1"#),
            Self.document(#""a": "\#(Self.sha1)""#, date: "yesterday"),
            Self.document(#""a": "\#(Self.sha1)""#, date: "2022-02-22T18:10:30.12"),
        ]
        for bytes in bad {
            #expect(throws: ReleaseError.self) { try TrueNASManifest(decoding: bytes) }
        }
    }
}

@Suite struct TrainIndexTests {
    static func sample() throws -> TrainIndex {
        TrainIndex(
            fileName: try ReleaseName("slipway-1.update", field: "filename"),
            version: try ReleaseName("1", field: "version"), date: Samples.epoch,
            changelog: "first\n\"quoted\"", checksum: Checksum(sha256: Hasher.digest([1])),
            fileSize: 12345)
    }

    @Test("an index comes back from its text")
    func roundTrip() throws {
        let index = try Self.sample()
        #expect(try TrainIndex(decoding: index.encode()) == index)
    }

    @Test("an index is no manifest and a manifest no index")
    func confusion() throws {
        let (index, manifest) = (try Self.sample().encode(), try Samples.manifest().encode())
        #expect(throws: ReleaseError.self) { try PayloadManifest(decoding: index) }
        #expect(throws: ReleaseError.self) { try TrainIndex(decoding: manifest) }
    }

    @Test("mutations of an index never trap", arguments: 0..<10)
    func mutations(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let original = try Self.sample().encode()
        for _ in 0..<100 { _ = try? TrainIndex(decoding: mutate(original, &random)) }
    }
}

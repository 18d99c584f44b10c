import CSyscalls
import Digest
import Events
import Glibc
import Release
import Syscalls
import Testing

@testable import Recovery

/// A volume as folders.
///
/// `mounted` is what is written to, and each leg has a copy of its own. Writes reach a leg when it
/// is read, as md would have passed them on.
private final class SampleVolume: Sendable {
    let folder: TemporaryFolder
    let key = MinisignSecretKey.make()
    var images: String { "\(folder.path)/mounted/images" }

    init() throws { folder = try TemporaryFolder() }

    /// Adds an image, signed by the key.
    func add(_ name: String, isSigned: Bool = true) throws {
        let files = [
            "vmlinuz": [UInt8](repeating: 1, count: 5000),
            "loader/core.img": [UInt8](repeating: 2, count: 700),
            "rootfs.squashfs": (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 7) },
        ]
        var checksums: [PayloadPath: Checksum] = [:]
        for (path, bytes) in files {
            checksums[try PayloadPath(path)] = Checksum(sha256: Hasher.digest(bytes))
        }
        let manifest = ReleaseManifest(
            version: try ReleaseName(name, field: "version"),
            train: try ReleaseName("lab", field: "train"), sequence: 1,
            compatible: try ReleaseName("lab", field: "compatible"),
            kernelVersion: try ReleaseName("6.12", field: "kernel_version"),
            size: UInt64(files.values.reduce(0) { $0 + $1.count }), checksums: checksums,
            buildInfo: try ReleaseManifest(decoding: Array(sampleManifest.utf8)).buildInfo)
        let bytes = manifest.encode()
        try write(bytes, "images/\(name)/manifest.json")
        if isSigned {
            let signature = try MinisignSignature(
                signing: bytes, with: key, trustedComment: "a test")
            try write(signature.encode(), "images/\(name)/manifest.json.minisig")
        }
        for (path, bytes) in files { try write(bytes, "images/\(name)/\(path)") }
    }

    /// Writes a file everywhere.
    private func write(_ bytes: [UInt8], _ path: String) throws {
        for copy in ["mounted", "a", "b"] {
            let place = "\(folder.path)/\(copy)/\(path)"
            let slash = try #require(place.lastIndex(of: "/"))
            try FileSystem.makeDirectory(String(place[..<slash]))
            try FileSystem.writeAtomically(bytes, to: place)
        }
        // So that a later write shows.
        var times = [timespec](repeating: timespec(), count: 2)
        let mounted = "\(folder.path)/mounted/\(path)"
        try checked("utimensat", mounted) { utimensat(AT_FDCWD, mounted, &times, 0) }
    }

    /// Turns the bits of one byte over, on one leg.
    func rot(_ leg: String, _ path: String, byte: UInt64) throws {
        let file = try File("\(folder.path)/\(leg)/images/\(path)", flags: 2)
        let old = try #require(try file.read(1, at: byte).first)
        try [~old].withUnsafeBytes { try file.write($0, at: byte) }
    }

    func keys() throws -> TrustedKeys { try TrustedKeys([key.publicKey], source: "test") }

    /// A leg; after something was written to the mounted file it has that, too, unless it is stuck.
    struct Leg: LegFiles {
        let volume: SampleVolume
        let name: String
        var isStuck = false

        private func place(_ path: String) -> String {
            let tail = path.dropFirst("\(volume.folder.path)/mounted".count)
            return "\(volume.folder.path)/\(name)\(tail)"
        }

        func hasFile(_ path: String) -> Bool { FileSystem.exists(path) }

        func byteCount(ofFile path: String) throws -> UInt64 {
            try File(place(path)).byteCount()
        }

        func read(_ range: Range<UInt64>, ofFile path: String) throws -> [UInt8] {
            try takeOver(path)
            return try File(place(path)).read(range.count, at: range.lowerBound)
        }

        func fileDigest(_ path: String, onRead: (Int) -> Void) throws -> [UInt8] {
            try takeOver(path)
            let bytes = try FileSystem.read(place(path))
            onRead(bytes.count)
            return Hasher.digest(bytes)
        }

        /// What md does: a file that was written to since it was made is written here, too.
        private func takeOver(_ path: String) throws {
            guard !isStuck, try File(path).status().st_mtim.tv_sec != 0 else { return }
            try FileSystem.writeAtomically(FileSystem.read(path), to: place(path))
        }
    }

    func scrub(stuck: Set<String> = [], keys: TrustedKeys? = nil) throws -> Scrub {
        Scrub(
            images: images,
            legs: ["a", "b"].map { Leg(volume: self, name: $0, isStuck: stuck.contains($0)) },
            keys: try keys ?? self.keys(),
            events: EventStream(renderer: PlainRenderer(), write: { _ in }))
    }
}

/// docs/payload.md.
private let sampleManifest = """
    {"format": 1, "version": "1", "date": "2026-11-20T00:00:00", "train": "lab", "sequence": 1,
    "compatible": "lab", "kernel_version": "6.12", "size": 0,
    "checksums": {"vmlinuz":
    "0000000000000000000000000000000000000000000000000000000000000000"},
    "buildinfo": {"name": "lab", "source_date_epoch": 1795132800, "re_resolved": [], "tools": {},
    "libraries": {}}}
    """

@Suite struct ScrubTests {
    @Test("whole legs are sound")
    func sound() throws {
        let volume = try SampleVolume()
        try volume.add("1.0")
        try volume.add("2.0")
        try FileSystem.makeDirectory("\(volume.images)/.incoming-3.0")
        let report = try volume.scrub().run(isRepairing: false)
        #expect(report.isSound)
        #expect(report.images.map(\.name) == ["1.0", "2.0"])
        #expect(report.byteCount > 1_400_000)
        #expect(report.sentence == "2 images on 2 legs, all as signed.")
    }

    @Test(
        "a byte that flipped on one leg is found, whichever file it is in",
        arguments: [
            "vmlinuz", "rootfs.squashfs", "loader/core.img", "manifest.json",
            "manifest.json.minisig",
        ])
    func rotten(file: String) throws {
        let volume = try SampleVolume()
        try volume.add("1.0")
        for leg in ["a", "b"] {
            try volume.rot(leg, "1.0/\(file)", byte: 190)
            let report = try volume.scrub().run(isRepairing: false)
            #expect(report.findings.map(\.file) == [file])
            #expect(report.findings.first?.rotten.keys.sorted() == [leg])
            #expect(report.findings.first?.good == [leg == "a" ? "b" : "a"])
            #expect(!report.isSound)
            try volume.rot(leg, "1.0/\(file)", byte: 190)
        }
    }

    @Test("rot on every leg is said to be beyond mending")
    func everywhere() throws {
        let volume = try SampleVolume()
        try volume.add("1.0")
        for leg in ["a", "b"] { try volume.rot(leg, "1.0/vmlinuz", byte: 4) }
        let report = try volume.scrub().run(isRepairing: true)
        #expect(report.findings.first?.good == [])
        #expect(report.findings.first?.repair == .failed("no leg has it right"))
        #expect(report.sentence.contains("rotten on every leg"))
    }

    @Test("repair writes the pieces that differ, and reads them back")
    func repair() throws {
        let volume = try SampleVolume()
        try volume.add("1.0")
        try volume.rot("a", "1.0/rootfs.squashfs", byte: 3)
        try volume.rot("a", "1.0/rootfs.squashfs", byte: 699_999)
        let report = try volume.scrub().run(isRepairing: true)
        let last: UInt64 = 700_000 - 2 * (256 << 10)
        #expect(report.findings.map(\.repair) == [.mended(byteCount: 256 << 10 + last)])
        #expect(report.isSound)
        #expect(try volume.scrub().run(isRepairing: false).findings.isEmpty)
    }

    @Test("a leg that does not take what is written is not said to be mended")
    func stuck() throws {
        let volume = try SampleVolume()
        try volume.add("1.0")
        try volume.rot("a", "1.0/vmlinuz", byte: 3)
        let report = try volume.scrub(stuck: ["a"]).run(isRepairing: true)
        #expect(!report.isSound)
        guard case .failed(let reason) = report.findings.first?.repair else {
            Issue.record("it was said to be mended")
            return
        }
        #expect(reason.contains("does not come back"))
    }

    @Test("an image that nobody vouches for is compared all the same, and is not sound")
    func unsigned() throws {
        let volume = try SampleVolume()
        try volume.add("1.0", isSigned: false)
        try volume.rot("b", "1.0/vmlinuz", byte: 0)
        let report = try volume.scrub().run(isRepairing: false)
        #expect(report.images == [ScrubReport.Image(name: "1.0", doubt: "it is not signed")])
        #expect(report.findings.first?.rotten.keys.sorted() == ["b"])
        let other = MinisignSecretKey.make()
        let signed = try SampleVolume()
        try signed.add("1.0")
        let keys = try TrustedKeys([other.publicKey], source: "test")
        let foreign = try signed.scrub(keys: keys).run(isRepairing: false)
        #expect(foreign.images.first?.doubt?.contains("not trusted") == true)
        #expect(!foreign.isSound)
    }

    @Test("an image of which no leg has a manifest is told, and the others are read")
    func noManifest() throws {
        let volume = try SampleVolume()
        try volume.add("1.0")
        try FileSystem.makeDirectory("\(volume.images)/0.9")
        let report = try volume.scrub().run(isRepairing: false)
        #expect(report.images.map { $0.doubt == nil } == [false, true])
        #expect(report.images.first?.doubt?.contains("no leg has a manifest") == true)
    }
}

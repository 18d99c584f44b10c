import JSON
import PayloadFile
import Release
import SquashFS
import Syscalls
import Testing

@testable import Payload

@Suite struct PayloadInspectionTests {
    @Test("manifest, signature, files, packages, through the nested image")
    func inspection() throws {
        let sample = try SamplePayload()
        let inspection = try PayloadInspection(sample.path)
        #expect(inspection.manifest == .slipway(sample.outputs.manifest))
        #expect(inspection.signature?.keyID == sample.key.id)
        #expect(inspection.byteCount == sample.outputs.byteCount)
        #expect(inspection.files.count == 10)
        // The package that was removed is not there.
        #expect(
            inspection.rootfs.packages == [
                .init(name: "bash", version: "5.2.37-2", architecture: "amd64"),
                .init(name: "tzdata", version: "2025b-1", architecture: "all"),
            ])
        #expect(inspection.rootfs.compressor == "zstd")
        #expect(inspection.rootfs.blockSize == 4096)
    }

    @Test("as JSON it is whole")
    func json() throws {
        let sample = try SamplePayload(isSigned: false)
        let json = try PayloadInspection(sample.path).json
        #expect(json["manifest"]?["version"] == "1.0")
        #expect(json["signature"] == nil)
        #expect(json["rootfs"]?["packages"]?.array?.count == 2)
        #expect(try JSON(parsing: json.text(.pretty)) == json)
    }

    @Test("an image without a package database is no error")
    func noDatabase() throws {
        let entry = SquashFS.Entry(path: "a", kind: .regular(.bytes([1])), mode: 0o644)
        let folder = try TemporaryFolder()
        try SquashFS.pack([.entries([entry])], to: folder.path + "/image")
        let image = try SquashFS.Image(path: folder.path + "/image")
        #expect(try RootfsSummary(image, imageByteCount: 1).packages == nil)
    }

    @Test("what is no payload is an error and no trap")
    func refusal() throws {
        let folder = try TemporaryFolder()
        try FileSystem.writeAtomically("x", to: folder.path + "/f")
        #expect(throws: PayloadError.self) { try PayloadInspection(folder.path + "/f") }
    }
}

@Suite struct PayloadDifferenceTests {
    static func makeFile(_ path: String, _ text: String, mode: UInt16 = 0o644) -> SquashFS.Entry {
        SquashFS.Entry(
            path: path, kind: .regular(.bytes(Array(text.utf8))), mode: mode,
            modificationTime: 1)
    }

    @Test("a payload does not differ from itself")
    func same() throws {
        let sample = try SamplePayload()
        let difference = try PayloadDifference(old: sample.path, new: sample.path)
        #expect(difference.addedPackages.isEmpty && difference.removedPackages.isEmpty)
        #expect(difference.changedPackages.isEmpty && difference.payloadFiles.isEmpty)
        #expect(difference.rootfs == RootfsDifference([], includesTimes: true))
    }

    @Test("packages, files and what about them, kernel, sizes")
    func everything() throws {
        let old = try SamplePayload(
            rootfs: [
                Self.makeFile("gone", "x"), Self.makeFile("same", "x"),
                Self.makeFile("text", "old!"), Self.makeFile("mode", "x"),
            ])
        let status = SamplePayload.status.replacing("5.2.37-2", with: "5.2.37-3")
            .replacing("Package: tzdata", with: "Package: zstd")
        var time = Self.makeFile("same", "x")
        time.modificationTime = 2
        let new = try SamplePayload(
            version: "1.1",
            rootfs: [
                Self.makeFile("fresh", "x"), time, Self.makeFile("text", "new!"),
                Self.makeFile("mode", "x", mode: 0o755),
            ], status: status
        ) {
            $0.kernelVersion = $0.version
        }
        let difference = try PayloadDifference(old: old.path, new: new.path)
        #expect(difference.addedPackages.map(\.name) == ["zstd"])
        #expect(difference.removedPackages.map(\.name) == ["tzdata"])
        #expect(difference.changedPackages.map(\.new.version) == ["5.2.37-3"])
        #expect(difference.payloadFiles.map(\.path) == ["rootfs.squashfs"])
        #expect(difference.rootfs.added.map { SquashFS.text($0.path) } == ["fresh"])
        #expect(difference.rootfs.removed.map { SquashFS.text($0.path) } == ["gone"])
        #expect(
            difference.rootfs.changed.map(\.description) == [
                "/mode: mode 644 → 755", "/text: content",
                "/usr/lib/sysimage/dpkg/status: "
                    + "size \(SamplePayload.status.utf8.count) → \(status.utf8.count)",
            ])
        let timed = try PayloadDifference(old: old.path, new: new.path, includesTimes: true)
        #expect(timed.rootfs.changed.contains { $0.path == Array("same".utf8) })

        let json = difference.json
        #expect(json["kernel_version"]?["new"] == "1.1")
        #expect(json["version"]?["old"] == "1.0")
        #expect(json["packages"]?["changed"]?.array?.first?["old"] == "5.2.37-2")
        #expect(
            json["rootfs"]?["changed"]?.array?.first?["how"]?.array?.first
                == ["what": "mode", "old": "644", "new": "755"])
    }
}

import Command
import JSON
import PayloadFile
import Release
import SquashFS
import Syscalls
import Testing

@testable import Payload

@Suite struct PayloadBuilderTests {
    @Test("the outputs: their names, and that they belong together")
    func outputs() throws {
        let sample = try SamplePayload()
        let out = sample.folder.path + "/out"
        #expect(
            try FileSystem.list(out) == [
                "slipway-1.0.packages", "slipway-1.0.spdx.json", "slipway-1.0.update",
                "slipway-1.0.update.sha256", "train",
            ])
        #expect(
            try FileSystem.list(out + "/train") == ["manifest.json", "manifest.json.minisig"])
        let digest = try MeasuredFile(sample.path)
        #expect(digest.checksum == sample.outputs.checksum)
        #expect(digest.byteCount == sample.outputs.byteCount)
        #expect(
            try FileSystem.readText(sample.path + ".sha256")
                == "\(digest.checksum)  slipway-1.0.update\n")
        #expect(
            try FileSystem.readText(out + "/slipway-1.0.packages")
                == "bash 5.2.37-2+b1 amd64\nlibstdc++6 1:14.2.0-19 amd64\nodd 1 all\n")
    }

    @Test("the train's index names the payload and is signed")
    func index() throws {
        let sample = try SamplePayload()
        let bytes = try FileSystem.read(sample.folder.path + "/out/train/manifest.json")
        let index = try TrainIndex(decoding: bytes)
        #expect(index.fileName.text == "slipway-1.0.update")
        #expect(index.checksum == sample.outputs.checksum)
        #expect(index.fileSize == sample.outputs.byteCount)
        #expect(index.changelog == "First.")
        let signature = try MinisignSignature(
            decoding: FileSystem.read(sample.folder.path + "/out/train/manifest.json.minisig"),
            source: "index")
        try sample.trustedKeys.verify(signature, of: bytes, source: "index")
        #expect(
            signature.trustedComment
                == "timestamp:\(SamplePayload.epoch)\tfile:train/manifest.json\thashed")
    }

    @Test("the same parts give the same payload, but for the signature the same bytes")
    func reproducible() throws {
        let first = try SamplePayload(isSigned: false)
        let second = try SamplePayload(isSigned: false)
        for (a, b) in zip(first.outputs.files, second.outputs.files) {
            #expect(try FileSystem.read(a) == FileSystem.read(b), "\(a)")
        }
    }

    @Test("a payload has all and only what the manifest names, owners and times fixed")
    func content() throws {
        let sample = try SamplePayload()
        let image = try SquashFS.Image(path: sample.path)
        var files: [String] = []
        for entry in try image.entries() {
            #expect(entry.inode.modificationTime == UInt32(SamplePayload.epoch))
            #expect(entry.inode.uid == 0 && entry.inode.gid == 0)
            if entry.inode.isRegular { files.append(SquashFS.text(entry.path)) }
        }
        let named = sample.outputs.manifest.paths.map(\.text)
        #expect(files.sorted() == (named + ["manifest.json", "manifest.json.minisig"]).sorted())
        #expect(
            named == [
                "initrd.img", "installer/slipway-host", "loader/BOOTX64.EFI", "loader/boot.img",
                "loader/core.img", "loader/grub.cfg", "rootfs.squashfs", "vmlinuz",
            ])
        #expect(try image.lookup("installer/slipway-host")?.mode == 0o755)
    }

    @Test("a failure leaves what was there, and nothing else")
    func failure() throws {
        let sample = try SamplePayload()
        let out = sample.folder.path + "/out"
        let before = try sample.outputs.files.map { try FileSystem.read($0) }
        let contents = try PayloadContents(
            rootfs: sample.folder.path + "/parts/rootfs", kernel: "/nonexistent/kernel",
            initramfs: sample.folder.path + "/parts/initramfs",
            loader: sample.folder.path + "/parts/loader",
            installer: sample.folder.path + "/parts/installer")
        let builder = PayloadBuilder(
            release: try SamplePayload.release(version: "1.0"), contents: contents, packages: [],
            signingKey: sample.key, tool: "slipway-test")
        #expect(throws: SystemError.self) { try builder.build(into: out) }
        #expect(try sample.outputs.files.map { try FileSystem.read($0) } == before)
        #expect(try FileSystem.list(out).count == 5)
    }

    @Test("what a verifier would refuse is not published")
    func unreadableRootfs() throws {
        let sample = try SamplePayload()
        let out = sample.folder.path + "/out"
        let before = try sample.outputs.files.map { try FileSystem.read($0) }
        let parts = sample.folder.path + "/parts"
        let contents = try SamplePayload.makeParts(in: parts)
        try FileSystem.writeAtomically("no squashfs", to: parts + "/rootfs")
        let builder = PayloadBuilder(
            release: try SamplePayload.release(version: "1.0"), contents: contents, packages: [],
            signingKey: sample.key, tool: "t")
        #expect(throws: PayloadError.self) { try builder.build(into: out) }
        #expect(try sample.outputs.files.map { try FileSystem.read($0) } == before)
        #expect(!FileSystem.exists(out + "/.partial"))
    }

    @Test("an unsigned build takes the signature of an earlier index away")
    func staleSignature() throws {
        let sample = try SamplePayload()
        let out = sample.folder.path + "/out"
        let contents = try SamplePayload.makeParts(in: sample.folder.path + "/parts")
        let release = try SamplePayload.release(version: "1.1")
        _ = try PayloadBuilder(
            release: release, contents: contents, packages: [], signingKey: nil, tool: "t"
        ).build(into: out)
        #expect(try FileSystem.list(out + "/train") == ["manifest.json"])
    }

    @Test("a name and a version that are too long together are refused before anything is made")
    func longName() throws {
        #expect(throws: ReleaseError.self) {
            try SamplePayload(version: String(repeating: "1", count: 60))
        }
    }

    @Test(
        "unsquashfs reads a payload, minisign verifies its manifest",
        .enabled(
            if: Command("unsquashfs").locate() != nil && Command("minisign").locate() != nil,
            "needs unsquashfs and minisign: apt-get install squashfs-tools minisign"))
    func interop() throws {
        let sample = try SamplePayload()
        let target = sample.folder.path + "/x"
        _ = try Command("unsquashfs", ["-n", "-d", target, sample.path]).runChecked()
        let result = try Command(
            "minisign",
            ["-V", "-P", sample.key.publicKey.base64, "-m", target + "/manifest.json"]
        ).run()
        #expect(result.isSuccess, "\(result.errorText)")
    }
}

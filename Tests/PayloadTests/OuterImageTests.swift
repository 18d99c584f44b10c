import Bytes
import Digest
import PayloadFile
import Release
import SquashFS
import Syscalls
import Testing

@testable import Payload

@Suite struct OuterImageTests {
    /// Packs made-up files of fixed bytes; no compressor has a part in it.
    static func pack(to path: String) throws {
        let long = (0..<(3 << 20) + 5).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let files: [(PayloadPath, SquashFS.Entry.Content)] = [
            (try PayloadPath("rootfs.squashfs"), .bytes(long)),
            (try PayloadPath("loader/core.img"), .bytes(Array("core".utf8))),
            (try PayloadPath("installer/slipway-host"), .bytes(Array("host".utf8))),
            (try PayloadPath("vmlinuz"), .bytes([UInt8](repeating: 0, count: 2 << 20))),
            (try PayloadPath("initrd.img"), .bytes([])),
        ]
        let entries = OuterImage.entries(
            manifest: Array("{}\n".utf8), signature: Array("signed\n".utf8), files: files,
            date: 1_763_596_800)
        try SquashFS.pack(
            [.entries(entries)], to: path, options: OuterImage.options(date: 1_763_596_800))
    }

    @Test("the form of format 1 never changes: a payload of today must be good in years")
    func frozen() throws {
        let folder = try TemporaryFolder()
        try Self.pack(to: folder.path + "/image")
        let digest = Hasher.digest(try FileSystem.read(folder.path + "/image"))
        #expect(
            Hex.encode(digest) == "e0f598ee3dd77a23c14c7ccd42c271a5c29b67db9b4bf776d103da8b51d7d74e"
        )
    }

    @Test("the parts of an image have names")
    func parts() throws {
        let folder = try TemporaryFolder()
        try Self.pack(to: folder.path + "/image")
        let superblock = try SquashFS.Image(path: folder.path + "/image").superblock
        let names = [
            0, 96, superblock.inodeTable, superblock.directoryTable, superblock.idTable,
            superblock.bytesUsed,
        ].map { OuterImage.describe(offset: $0, superblock) }
        #expect(
            names == [
                "the superblock", "the data of files", "the inode table", "the directory table",
                "the id table", "the padding",
            ])
    }
}

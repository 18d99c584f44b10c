import Bytes
import Compression
import ImageMutation
import SquashFS
import Syscalls
import Testing

@Suite struct ReaderTests {
    /// An image by mksquashfs 4.5.1, `-comp gzip -mkfs-time 0 -all-time 0 -nopad`, of a folder
    /// with `a` ("hello\n"), `b` (a symlink to `a`) and the folder `c`; all of root's.
    static let reference =
        "687371730400000000000000000002000100000001001100c00001000400000059000000000000000101"
        + "000000000000f900000000000000ffffffffffffffff66000000000000009d00000000000000ce000000"
        + "00000000eb0000000000000068656c6c6f0a350078da636258c2c80005700614b0013133c37fb8301354"
        + "0d08273232bc854b30232900b159c08a10f22c48eab480981588011c5404371d0078da636280004628cd"
        + "04c4890a402e3390916409e48364920110ba018c108060000000000000000600000100000000bc000000"
        + "00000000130078da6360800005286d09a523a13400097800b3d600000000000000048000000000f30000"
        + "0000000000"

    @Test("the reference tool's bytes are read")
    func golden() throws {
        let bytes = try #require(Hex.decode(Self.reference))
        let image = try SquashFS.Image(bytes: bytes)
        #expect(try Sample.paths(image) == ["", "a", "b", "c"])
        #expect(try image.read(try #require(try image.lookup("a"))) == Array("hello\n".utf8))
        #expect(try image.lookup("b")?.kind == .symlink(target: Array("a".utf8)))
        _ = try image.verify()
    }

    @Test("our bytes for the same folder have the reference tool's fields")
    func goldenFields() throws {
        let theirs = try SquashFS.Image(bytes: try #require(Hex.decode(Self.reference)))
        var options = SquashFS.WriterOptions(compression: .gzip(), clampTime: 0, threads: 1)
        options.creationTime = 0
        let ours = try SquashFS.Image(
            bytes: try Sample.pack(
                [
                    .entries([
                        SquashFS.Entry(path: "", kind: .directory, mode: 0o755),
                        SquashFS.Entry(
                            path: "a", kind: .regular(.bytes(Array("hello\n".utf8))), mode: 0o644),
                        SquashFS.Entry(
                            path: "b", kind: .symlink(target: Array("a".utf8)), mode: 0o777),
                        SquashFS.Entry(path: "c", kind: .directory, mode: 0o755),
                    ])
                ], options))
        #expect(try Sample.describe(ours) == Sample.describe(theirs))
        #expect(ours.superblock.inodeCount == theirs.superblock.inodeCount)
        #expect(ours.superblock.flags.subtracting(.noXattrs) == theirs.superblock.flags)
        // libdeflate and zlib do not find the same matches in so few bytes.
        #expect(ours.superblock.bytesUsed <= theirs.superblock.bytesUsed + 24)
    }

    /// Reads all there is; errors are fine, traps and hangs are not.
    static func readEverything(_ bytes: [UInt8]) throws {
        let image = try SquashFS.Image(bytes: bytes)
        try image.forEachEntry { entry in
            if entry.inode.isRegular { _ = try image.digest(of: entry.inode) }
            _ = try image.xattrs(of: entry.inode)
        }
        _ = try image.verify()
    }

    @Test("an image cut at any length is an error")
    func truncation() throws {
        var bytes = try Sample.pack(
            [.entries(Sample.everything(blockSize: 4096))], Sample.options(.lz4))
        let used = Int(try SquashFS.Image(bytes: bytes).superblock.bytesUsed)
        bytes.removeLast(bytes.count - used)
        for length in stride(from: 0, to: used, by: 61) {
            #expect(throws: SquashFSError.self) {
                try Self.readEverything(Array(bytes[..<length]))
            }
        }
    }

    @Test("each bit of the superblock and the tables may be wrong", arguments: [false, true])
    func damage(raw: Bool) throws {
        let entries = Array(Sample.everything(blockSize: 4096).prefix(14))
        let bytes = try Sample.pack(
            [.entries(entries)], Sample.options(raw ? .none : .lz4, threads: 1))
        let table = Int(try SquashFS.Image(bytes: bytes).superblock.inodeTable)
        let places =
            Array(0..<96)
            + stride(from: table, to: min(bytes.count, table + 3000), by: raw ? 3 : 11)
        for place in places {
            for mask: UInt8 in [0x01, 0x80, 0xff] {
                var damaged = bytes
                damaged[place] ^= mask
                // Either an error or other content.
                _ = try? Self.readEverything(damaged)
            }
        }
    }

    @Test("mutated images are errors or other content")
    func mutation() throws {
        let mutator = try ImageMutator()
        let folder = try TemporaryFolder()
        for number: UInt64 in 0..<3000 {
            let image = mutator.image(number: number)
            ImageReading.readEverything(image)
            if number % 100 == 0 {
                #expect(try ImageReading.extract(image, in: folder.path) == [])
            }
        }
    }

    @Test("what is no image is refused by name")
    func notAnImage() {
        #expect(throws: SquashFSError.notAnImage(problem: "3 bytes are too few")) {
            try SquashFS.Image(bytes: [1, 2, 3])
        }
        #expect(
            throws: SquashFSError.notAnImage(
                problem: "it does not start with the bytes \"hsqs\"")
        ) {
            try SquashFS.Image(bytes: [UInt8](repeating: 0, count: 4096))
        }
    }

    @Test("limits are kept")
    func limits() throws {
        let entries = (0..<50).map { Sample.file("\($0)", [1]) }
        let bytes = try Sample.pack([.entries(entries)])
        var limits = SquashFS.Limits()
        limits.entryCount = 49
        let image = try SquashFS.Image(bytes: bytes, limits: limits)
        #expect(throws: SquashFSError.limit(what: "names", value: 50, limit: 49)) {
            try image.entries()
        }
        limits = SquashFS.Limits()
        limits.blockCount = 1
        let large = try SquashFS.Image(
            bytes: try Sample.pack([.entries([Sample.file("a", Sample.noise(9000))])]),
            limits: limits)
        #expect(throws: SquashFSError.limit(what: "blocks of a file", value: 3, limit: 1)) {
            try large.lookup("a")
        }
    }

    @Test("paths for messages show what is no text")
    func text() {
        #expect(SquashFS.text([0x61, 0xff, 0x0a]) == "a\\xff\\x0a")
        #expect(SquashFS.text(Array("größe".utf8)) == "größe")
    }
}

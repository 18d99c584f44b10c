import CSyscalls
import Compression
import Digest
import SquashFS
import Syscalls
import Testing

@Suite struct RoundTripTests {
    @Test("what is packed is read back", arguments: Compression.Codec.all)
    func roundTrip(codec: Compression.Codec) throws {
        let entries = Sample.everything(blockSize: 4096)
        let image = try Sample.image(entries, Sample.options(codec))
        for entry in entries {
            let inode = try #require(try image.lookup(entry.path))
            guard case .hardLink = entry.kind else {
                #expect(inode.mode == entry.mode)
                #expect(inode.uid == entry.uid && inode.gid == entry.gid)
                #expect(Set(try image.xattrs(of: inode)) == Set(entry.xattrs))
                #expect(inode.modificationTime == 1_700_000_000)
                switch (entry.kind, inode.kind) {
                case (.regular(.bytes(let bytes)), .regular):
                    #expect(try image.read(inode) == bytes)
                case (.directory, .directory), (.fifo, .fifo), (.socket, .socket): break
                case (.symlink(let wanted), .symlink(let found)): #expect(wanted == found)
                case (.blockDevice(let a, let b), .blockDevice(let c, let d)),
                    (.characterDevice(let a, let b), .characterDevice(let c, let d)):
                    #expect(a == c && b == d)
                default: Issue.record("\(entry.kind) became \(inode.kind)")
                }
                continue
            }
            #expect(inode.linkCount == 4)
            #expect(inode.number == (try image.lookup("sizes/1"))?.number)
        }
        let report = try image.verify(threads: 2)
        #expect(report.inodes == Int(image.superblock.inodeCount))
        #expect(report.names == entries.count)
    }

    @Test("every block size", arguments: [4096, 8192, 65536, 131_072, 1 << 20])
    func blockSizes(blockSize: Int) throws {
        let entries = [0, 1, blockSize - 1, blockSize, blockSize + 1].map {
            Sample.file("\($0)", Sample.text($0))
        }
        let image = try Sample.image(entries, Sample.options(blockSize: blockSize))
        for entry in entries {
            guard case .regular(.bytes(let bytes)) = entry.kind else { continue }
            let inode = try #require(try image.lookup(entry.path))
            #expect(try image.read(inode) == bytes)
            if bytes.count > 10 {
                #expect(try image.read(inode, range: 3..<9) == Array(bytes[3..<9]))
            }
        }
    }

    @Test("the same bytes for any number of threads and any order of entries")
    func determinism() throws {
        let entries = Sample.everything(blockSize: 4096)
        let links = entries.suffix(3)
        let first = try Sample.pack([.entries(entries)], Sample.options(threads: 1))
        for threads in [2, 5] {
            let reversed = Array(entries.dropLast(3).reversed()) + links.reversed()
            #expect(
                try Sample.pack([.entries(reversed)], Sample.options(threads: threads)) == first)
        }
    }

    @Test("equal files are stored once, blocks of zeros and holes not at all")
    func deduplication() throws {
        let noise = Sample.noise(40_000)
        let one = try Sample.pack([.entries([Sample.file("a", noise)])])
        let two = try Sample.pack([
            .entries([
                Sample.file("a", noise), Sample.file("b", noise),
                // A part of the first file, from its third block on.
                Sample.file("c", Array(noise[8192..<32768])),
                Sample.file("zeros", [UInt8](repeating: 0, count: 1_000_000)),
            ])
        ])
        #expect(two.count == one.count)
        let image = try SquashFS.Image(bytes: two)
        #expect(try image.read(try #require(try image.lookup("b"))) == noise)
        #expect(
            try image.read(try #require(try image.lookup("c"))) == Array(noise[8192..<32768]))
        #expect(try #require(try image.lookup("zeros")).sparseByteCount == 1_000_000)
        // A run that begins like another and ends otherwise is stored whole.
        let mixed = Array(noise[..<20480]) + Sample.noise(4096, seed: 99) + noise[..<8192]
        let other = try Sample.image([Sample.file("a", noise), Sample.file("b", mixed)])
        #expect(try other.read(try #require(try other.lookup("b"))) == mixed)
        _ = try other.verify()
    }

    @Test("tails of long files may share blocks too, or nothing may")
    func tails() throws {
        let entries = (0..<5).map { Sample.file("\($0)", Sample.text(9000 + $0, seed: $0)) }
        var options = Sample.options()
        options.packsTails = true
        #expect(try Sample.image(entries, options).superblock.fragmentCount == 1)
        options.usesFragments = false
        let image = try Sample.image(entries + [Sample.file("short", [1])], options)
        #expect(image.superblock.fragmentCount == 0)
        #expect(try image.read(try #require(try image.lookup("short"))) == [1])
        _ = try image.verify()
    }

    @Test("an empty image is one too")
    func empty() throws {
        let image = try Sample.image([])
        #expect(try Sample.paths(image) == [""])
        #expect(try image.verify().names == 1)
    }

    @Test("a long directory has an index and is read")
    func longDirectory() throws {
        let entries = (0..<3000).map { Sample.file("folder/a-name-of-some-length-\($0)", []) }
        let image = try Sample.image(entries)
        #expect(try image.entries().count == 3002)
        #expect(try image.lookup("folder/a-name-of-some-length-2999") != nil)
        #expect(try image.lookup("folder/a-name-of-some-length-3000") == nil)
        _ = try image.verify()
    }

    @Test("deep trees")
    func depth() throws {
        let path = (0..<200).map { "level\($0)" }.joined(separator: "/")
        let image = try Sample.image([Sample.file(path + "/file", [5])])
        #expect(try image.read(try #require(try image.lookup(path + "/file"))) == [5])
        _ = try image.verify()
    }

    @Test("many hard links")
    func hardLinks() throws {
        let entries =
            [Sample.file("first", [1])]
            + (0..<2000).map {
                SquashFS.Entry(
                    path: "links/\($0)", kind: .hardLink(to: Array("first".utf8)), mode: 0)
            }
        let image = try Sample.image(entries)
        #expect(try image.lookup("links/1999")?.linkCount == 2001)
        #expect(image.superblock.inodeCount == 3)
        _ = try image.verify()
    }

    @Test("xattrs as large as the kernel takes, and no larger")
    func hugeXattrs() throws {
        func entry(_ path: String, _ size: Int) -> SquashFS.Entry {
            SquashFS.Entry(
                path: path, kind: .fifo, mode: 0o644,
                xattrs: [
                    .init("user.huge", Sample.noise(size)), .init("user.other", Sample.text(9000)),
                ])
        }
        let entries = [entry("a", 65536), entry("b", 65536), entry("c", 60000)]
        let image = try Sample.image(entries)
        for entry in entries {
            let inode = try #require(try image.lookup(entry.path))
            #expect(try image.xattrs(of: inode) == entry.xattrs)
        }
        #expect(throws: SquashFSError.self) { try Sample.image([entry("d", 65537)]) }
    }

    @Test("POSIX ACLs have no place: they are left out and the paths are told")
    func droppedXattrs() throws {
        let folder = try TemporaryFolder()
        let summary = try SquashFS.pack(
            [
                .entries([
                    SquashFS.Entry(
                        path: "a/b", kind: .fifo, mode: 0o644,
                        xattrs: [
                            .init("system.posix_acl_access", [2, 0, 0, 0]),
                            .init("user.kept", [1]),
                        ])
                ])
            ], to: "\(folder.path)/image", options: Sample.options())
        #expect(summary.pathsWithDroppedXattrs == ["a/b"])
        let image = try SquashFS.Image(path: "\(folder.path)/image")
        let inode = try #require(try image.lookup("a/b"))
        #expect(try image.xattrs(of: inode) == [.init("user.kept", [1])])
    }

    @Test("more owners than the format has room for are refused")
    func owners() throws {
        let entries = (0..<70_000).map {
            SquashFS.Entry(
                path: "\($0)", kind: .fifo, mode: 0o644, uid: UInt32($0), modificationTime: 0)
        }
        #expect(
            throws: SquashFSError.limit(
                what: "different owners and groups", value: 65536, limit: 65535)
        ) {
            try Sample.pack([.entries(entries)])
        }
    }

    @Test("options out of range are refused")
    func options() {
        for blockSize in [0, 2048, 5000, 2 << 20] {
            #expect(throws: SquashFSError.self) {
                try Sample.pack([.entries([])], Sample.options(blockSize: blockSize))
            }
        }
        #expect(throws: SquashFSError.self) {
            try Sample.pack([.entries([])], Sample.options(.zstd(level: 30)))
        }
    }

    @Test("a file of 5 GB that is a hole")
    func hugeHole() throws {
        let folder = try TemporaryFolder()
        let source = "\(folder.path)/source"
        try FileSystem.makeDirectory(source)
        let size: UInt64 = 5_000_000_001
        try [UInt8](arrayLiteral: 1).withUnsafeBytes {
            try File.create("\(source)/hole").write($0, at: size - 1)
        }
        let image = try SquashFS.Image(
            bytes: try Sample.pack(
                [.directory(path: source)], Sample.options(blockSize: 131_072)))
        let inode = try #require(try image.lookup("hole"))
        #expect(inode.byteCount == size)
        #expect(inode.sparseByteCount == size / 131_072 * 131_072)
        #expect(try image.read(inode, range: (size - 3)..<size) == [0, 0, 1])
        try image.extract(to: "\(folder.path)/out")
        let status = try #require(try FileSystem.status("\(folder.path)/out/hole"))
        #expect(UInt64(status.st_size) == size)
        #expect(status.st_blocks < 1000)
    }

    @Test("an image in an image in an image is read in place")
    func nested() throws {
        let inner = try Sample.pack([.entries(Sample.everything(blockSize: 4096))])
        for codec in [Compression.Codec.none, .zstd(level: 1)] {
            let middle = try Sample.pack(
                [.entries([Sample.file("inner", inner)])], Sample.options(codec))
            let outer = try Sample.image(
                [Sample.file("middle", middle)], Sample.options(codec, blockSize: 8192))
            let image = try SquashFS.Image(
                of: try #require(try outer.lookup("middle")), in: outer)
            let nested = try SquashFS.Image(
                of: try #require(try image.lookup("inner")), in: image)
            #expect(
                try Sample.describe(nested)
                    == Sample.describe(try SquashFS.Image(bytes: inner)))
        }
    }

    @Test("an image may start anywhere in a file")
    func offset() throws {
        let folder = try TemporaryFolder()
        let bytes = try Sample.pack([.entries([Sample.file("a", [1, 2])])])
        try FileSystem.writeAtomically(
            [UInt8](repeating: 7, count: 1234) + bytes, to: "\(folder.path)/file")
        let image = try SquashFS.Image(path: "\(folder.path)/file", offset: 1234)
        #expect(try image.read(try #require(try image.lookup("a"))) == [1, 2])
        #expect(throws: SquashFSError.self) {
            try SquashFS.Image(path: "\(folder.path)/file", offset: 99_999_999)
        }
    }

    @Test("chunks cover the image, and their index comes back")
    func chunks() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/image"
        let summary = try SquashFS.pack(
            [.entries(Sample.everything(blockSize: 4096))], to: path, options: Sample.options())
        let bytes = try FileSystem.read(path)
        var offset: UInt64 = 0
        for chunk in summary.chunks {
            #expect(chunk.offset == offset)
            let range = Int(offset)..<(Int(offset) + chunk.byteCount)
            #expect(chunk.digest.bytes == Digest.Hasher.digest(Array(bytes[range])))
            offset += UInt64(chunk.byteCount)
        }
        #expect(offset == (try SquashFS.Image(path: path)).superblock.bytesUsed)
        let index = SquashFS.ChunkIndex(of: summary)
        let encoded = index.encoded()
        #expect(try SquashFS.ChunkIndex(decoding: encoded) == index)
        for length in 0..<200 {
            #expect(throws: SquashFSError.self) {
                try SquashFS.ChunkIndex(decoding: Array(encoded[..<length]))
            }
        }
    }

    @Test(
        "packing again is compared with what is there, to the last bit",
        arguments: [Compression.Codec.none, .zstd(level: 3)])
    func difference(codec: Compression.Codec) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/image"
        let options = Sample.options(codec)
        let sources = [SquashFS.Source.entries(Sample.everything(blockSize: 4096))]
        try SquashFS.pack(sources, to: path, options: options)
        #expect(try SquashFS.firstDifference(of: path, from: sources, options: options) == nil)
        let bytes = try FileSystem.read(path)
        for place in [9, 5000, bytes.count - 1] {
            var changed = bytes
            changed[place] ^= 1
            try FileSystem.writeAtomically(changed, to: path)
            #expect(
                try SquashFS.firstDifference(of: path, from: sources, options: options)
                    == UInt64(place))
        }
        try FileSystem.writeAtomically(bytes + [0], to: path)
        #expect(
            try SquashFS.firstDifference(of: path, from: sources, options: options)
                == UInt64(bytes.count))
    }
}

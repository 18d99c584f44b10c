import CSyscalls
import Command
import Compression
import Glibc
import SquashFS
import SquashTar
import Syscalls
import Testing

/// Images by other tools read by us, and ours by other tools and the kernel.
@Suite struct InteropTests {
    static let hasTools = Sample.has("mksquashfs") && Sample.has("unsquashfs")
    static let hasNextGeneration = Sample.has("tar2sqfs") && Sample.has("sqfs2tar")
    static let isRoot = geteuid() == 0
    static let canMount = isRoot && FileSystem.exists("/dev/loop-control")

    /// A folder with all that an ordinary filesystem holds.
    static func makeTree(in folder: String) throws -> String {
        let root = "\(folder)/root"
        try SquashFS.Image(bytes: try Sample.pack([.entries(entries)])).extract(to: root)
        return root
    }

    /// Without what only root may make, when we are not root.
    static var entries: [SquashFS.Entry] {
        Sample.everything(blockSize: 4096).filter { entry in
            switch entry.kind {
            case .blockDevice, .characterDevice: isRoot
            default: isRoot || !entry.xattrs.contains { $0.name.starts(with: "trusted".utf8) }
            }
        }
    }

    @Test(
        "mksquashfs' images are read, in every codec",
        .enabled(if: hasTools, "needs squashfs-tools"),
        arguments: [
            ["-comp", "gzip"], ["-comp", "gzip", "-Xcompression-level", "1", "-b", "4096"],
            ["-comp", "xz"], ["-comp", "xz", "-Xbcj", "x86", "-b", "1M"], ["-comp", "lz4"],
            ["-comp", "lz4", "-Xhc", "-b", "4096"], ["-comp", "zstd"], ["-comp", "lzo"],
            ["-comp", "lzo", "-Xalgorithm", "lzo1x_1", "-b", "4096"], ["-comp", "lzma"],
            ["-comp", "zstd", "-Xcompression-level", "3", "-tailends"], ["-no-fragments"],
            ["-no-duplicates", "-no-exports", "-no-sparse"], ["-noI", "-noD", "-noF", "-noX"],
            ["-no-xattrs", "-b", "64K"], ["-nopad", "-noId"],
        ])
    func readsReference(options: [String]) throws {
        let folder = try TemporaryFolder()
        let root = try Self.makeTree(in: folder.path)
        let path = "\(folder.path)/image"
        try Command(
            "mksquashfs", [root, path, "-noappend", "-quiet", "-no-progress"] + options
        ).runChecked()
        let theirs = try SquashFS.Image(path: path)
        _ = try theirs.verify()
        var packing = Sample.options()
        packing.includesXattrs = !options.contains("-no-xattrs")
        packing.clampTime = nil
        let ours = try SquashFS.Image(bytes: try Sample.pack([.directory(path: root)], packing))
        #expect(try SquashFS.difference(from: theirs, to: ours) == [])
    }

    @Test(
        "tar2sqfs' images are read, in every codec and block size",
        .enabled(if: hasNextGeneration, "needs squashfs-tools-ng"),
        arguments: ["gzip", "xz", "lzo", "lz4", "zstd"], [4096, 131_072, 1 << 20])
    func readsNextGeneration(codec: String, blockSize: Int) throws {
        let folder = try TemporaryFolder()
        let root = try Self.makeTree(in: folder.path)
        let (tar, path) = ("\(folder.path)/tar", "\(folder.path)/image")
        try Command(
            "tar", ["-C", root, "--format=pax", "--xattrs", "-cf", tar, "."]
        ).runChecked()
        let script = "tar2sqfs -q -f -s -b \(blockSize) -c \(codec) \(path) < \(tar)"
        try Command("sh", ["-c", script]).runChecked()
        let theirs = try SquashFS.Image(path: path)
        _ = try theirs.verify()
        var packing = Sample.options()
        packing.clampTime = nil
        packing.includesXattrs = false
        let ours = try SquashFS.Image(bytes: try Sample.pack([.directory(path: root)], packing))
        // It follows the order of the archive for which name of a hard link comes first, leaves
        // sockets out as tar does, and takes some xattrs from the archive and not others.
        let differences = try SquashFS.difference(from: theirs, to: ours)
            .filter { $0.changes != [.xattrs] && $0.path != Array("socket".utf8) }
        #expect(differences == [])
    }

    @Test(
        "unsquashfs extracts our images to what went in",
        .enabled(if: hasTools, "needs squashfs-tools"), arguments: Compression.Codec.all)
    func unsquashfs(codec: Compression.Codec) throws {
        let folder = try TemporaryFolder()
        let root = try Self.makeTree(in: folder.path)
        let path = "\(folder.path)/image"
        var options = Sample.options(codec)
        options.clampTime = nil
        try SquashFS.pack([.directory(path: root)], to: path, options: options)
        try Command(
            "unsquashfs", ["-q", "-n", "-d", "\(folder.path)/out", path]
        ).runChecked()
        let again = try Sample.pack([.directory(path: "\(folder.path)/out")], options)
        #expect(again == (try FileSystem.read(path)))
    }

    @Test(
        "sqfs2tar reads our images", .enabled(if: hasNextGeneration, "needs squashfs-tools-ng"),
        arguments: Compression.Codec.all)
    func toTar(codec: Compression.Codec) throws {
        let folder = try TemporaryFolder()
        let (path, tar) = ("\(folder.path)/image", "\(folder.path)/tar")
        let entries = Self.entries.filter { entry in
            if case .socket = entry.kind { false } else { true }
        }
        try SquashFS.pack([.entries(entries)], to: path, options: Sample.options(codec))
        try Command("sh", ["-c", "sqfs2tar -r . \(path) > \(tar)"]).runChecked()
        let again = try SquashFS.Image(bytes: try Sample.pack([.tar(path: tar)]))
        let ours = try SquashFS.Image(path: path)
        #expect(
            try SquashFS.difference(from: ours, to: again).filter { $0.changes != [.xattrs] }
                == [])
    }

    @Test(
        "the kernel mounts our images and sees what went in",
        .enabled(if: canMount, "needs root and loop devices"), arguments: Compression.Codec.all)
    func kernel(codec: Compression.Codec) throws {
        let folder = try TemporaryFolder()
        let (path, mount) = ("\(folder.path)/image", "\(folder.path)/mount")
        var entries = Sample.everything(blockSize: 4096)
        entries += (0..<1500).map { Sample.file("many/file number \($0)", []) }
        entries.append(
            Sample.file("five/megabytes-of-zeros", [UInt8](repeating: 0, count: 5 << 20) + [1]))
        entries.append(
            SquashFS.Entry(
                path: "huge-xattrs", kind: .directory, mode: 0o755,
                xattrs: [
                    .init("user.a", Sample.noise(60_000)), .init("trusted.b", Sample.text(60_000)),
                    .init("user.c", Sample.text(60_000)),
                ]))
        let options = Sample.options(codec)
        try SquashFS.pack([.entries(entries)], to: path, options: options)
        try FileSystem.makeDirectory(mount)
        let result = try Command(
            "mount", ["-t", "squashfs", "-o", "loop,ro", path, mount]
        ).run()
        guard result.isSuccess else {
            // A kernel may lack a codec; that is not ours to fix.
            #expect(result.errorText.contains("mount"))
            return
        }
        defer {
            do {
                try Command("umount", [mount]).runChecked()
            } catch {
                Issue.record(error)
            }
        }
        #expect(try Sample.pack([.directory(path: mount)], options) == FileSystem.read(path))
        let image = try SquashFS.Image(path: path)
        for (name, status) in try DirectoryReader.read(Array("\(mount)/sizes".utf8)) {
            let inode = try #require(
                try image.lookup(Array("sizes/".utf8) + name))
            #expect(UInt32(status.st_nlink) == inode.linkCount)
            #expect(
                UInt64(status.st_blocks) == (inode.byteCount - inode.sparseByteCount + 511) / 512)
        }
    }

    @Test("a folder that is packed and extracted is the same", arguments: [1, 4])
    func extract(threads: Int) throws {
        let folder = try TemporaryFolder()
        let root = try Self.makeTree(in: folder.path)
        var options = Sample.options(.zstd(level: 3))
        options.clampTime = nil
        let first = try Sample.pack([.directory(path: root)], options)
        var extraction = SquashFS.ExtractOptions()
        extraction.threads = threads
        let summary = try SquashFS.Image(bytes: first)
            .extract(to: "\(folder.path)/again", options: extraction)
        #expect(summary.skipped == [])
        #expect(try Sample.pack([.directory(path: "\(folder.path)/again")], options) == first)
    }
}

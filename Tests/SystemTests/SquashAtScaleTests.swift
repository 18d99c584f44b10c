import Command
import Syscalls
import Testing

/// Large and nasty trees through the program as people run it, with other readers as judges.
@Suite(.serialized, .enabled(if: Project.isBuilt, "needs the release build: make tools"))
struct SquashAtScaleTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path }

    init() throws { folder = try TemporaryFolder(in: "/var/tmp") }

    private func slipway(_ arguments: [String]) throws {
        try Command(Project.program, ["squash"] + arguments).runChecked()
    }

    private func shell(_ script: String) throws {
        var command = Command("sh", ["-euc", script])
        command.folder = path
        try command.runChecked()
    }

    /// 100,000 files in a folder, 60,000 names of one file, 200 levels, a hole of 5 GB, names of 1
    /// and 255 bytes, one that is no text, lengths around a block.
    private func makeNastyTree() throws {
        try shell(
            """
            mkdir -p tree/many tree/links tree/sizes
            (cd tree/many && seq -f 'file number %.0f' 100000 | tr '\\n' '\\0' | xargs -0 touch)
            echo one > tree/links/0
            perl -e 'for (1..59999) { link "tree/links/0", "tree/links/$_" or die $! }'
            deep=tree; for level in $(seq 200); do deep=$deep/$level; done
            mkdir -p "$deep"; echo deep > "$deep/file"
            truncate -s 5G tree/hole; printf end >> tree/hole
            for size in 0 1 131071 131072 131073; do
                head -c $size /dev/zero > tree/sizes/zeros-$size
                head -c $size /dev/urandom > tree/sizes/noise-$size
                yes slipway | head -c $size > tree/sizes/text-$size
            done
            touch "tree/$(printf 'n%.0s' $(seq 255))" tree/x
            perl -e 'open F, ">", "tree/no\\xfftext\\n" or die $!'
            ln -s ../nowhere tree/link; mkfifo tree/pipe
            """)
    }

    @Test("a nasty tree comes back from unsquashfs, sqfs2tar and the kernel as it went in")
    func nastyTree() throws {
        try makeNastyTree()
        try slipway(["pack", "\(path)/image", "\(path)/tree", "--compression", "lz4"])
        try slipway(["verify", "\(path)/image"])
        try expectSame(after: "unsquashfs -q -n -d out image", at: "out")
        try shell("rm -rf out && sqfs2tar image > out.tar")
        try slipway(["pack", "\(path)/again", "\(path)/out.tar", "--compression", "lz4"])
        // tar has no sockets and takes another name of a hard link first; content is the same.
        try slipway(["diff", "\(path)/image", "\(path)/again"])
        try slipway(["extract", "\(path)/image", "\(path)/out"])
        try expectSame(after: "true", at: "out")
        guard Project.isRoot else { return }
        try shell("mkdir mount && mount -t squashfs -o loop,ro image mount")
        defer {
            do { try shell("umount mount") } catch { Issue.record(error) }
        }
        try expectSame(after: "true", at: "mount", removes: false)
        try shell("test $(stat -c %b mount/hole) -lt 1024")
    }

    /// Packs a tree again: the bytes are the same only when everything in it is.
    private func expectSame(after script: String, at tree: String, removes: Bool = true) throws {
        try shell(script)
        try slipway(["pack", "\(path)/again", "\(path)/\(tree)", "--compression", "lz4"])
        try shell("cmp image again && rm again" + (removes ? " && rm -rf \(tree)" : ""))
    }

    @Test(
        "a folder of a million names by another writer is read",
        .enabled(if: Command("mksquashfs").locate() != nil, "needs squashfs-tools"))
    func millionNames() throws {
        try shell(
            """
            mkdir -p tree/many
            (cd tree/many && seq 1000000 | xargs touch)
            mksquashfs tree image -comp lz4 -quiet -no-progress
            """)
        try slipway(["verify", "\(path)/image"])
        let list = try Command(
            "sh", ["-euc", "'\(Project.program)' squash list '\(path)/image' | wc -l"]
        ).runChecked()
        #expect(Int(list.text.filter(\.isNumber)).map { $0 >= 1_000_001 } == true)
        try slipway(["cat", "\(path)/image", "many/999999"])
    }

    @Test(
        "the real root is mounted by the kernel as it was packed",
        .enabled(if: Project.isRoot, "needs root, to mount"),
        .enabled(if: !Self.payloads.isEmpty, "needs a payload: make"))
    func realRoot() throws {
        let payload = try #require(Self.payloads.last)
        try slipway(["extract", payload, "\(path)/tree", "--inside", "rootfs.squashfs"])
        for codec in ["zstd", "xz", "gzip", "lz4", "none"] {
            let level = codec == "zstd" || codec == "gzip" ? ["--level", "1"] : []
            let pack = ["--compression", codec] + level
            try slipway(["pack", "\(path)/image", "\(path)/tree"] + pack)
            try shell("mkdir -p mount && mount -t squashfs -o loop,ro image mount")
            defer {
                do { try shell("umount mount") } catch { Issue.record(error) }
            }
            try slipway(["pack", "\(path)/again", "\(path)/mount"] + pack)
            try shell("cmp image again")
        }
    }

    private static var payloads: [String] {
        let out = "\(repository)/out"
        guard FileSystem.isDirectory(out), let names = try? FileSystem.list(out) else { return [] }
        return names.filter { $0.hasSuffix(".update") }.map { "\(out)/\($0)" }
    }
}

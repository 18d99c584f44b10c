import Command
import SquashFS
import SquashTar
import Syscalls
import Testing

@Suite struct LayerTests {
    static func read(_ image: SquashFS.Image, _ path: String) throws -> String? {
        try image.lookup(path).map { String(decoding: try image.read($0), as: UTF8.self) }
    }

    static func file(_ path: String, _ text: String) -> SquashFS.Entry {
        Sample.file(path, Array(text.utf8))
    }

    static func pack(_ layers: [[SquashFS.Entry]]) throws -> SquashFS.Image {
        try SquashFS.Image(bytes: try Sample.pack(layers.map { .entries($0) }))
    }

    @Test("a later source wins; folders are merged")
    func layers() throws {
        let image = try Self.pack([
            [Self.file("a/one", "1"), Self.file("a/two", "2"), Self.file("b", "file")],
            [
                Self.file("a/two", "zwei"), Self.file("b/now-a-folder", "3"),
                SquashFS.Entry(path: "a", kind: .directory, mode: 0o700),
            ],
        ])
        #expect(try Sample.paths(image) == ["", "a", "a/one", "a/two", "b", "b/now-a-folder"])
        #expect(try Self.read(image, "a/two") == "zwei")
        #expect(try image.lookup("a")?.mode == 0o700)
    }

    @Test("whiteouts and opaque folders of an upper layer are obeyed")
    func whiteouts() throws {
        let lower = [
            Self.file("gone", "1"), Self.file("folder/gone", "2"), Self.file("folder/kept", "3"),
            Self.file("opaque/hidden", "4"), Self.file("dropped/deep/file", "5"),
        ]
        func whiteout(_ path: String) -> SquashFS.Entry {
            SquashFS.Entry(path: path, kind: .characterDevice(major: 0, minor: 0), mode: 0)
        }
        let image = try Self.pack([
            lower,
            [
                whiteout("gone"), whiteout("folder/gone"), whiteout("dropped"),
                whiteout("never-there"),
                SquashFS.Entry(
                    path: "opaque", kind: .directory, mode: 0o755,
                    xattrs: [
                        .init("trusted.overlay.opaque", Array("y".utf8)), .init("user.kept", [1]),
                    ]),
                Self.file("opaque/new", "6"),
            ],
        ])
        #expect(
            try Sample.paths(image) == ["", "folder", "folder/kept", "opaque", "opaque/new"])
        let opaque = try #require(try image.lookup("opaque"))
        #expect(try image.xattrs(of: opaque) == [.init("user.kept", [1])])
        // In the lowest source they are what they look like.
        let single = try Self.pack([[whiteout("device")]])
        #expect(try single.lookup("device")?.kind == .characterDevice(major: 0, minor: 0))
    }

    @Test("a path that is removed and comes again is new")
    func again() throws {
        let image = try Self.pack([
            [Self.file("a/old", "1")],
            [SquashFS.Entry(path: "a", kind: .characterDevice(major: 0, minor: 0), mode: 0)],
            [Self.file("a/new", "2")],
        ])
        #expect(try Sample.paths(image) == ["", "a", "a/new"])
    }

    @Test("a hard link keeps its content when the first name is replaced")
    func links() throws {
        let image = try Self.pack([
            [
                Self.file("first", "old"),
                SquashFS.Entry(path: "second", kind: .hardLink(to: Array("first".utf8)), mode: 0),
            ],
            [Self.file("first", "new")],
        ])
        #expect(try Self.read(image, "first") == "new")
        #expect(try Self.read(image, "second") == "old")
        #expect(try image.lookup("second")?.linkCount == 1)
    }

    @Test("overlayfs features that are not followed are refused")
    func redirect() {
        #expect(throws: SquashFSError.self) {
            try Self.pack([
                [],
                [
                    SquashFS.Entry(
                        path: "a", kind: .directory, mode: 0o755,
                        xattrs: [.init("trusted.overlay.redirect", Array("b".utf8))])
                ],
            ])
        }
    }

    @Test("excludes, owners and the filter")
    func options() throws {
        var options = Sample.options()
        options.excludes = [.init("*.pyc"), .init("/var/cache"), .init("usr/**/doc")]
        options.ownerMap = .all(user: 7, group: 8)
        options.ownerMap?.users[5] = 50
        options.filter = { entry in
            if SquashFS.text(entry.path) == "etc/machine-id" { entry.kind = .regular(.bytes([])) }
            if entry.path.starts(with: "etc/".utf8) { entry.mode = 0o600 }
            return entry.path != Array("run".utf8)
        }
        let entries = [
            Self.file("a.pyc", ""), Self.file("lib/b.pyc", ""), Self.file("lib/c.py", ""),
            Self.file("var/cache/x/y", ""), Self.file("var/lib", ""),
            Self.file("lib/var/cache", ""),
            Self.file("usr/share/doc/readme", ""), Self.file("usr/share/docs", ""),
            Self.file("etc/machine-id", "0123"), Self.folder("run"), Self.file("run/pid", ""),
            SquashFS.Entry(path: "five", kind: .fifo, mode: 0o644, uid: 5, gid: 5),
        ].map { $0 }
        let image = try SquashFS.Image(bytes: try Sample.pack([.entries(entries)], options))
        #expect(
            try Sample.paths(image) == [
                "", "etc", "etc/machine-id", "five", "lib", "lib/c.py", "lib/var",
                "lib/var/cache", "usr", "usr/share", "usr/share/docs", "var", "var/lib",
            ])
        #expect(try Self.read(image, "etc/machine-id") == "")
        #expect(try image.lookup("etc/machine-id")?.mode == 0o600)
        #expect(try image.lookup("lib/c.py")?.uid == 7)
        #expect(try image.lookup("five")?.uid == 50)
        #expect(try image.lookup("five")?.gid == 8)
    }

    static func folder(_ path: String) -> SquashFS.Entry { Sample.folder(path) }

    @Test("paths that lead out, or cannot be names, are refused")
    func badPaths() {
        let paths = ["a/../b", "..", "a/\u{0}", String(repeating: "x", count: 256)]
        for path in paths {
            #expect(throws: SquashFSError.self) { try Self.pack([[Self.file(path, "")]]) }
        }
        #expect(throws: SquashFSError.self) {
            try Self.pack([
                [SquashFS.Entry(path: "l", kind: .hardLink(to: Array("none".utf8)), mode: 0)]
            ])
        }
    }

    @Test("a folder on disk and tar's archives of it give the same bytes")
    func tar() throws {
        let folder = try TemporaryFolder()
        let root = "\(folder.path)/root"
        try FileSystem.makeDirectory("\(root)/sub/folder")
        try FileSystem.writeAtomically(Sample.text(50_000), to: "\(root)/sub/text", mode: 0o640)
        try FileSystem.writeAtomically(Sample.noise(9_000), to: "\(root)/noise")
        try FileSystem.writeAtomically("", to: "\(root)/sub/empty")
        try FileSystem.makeLink("\(root)/link", to: "sub/text")
        try Command("ln", ["\(root)/noise", "\(root)/sub/hard"]).runChecked()
        try Command("truncate", ["-s", "300000", "\(root)/sparse"]).runChecked()
        try Command("mkfifo", ["\(root)/pipe"]).runChecked()
        let direct = try Sample.pack([.directory(path: root)])
        for (name, options) in [
            ("gnu.tar", ["--format=gnu", "-S"]), ("pax.tar", ["--format=pax"]),
            ("pax.tar.gz", ["--format=pax", "-z"]),
        ] {
            let archive = "\(folder.path)/\(name)"
            try Command("tar", ["-C", root, "-cf", archive] + options + ["."]).runChecked()
            #expect(try Sample.pack([.tar(path: archive)]) == direct)
        }
        #expect(
            try SquashFS.Image(bytes: direct).lookup("sparse")?.sparseByteCount == 300_000)
    }
}

@Suite struct PathPatternTests {
    @Test(
        "patterns",
        arguments: [
            ("*.pyc", "a.pyc", true), ("*.pyc", "x/y/a.pyc", true), ("*.pyc", "a.pyc/b", false),
            ("/a", "a", true), ("/a", "b/a", false), ("a/*", "a/b", true), ("a/*", "a/b/c", false),
            ("a/**", "a/b/c", true), ("a/**/c", "a/b/b/c", true), ("?", "ab", false),
            ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[]]", "]", true),
            ("a[", "a[", false), ("\\*", "*", true), ("\\*", "a", false), ("*", "", false),
        ])
    func matching(pattern: String, path: String, expected: Bool) {
        #expect(SquashFS.PathPattern(pattern).matches(Array(path.utf8)) == expected)
    }
}

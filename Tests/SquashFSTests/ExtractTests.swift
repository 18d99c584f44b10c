import Compression
import SquashFS
import Syscalls
import Testing

@Suite struct ExtractTests {
    static func image() throws -> SquashFS.Image {
        try Sample.image([
            Sample.file("a/one", [1]), Sample.file("a/b/two", [2]), Sample.file("c", [3]),
            SquashFS.Entry(path: "out", kind: .symlink(target: Array("/".utf8)), mode: 0o777),
            SquashFS.Entry(path: "z", kind: .hardLink(to: Array("c".utf8)), mode: 0),
        ])
    }

    @Test("parts of an image")
    func parts() throws {
        let folder = try TemporaryFolder()
        var options = SquashFS.ExtractOptions()
        options.paths = [Array("a/b".utf8), Array("z".utf8)]
        let target = "\(folder.path)/out"
        try Self.image().extract(to: target, options: options)
        #expect(try FileSystem.list(target) == ["a", "z"])
        #expect(try FileSystem.list("\(target)/a") == ["b"])
        #expect(try FileSystem.read("\(target)/a/b/two") == [2])
        #expect(try FileSystem.read("\(target)/z") == [3])
        options.paths = [Array("none".utf8)]
        #expect(throws: SquashFSError.noSuchPath("none")) {
            try Self.image().extract(to: "\(folder.path)/other", options: options)
        }
    }

    @Test("a folder with something in it is left alone")
    func notEmpty() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeLink("\(folder.path)/a", to: "/tmp")
        #expect(throws: SquashFSError.self) { try Self.image().extract(to: folder.path) }
        #expect(try FileSystem.list(folder.path) == ["a"])
    }

    @Test("a symlink in place of the target folder is not followed")
    func symlinkedTarget() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeDirectory("\(folder.path)/real")
        try FileSystem.makeLink("\(folder.path)/link", to: "real")
        #expect(throws: SystemError.self) {
            try Self.image().extract(to: "\(folder.path)/link")
        }
        #expect(try FileSystem.list("\(folder.path)/real") == [])
    }

    @Test("names that lead elsewhere are refused, wherever the image hides them")
    func tricks() throws {
        let plain = try Sample.pack(
            [
                .entries([
                    Sample.file("aa/file", [1]), Sample.file("bb", [2]), Sample.file("cc", [3]),
                ])
            ], Sample.options(.none))
        func replaced(_ old: String, _ new: String) -> [UInt8] {
            var bytes = plain
            let (old, new) = (Array(old.utf8), Array(new.utf8))
            for start in 0...(bytes.count - old.count)
            where Array(bytes[start..<(start + old.count)]) == old {
                bytes.replaceSubrange(start..<(start + old.count), with: new)
            }
            return bytes
        }
        for (old, new) in [
            ("aa", ".."), ("bb", "b/"), ("bb", "b\u{0}"), ("cc", "bb"), ("cc", "aa"), ("bb", "//"),
        ] {
            let folder = try TemporaryFolder()
            let image = try SquashFS.Image(bytes: replaced(old, new))
            #expect(throws: SquashFSError.self) {
                try image.extract(to: "\(folder.path)/target")
            }
            #expect(try FileSystem.list(folder.path).allSatisfy { $0 == "target" })
        }
    }

    @Test("differences are named")
    func difference() throws {
        let old = try Self.image()
        var entries = [
            Sample.file("a/one", [9]), Sample.file("c", [3, 4], mode: 0o600),
            Sample.file("new", []),
            SquashFS.Entry(path: "out", kind: .symlink(target: Array("x".utf8)), mode: 0o777),
        ]
        entries.append(SquashFS.Entry(path: "a/b", kind: .fifo, mode: 0o755, uid: 3))
        let differences = try SquashFS.difference(from: old, to: try Sample.image(entries))
        let found = Dictionary(
            uniqueKeysWithValues: differences.map { (SquashFS.text($0.path), $0.changes) })
        #expect(found["a/one"] == [.content])
        #expect(found["a/b/two"] == [.removed])
        #expect(found["new"] == [.added])
        #expect(found["z"] == [.removed])
        #expect(
            found["c"] == [.mode(0o644, 0o600), .size(1, 2), .linkCount(2, 1)])
        #expect(found["out"] == [.target("/", "x")])
        #expect(found["a/b"]?.contains(.kind("folder", "fifo")) == true)
        #expect(differences.map(\.description).contains("/a/one: content"))
        #expect(try SquashFS.difference(from: old, to: old) == [])
    }
}

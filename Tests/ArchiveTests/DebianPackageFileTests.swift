import Archive
import Command
import Syscalls
import Testing

@Suite struct DebianPackageFileTests {
    /// A package made by dpkg-deb.
    struct Sample {
        let folder: TemporaryFolder
        let path: String

        init(compression: String) throws {
            folder = try TemporaryFolder()
            let root = "\(folder.path)/root"
            try FileSystem.makeDirectory("\(root)/DEBIAN")
            try FileSystem.makeDirectory("\(root)/usr/share/sample")
            try FileSystem.writeAtomically(
                "Package: sample\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\n"
                    + "Description: sample\n", to: "\(root)/DEBIAN/control")
            try FileSystem.writeAtomically(
                [UInt8](repeating: 65, count: 100_001), to: "\(root)/usr/share/sample/file",
                mode: 0o4755)
            try FileSystem.makeLink("\(root)/usr/share/sample/link", to: "file")
            try Command(
                "ln", ["\(root)/usr/share/sample/file", "\(root)/usr/share/sample/other"]
            ).runChecked()
            path = "\(folder.path)/sample.deb"
            try Command(
                "dpkg-deb", ["--root-owner-group", "-Z\(compression)", "--build", root, path]
            ).runChecked()
        }
    }

    @Test("what dpkg-deb wrote is read", arguments: ["xz", "gzip", "zstd", "none"])
    func reading(compression: String) throws {
        let sample = try Sample(compression: compression)
        let file = try DebianPackageFile(sample.path)
        let control = try file.readControl()
        #expect(
            String(decoding: control["control"] ?? [], as: UTF8.self).hasPrefix("Package: sample"))
        let data = try file.openData()
        var found: [String: ArchiveEntry.Kind] = [:]
        while let entry = try data.next() {
            let path = String(decoding: entry.path, as: UTF8.self)
            found[path] = entry.kind
            #expect(entry.uid == 0 && entry.gid == 0)
            if path == "./usr/share/sample/file" {
                #expect(entry.mode == 0o4755)
                #expect(try data.readContent() == [UInt8](repeating: 65, count: 100_001))
            }
        }
        #expect(found["./usr/share/"] == .directory)
        #expect(found["./usr/share/sample/link"] == .symlink(target: Array("file".utf8)))
        #expect(
            found["./usr/share/sample/other"]
                == .hardLink(target: Array("./usr/share/sample/file".utf8)))
    }

    @Test("a package cut at any length is refused, and none traps")
    func truncation() throws {
        let sample = try Sample(compression: "xz")
        let bytes = try FileSystem.read(sample.path)
        let cut = "\(sample.folder.path)/cut.deb"
        for count in stride(from: 0, to: bytes.count - 1, by: 7) {
            try FileSystem.writeAtomically(Array(bytes[..<count]), to: cut)
            #expect(throws: (any Error).self, "cut at \(count)") {
                let file = try DebianPackageFile(cut)
                _ = try file.readControl()
                let data = try file.openData()
                while try data.next() != nil { try data.forEachPiece { _, _ in } }
            }
        }
    }

    @Test("what is no package at all is refused with the place")
    func refusal() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/x.deb"
        try FileSystem.writeAtomically("hello world, this is not it", to: path)
        #expect(
            throws: ArchiveError.notADebianPackage(
                path: path, expected: "\"!<arch>\"", offset: 0)
        ) { try DebianPackageFile(path) }
    }
}

import Syscalls
import Testing

@Suite struct FileSystemTests {
    @Test("a tree is made, listed, read, linked and removed")
    func tree() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeDirectory("\(folder.path)/a/b/c")
        try FileSystem.writeAtomically("text", to: "\(folder.path)/a/b/file")
        try FileSystem.makeLink("\(folder.path)/a/link", to: "nowhere")
        try FileSystem.makeLink("\(folder.path)/a/link", to: "b")
        #expect(try FileSystem.list("\(folder.path)/a") == ["b", "link"])
        #expect(try FileSystem.readLink("\(folder.path)/a/link") == "b")
        #expect(try FileSystem.readText("\(folder.path)/a/link/file") == "text")
        #expect(try FileSystem.list("\(folder.path)/a/b") == ["c", "file"])
        try FileSystem.removeTree("\(folder.path)/a")
        #expect(!FileSystem.exists("\(folder.path)/a"))
    }

    @Test("a removal does not follow a symlink out of the tree")
    func removal() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeDirectory("\(folder.path)/kept")
        try FileSystem.writeAtomically("text", to: "\(folder.path)/kept/file")
        try FileSystem.makeDirectory("\(folder.path)/gone")
        try FileSystem.makeLink("\(folder.path)/gone/link", to: "../kept")
        try FileSystem.removeTree("\(folder.path)/gone")
        #expect(try FileSystem.readText("\(folder.path)/kept/file") == "text")
    }

    @Test("errors name the call and the path")
    func errors() {
        #expect(throws: SystemError("open", "/no/such", code: 2)) {
            try FileSystem.read("/no/such")
        }
        #expect(
            SystemError("open", "/no/such", code: 2).description
                == "/no/such: open: No such file or directory")
    }

    @Test("files of the kernel, which have no size, are read whole")
    func processFiles() throws {
        #expect(try FileSystem.readText("/proc/self/status").contains("Threads:"))
    }

    @Test("a lock keeps a second holder out until it is let go")
    func locks() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/lock"
        var first: File? = try File.create(path)
        #expect(try first?.lock(wait: false) == true)
        let second = try File(path)
        #expect(try second.lock(wait: false) == false)
        first = nil
        #expect(try second.lock(wait: false) == true)
    }
}

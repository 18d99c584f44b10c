import Syscalls
import Testing

@testable import SourceBuild

@Suite struct GitFolderTests {
    private func head(_ path: String) throws -> GitFolder.Head? {
        try #require(try GitFolder(path)).head()
    }

    @Test("where a tree stands is read as git has it, loose or packed, detached or linked")
    func heads() throws {
        let folder = try TemporaryFolder()
        let repository = try SampleRepository("\(folder.path)/a")
        let commit = try repository.head
        #expect(try head(repository.path) == .branch("main", commit: commit))
        try repository.git("checkout", "--quiet", "-b", "deep/name")
        try repository.git("pack-refs", "--all", "--prune")
        #expect(!FileSystem.exists("\(repository.path)/.git/refs/heads/deep/name"))
        #expect(try head(repository.path) == .branch("deep/name", commit: commit))
        // A loose one goes before the packed one.
        let newer = try repository.commit("second")
        #expect(try head(repository.path) == .branch("deep/name", commit: newer))
        try repository.git("worktree", "add", "--quiet", "--detach", "../linked", "main")
        #expect(try head("\(folder.path)/linked") == .detached(commit: commit))
        try repository.git("-C", "../linked", "checkout", "--quiet", "main")
        #expect(try head("\(folder.path)/linked") == .branch("main", commit: commit))
        // A tag with a message has two lines in packed-refs.
        try repository.git("tag", "--annotate", "--message", "x", "aaa")
        try repository.git("pack-refs", "--all", "--prune")
        #expect(try head(repository.path) == .branch("deep/name", commit: newer))
    }

    @Test("what is no tree of git's, or has no commit, is seen")
    func none() throws {
        let folder = try TemporaryFolder()
        #expect(try GitFolder(folder.path) == nil)
        let repository = try SampleRepository("\(folder.path)/a")
        try repository.git("checkout", "--quiet", "--orphan", "empty")
        #expect(try head(repository.path) == nil)
        try FileSystem.makeDirectory("\(repository.path)/inner")
        #expect(try GitFolder("\(repository.path)/inner") == nil)
        try FileSystem.writeAtomically("nonsense\n", to: "\(repository.path)/.git/HEAD")
        #expect(try head(repository.path) == nil)
    }
}

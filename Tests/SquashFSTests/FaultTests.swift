import CSyscalls
import Command
import Glibc
import SquashFS
import Synchronization
import Syscalls
import Testing

@Suite struct FaultTests {
    /// Runs `body` with a source file and says what packing it came to, when `change` changes
    /// the file in the middle of being packed.
    static func pack(changing change: @escaping @Sendable (String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        let source = "\(folder.path)/source"
        try FileSystem.makeDirectory(source)
        let victim = "\(source)/victim"
        try FileSystem.writeAtomically(Sample.noise(400_000), to: victim)
        let isChanged = Mutex(false)
        try SquashFS.pack(
            [.directory(path: source)], to: "\(folder.path)/image",
            options: Sample.options(threads: 1),
            progress: { progress in
                guard progress.bytesRead > 100_000 else { return }
                isChanged.withLock { isChanged in
                    guard !isChanged else { return }
                    isChanged = true
                    do { try change(victim) } catch { Issue.record(error) }
                }
            })
    }

    static func isSourceChange(_ error: any Error) -> Bool {
        if case SquashFSError.sourceChanged = error { true } else { false }
    }

    @Test("a file that shrinks while it is packed is an error")
    func shrinks() {
        #expect(
            performing: {
                try Self.pack { path in
                    try checked("truncate", path) { truncate(path, 150_000) }
                }
            }, throws: Self.isSourceChange)
    }

    @Test("a file that grows while it is packed is an error")
    func grows() {
        #expect(
            performing: {
                try Self.pack { path in
                    try File(path, flags: O_WRONLY | O_APPEND).write([1, 2, 3])
                }
            }, throws: Self.isSourceChange)
    }

    @Test("a file that is written to while it is packed is an error")
    func written() {
        #expect(
            performing: {
                try Self.pack { path in
                    try File(path, flags: O_WRONLY).write([1, 2, 3])
                }
            }, throws: Self.isSourceChange)
    }

    @Test("a file that is replaced while it is packed is the old one")
    func replaced() throws {
        try Self.pack { path in try FileSystem.writeAtomically([1], to: path) }
    }

    @Test("a file that cannot be read is an error that names it")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        #expect(
            performing: {
                try SquashFS.pack(
                    [
                        .entries([
                            SquashFS.Entry(
                                path: "a", kind: .regular(.file("\(folder.path)/none")), mode: 0o644
                            )
                        ])
                    ], to: "\(folder.path)/image", options: Sample.options())
            }, throws: { "\($0)".contains("\(folder.path)/none") })
        #expect(try FileSystem.list(folder.path) == [])
    }

    @Test(
        "a full disk is an error, and leaves what was there",
        .enabled(if: geteuid() == 0, "needs root to mount a small filesystem"))
    func full() throws {
        let folder = try TemporaryFolder()
        let disk = "\(folder.path)/disk"
        try FileSystem.makeDirectory(disk)
        try Command(
            "mount", ["-t", "tmpfs", "-o", "size=256k", "none", disk]
        ).runChecked()
        defer {
            do {
                try Command("umount", [disk]).runChecked()
            } catch {
                Issue.record(error)
            }
        }
        let path = "\(disk)/image"
        try FileSystem.writeAtomically("old", to: path)
        let entries = (0..<8).map {
            Sample.file("\($0)", Sample.noise(100_000, seed: UInt64($0)))
        }
        #expect(
            performing: {
                try SquashFS.pack([.entries(entries)], to: path, options: Sample.options())
            },
            throws: { error in
                guard case SquashFSError.system(let error) = error else { return false }
                return error.code == ENOSPC
            })
        #expect(try FileSystem.list(disk) == ["image"])
        #expect(try FileSystem.readText(path) == "old")
        // The cache on a full disk: the image is whole, the failure is told.
        let cache = try SquashFS.BlockCache(path: "\(disk)/cache")
        let texts = (0..<400).map { Sample.file("\($0)", Sample.text(5000, seed: $0)) }
        let summary = try SquashFS.pack(
            [.entries(texts + entries)], to: "\(folder.path)/image", options: Sample.options(),
            cache: cache)
        #expect(summary.byteCount > 0)
        _ = try SquashFS.Image(path: "\(folder.path)/image").verify()
    }

    @Test("a read error in the middle of an image is an error")
    func cutWhileRead() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/image"
        try SquashFS.pack(
            [.entries([Sample.file("a", Sample.noise(200_000))])], to: path,
            options: Sample.options())
        let image = try SquashFS.Image(path: path)
        let inode = try #require(try image.lookup("a"))
        try checked("truncate", path) { truncate(path, 50_000) }
        #expect(throws: SquashFSError.self) { try image.read(inode) }
    }
}

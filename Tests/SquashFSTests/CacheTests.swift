import Command
import Compression
import SquashFS
import Syscalls
import Testing

@Suite struct CacheTests {
    static let entries = (0..<30).map {
        Sample.file("\($0)", Sample.text(20_000, seed: $0) + Sample.noise(9000, seed: UInt64($0)))
    }

    static func pack(_ cache: SquashFS.BlockCache?) throws -> [UInt8] {
        try Sample.pack([.entries(entries)], cache: cache)
    }

    /// The files of blocks in a cache.
    static func blocks(_ folder: String) throws -> [String] {
        try FileSystem.list(folder).filter { $0 != "lock" }.flatMap { name in
            try FileSystem.list("\(folder)/\(name)").map { "\(folder)/\(name)/\($0)" }
        }
    }

    @Test("cold, warm and without a cache: the same bytes")
    func sameBytes() throws {
        let folder = try TemporaryFolder()
        let plain = try Self.pack(nil)
        let cold = try SquashFS.BlockCache(path: folder.path)
        #expect(try Self.pack(cold) == plain)
        #expect(cold.statistics.hits == 0)
        let warm = try SquashFS.BlockCache(path: folder.path)
        #expect(try Self.pack(warm) == plain)
        #expect(warm.statistics.misses == 0)
        #expect(warm.statistics.hits == cold.statistics.misses)
    }

    @Test("other options find nothing of these")
    func keys() throws {
        let folder = try TemporaryFolder()
        let cache = try SquashFS.BlockCache(path: folder.path)
        _ = try Self.pack(cache)
        _ = try Sample.pack(
            [.entries(Self.entries)], Sample.options(.zstd(level: 4)), cache: cache)
        _ = try Sample.pack([.entries(Self.entries)], Sample.options(.xz), cache: cache)
        #expect(cache.statistics.hits == 0)
    }

    @Test("a damaged or torn block is compressed again, never used")
    func damage() throws {
        let folder = try TemporaryFolder()
        let plain = try Self.pack(try SquashFS.BlockCache(path: folder.path))
        for (index, path) in try Self.blocks(folder.path).enumerated() {
            var bytes = try FileSystem.read(path)
            switch index % 4 {
            case 0: bytes[bytes.count - 1] ^= 1
            case 1: bytes.removeLast(bytes.count / 2)
            case 2: bytes[8 + index % 8] ^= 0x10
            default: bytes = []
            }
            try FileSystem.writeAtomically(bytes, to: path)
        }
        let cache = try SquashFS.BlockCache(path: folder.path)
        #expect(try Self.pack(cache) == plain)
        #expect(cache.statistics.hits == 0)
        #expect(cache.statistics.damaged == cache.statistics.misses)
        let again = try SquashFS.BlockCache(path: folder.path)
        #expect(try Self.pack(again) == plain)
        #expect(again.statistics.misses == 0)
    }

    @Test("a block under another's name is not used")
    func swapped() throws {
        let folder = try TemporaryFolder()
        let plain = try Self.pack(try SquashFS.BlockCache(path: folder.path))
        let blocks = try Self.blocks(folder.path)
        let contents = try blocks.map { try FileSystem.read($0) }
        for (index, path) in blocks.enumerated() {
            try FileSystem.writeAtomically(contents[(index + 1) % blocks.count], to: path)
        }
        let cache = try SquashFS.BlockCache(path: folder.path)
        #expect(try Self.pack(cache) == plain)
        #expect(cache.statistics.hits == 0)
    }

    @Test("what was not used for longest goes first, leftovers of killed builds too")
    func trim() throws {
        let folder = try TemporaryFolder()
        _ = try Self.pack(try SquashFS.BlockCache(path: folder.path))
        let blocks = try Self.blocks(folder.path)
        let old = blocks.prefix(blocks.count / 2)
        try Command("touch", ["-d", "2 days ago"] + old).runChecked()
        let leftover = "\(folder.path)/00/abc.77-1"
        try FileSystem.writeAtomically("torn", to: leftover)
        try Command("touch", ["-d", "2 days ago", leftover]).runChecked()
        let total = try SquashFS.BlockCache(path: folder.path).trim()
        #expect(!FileSystem.exists(leftover))
        #expect(try Self.blocks(folder.path).count == blocks.count)
        let small = try SquashFS.BlockCache(path: folder.path, byteLimit: total / 2)
        #expect(try small.trim() <= total / 2)
        let kept = try Self.blocks(folder.path)
        #expect(!kept.isEmpty && kept.allSatisfy { !old.contains($0) })
    }

    @Test("a cache that cannot be written does not harm the image")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let cache = try SquashFS.BlockCache(path: "\(folder.path)/cache")
        try FileSystem.removeTree("\(folder.path)/cache")
        let path = "\(folder.path)/image"
        let summary = try SquashFS.pack(
            [.entries(Self.entries)], to: path, options: Sample.options(), cache: cache)
        #expect(summary.cacheFailure != nil)
        #expect(try FileSystem.read(path) == Self.pack(nil))
    }

    @Test("two builds use one cache at once")
    func concurrent() async throws {
        let folder = try TemporaryFolder()
        let plain = try Self.pack(nil)
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try Self.pack(try SquashFS.BlockCache(path: folder.path))
                }
            }
            for try await bytes in group { #expect(bytes == plain) }
        }
    }
}

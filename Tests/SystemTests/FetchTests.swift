import Bytes
import Debian
import Digest
import Events
import Syscalls
import Testing

@Suite struct FetchTests {
    let folder: TemporaryFolder
    let pool: Pool
    let content: [UInt8] = Array("a package's bytes".utf8)

    init() throws {
        folder = try TemporaryFolder()
        pool = try Pool("\(folder.path)/pool")
    }

    func package(_ name: String = "sample", content: [UInt8]? = nil) -> LockedPackage {
        let content = content ?? self.content
        return LockedPackage(
            name: name, version: "1", architecture: "all", source: name,
            sha256: Hex.encode(Hasher.digest(content)), byteCount: UInt64(content.count),
            archive: "debian", path: "pool/\(name)+1~2_all.deb")
    }

    func fetcher(_ urls: [String]) -> Fetcher {
        var fetcher = Fetcher(
            pool: pool, sources: [ArchiveSource(archive: "debian", urls: urls)])
        fetcher.stallSeconds = 1
        fetcher.retries = 0
        return fetcher
    }

    /// Nothing but finished files, and no file under a name that it does not deserve.
    func expectPool(holds count: Int) throws {
        var found = 0
        for name in try FileSystem.list(pool.path) where name.count == 2 {
            found += try FileSystem.list("\(pool.path)/\(name)").count
        }
        #expect(found == count)
    }

    @Test("a package comes in, and is then there without any source")
    func arrival() throws {
        let server = try LoopbackServer(.answer(status: "200 OK", body: content))
        try fetcher([server.url]).fetch([package()], events: .discarding)
        try pool.verify(package())
        try fetcher([]).fetch([package()], events: .discarding)
    }

    @Test("a mirror that has other bytes of the right length stops with the package's name")
    func tampered() throws {
        var other = content
        other[0] ^= 1
        let server = try LoopbackServer(.answer(status: "200 OK", body: other))
        let error = #expect(throws: PoolError.self) {
            try fetcher([server.url]).fetch([package()], events: .discarding)
        }
        #expect("\(error.map { "\($0)" } ?? "")".hasPrefix("sample: "))
        try expectPool(holds: 0)
        #expect(try FileSystem.list("\(pool.path)/incoming").isEmpty)
    }

    @Test("a mirror whose file is shorter or longer stops with both lengths", arguments: [-1, 1])
    func wrongLength(difference: Int) throws {
        let body = difference < 0 ? Array(content.dropLast()) : content + [0]
        let server = try LoopbackServer(.answer(status: "200 OK", body: body))
        #expect(
            throws: PoolError.wrongSize(
                package: "sample", source: "\(server.url)/pool/sample+1~2_all.deb",
                expected: UInt64(content.count), found: UInt64(body.count))
        ) { try fetcher([server.url]).fetch([package()], events: .discarding) }
        try expectPool(holds: 0)
    }

    @Test("what no mirror has is named, with each mirror's answer")
    func notFound() throws {
        let server = try LoopbackServer(.answer(status: "404 Not Found", body: []))
        let error = #expect(throws: MissingPackages.self) {
            try fetcher([server.url, "http://127.0.0.1:1"]).fetch(
                [package()], events: .discarding)
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.hasPrefix("sample 1: no source has it: "))
        #expect(text.contains("404"))
        #expect(text.contains("127.0.0.1:1/"))
        try expectPool(holds: 0)
    }

    @Test("a mirror that says nothing more is given up, and what came stays for the next try")
    func hanging() throws {
        let part = Array(content.prefix(5))
        do {
            let server = try LoopbackServer(
                .hangAfter(head: "Content-Length: \(content.count)", body: part))
            #expect(throws: MissingPackages.self) {
                try fetcher([server.url]).fetch([package()], events: .discarding)
            }
        }
        try expectPool(holds: 0)
        let incoming = "\(pool.path)/incoming/\(package().sha256)"
        #expect(try FileSystem.read(incoming) == part)
        // The rest only: the server cannot know, so what it sends has to fit what is there.
        let server = try LoopbackServer(
            .answer(
                status: "206 Partial Content\r\nContent-Range: bytes 5-\(content.count - 1)/"
                    + "\(content.count)", body: Array(content.dropFirst(5))))
        try fetcher([server.url]).fetch([package()], events: .discarding)
        try pool.verify(package())
    }

    @Test("the second source is asked for what the first does not have")
    func fallback() throws {
        let none = try LoopbackServer(.answer(status: "404 Not Found", body: []))
        let server = try LoopbackServer(.answer(status: "200 OK", body: content))
        try fetcher([none.url, server.url]).fetch([package()], events: .discarding)
        try expectPool(holds: 1)
    }

    @Test("a file that was changed in the pool is noticed when it is used")
    func damagedPool() throws {
        let server = try LoopbackServer(.answer(status: "200 OK", body: content))
        try fetcher([server.url]).fetch([package()], events: .discarding)
        var other = content
        other[3] ^= 1
        try FileSystem.writeAtomically(other, to: pool.path(of: package()))
        #expect(throws: PoolError.self) { try pool.verify(package()) }
    }
}

import Bytes
import Command
import Debian
import Digest
import Events
import Syscalls
import TestSamples
import Testing

/// Packages of `external-packages`: fetched by URL, judged by the manifest's digest.
@Suite struct ExternalPackageTests {
    let folder: TemporaryFolder
    let pool: Pool
    let server: LoopbackServer
    let deb = SampleDeb("tool", version: "1.2", files: ["usr/share/tool/file": "a tool\n"])

    init() throws {
        folder = try TemporaryFolder()
        pool = try Pool("\(folder.path)/pool")
        server = try LoopbackServer(.files(in: "\(folder.path)/served"))
        try deb.build(in: "\(folder.path)/served")
    }

    func digest(_ name: String) throws -> String {
        Hex.encode(try FileDigest.digest(of: "\(folder.path)/served/\(name)"))
    }

    func fetch(
        _ name: String = "tool", version: String = "1.2", file: String = "tool_1.2_all.deb",
        sha256: String? = nil
    ) throws -> [FetchedExternalPackage] {
        let package = try ExternalPackage(
            name: name, version: version, url: "\(server.url)/\(file)",
            sha256: sha256 ?? digest(file))
        return try ExternalPackageSource(pool: pool, architecture: "amd64").fetch(
            [package], events: .discarding)
    }

    func expectEmptyPool() throws {
        for name in try FileSystem.list(pool.path) where name != "lock" {
            #expect(try FileSystem.list("\(pool.path)/\(name)").isEmpty, "something is in \(name)")
        }
    }

    @Test("a package comes in, a lock can name it, and it is fetched no second time")
    func arrival() throws {
        let package = try #require(try fetch().first).package
        #expect(package.archive == "url")
        #expect(package.path == "\(server.url)/tool_1.2_all.deb")
        #expect(package.architecture == "all")
        try pool.verify(package)
        let lock = Lock(date: 1, request: "r", packages: [package], localPackages: [])
        #expect(try Lock(parsing: lock.text) == lock)
        try FileSystem.removeTree("\(folder.path)/served")
        #expect(try fetch(sha256: package.sha256).first?.package == package)
    }

    @Test("a lock's external package is fetched from the URL in the lock")
    func fromLock() throws {
        let package = try #require(try fetch().first).package
        let other = try Pool("\(folder.path)/other")
        try Fetcher(pool: other, sources: []).fetch([package], events: .discarding)
        try other.verify(package)
    }

    @Test("a file with another digest is refused with both, and does not stay")
    func wrongDigest() throws {
        let wanted = String(repeating: "0", count: 64)
        #expect(
            throws: ExternalPackageError.wrongContent(
                package: "tool", url: "\(server.url)/tool_1.2_all.deb", expected: wanted,
                found: try digest("tool_1.2_all.deb"))
        ) { try fetch(sha256: wanted) }
        try expectEmptyPool()
    }

    @Test("a URL with nothing behind it is named with the server's answer")
    func notFound() throws {
        let error = #expect(throws: MissingPackages.self) {
            try fetch(file: "gone.deb", sha256: String(repeating: "0", count: 64))
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.hasPrefix("tool 1.2: no source has it: \(server.url)/gone.deb: "))
        #expect(text.contains("404"))
        try expectEmptyPool()
    }

    @Test("a file that is no package does not stay, though its digest is right")
    func notADeb() throws {
        try FileSystem.writeAtomically("a web page\n", to: "\(folder.path)/served/page")
        let error = #expect(throws: ExternalPackageError.self) { try fetch(file: "page") }
        #expect("\(error.map { "\($0)" } ?? "")".contains("is no package: "))
        try expectEmptyPool()
    }

    @Test("a package of another name or version does not stay")
    func mismatch() throws {
        let url = "\(server.url)/tool_1.2_all.deb"
        #expect(
            throws: ExternalPackageError.mismatch(
                package: "other", url: url, field: "Package", expected: "other", found: "tool")
        ) { try fetch("other") }
        #expect(
            throws: ExternalPackageError.mismatch(
                package: "tool", url: url, field: "Version", expected: "1.3", found: "1.2")
        ) { try fetch(version: "1.3") }
        try expectEmptyPool()
    }

    @Test("what is in the pool for somebody else stays after a mistake in a manifest")
    func someoneElses() throws {
        let package = try #require(try fetch().first).package
        #expect(throws: ExternalPackageError.self) { try fetch("other") }
        try pool.verify(package)
    }

    @Test(
        "other kinds of URL are refused",
        arguments: ["ftp://h/x.deb", "x.deb", "https://", "file://h/x", "-o/etc/passwd"])
    func badURL(url: String) {
        #expect(throws: ExternalPackageError.badURL(package: "p", url: url)) {
            try ExternalPackage(name: "p", version: "1", url: url, sha256: "")
        }
    }
}

/// An external package in an image, from the manifest to the tree.
@Suite(
    .enabled(if: Project.isBuilt, "needs the release build: make tools"),
    .enabled(if: Project.isRoot, "needs root, for the trees' owners"),
    .enabled(if: Mirror.isThere, "needs a mirror of Debian"))
struct ExternalPackageBuildTests {
    @Test("lock names it, its dependencies come with it, and its commands run in the tree")
    func build() throws {
        let folder = try TemporaryFolder()
        let deb = SampleDeb(
            "tool", version: "1.2", fields: ["Depends": "bash"],
            files: ["usr/share/tool/file": "a tool\n"])
        let sum = Hex.encode(try FileDigest.digest(of: deb.build(in: folder.path)))
        let server = try LoopbackServer(.files(in: folder.path))
        let project = try Project(
            more: """
                external-packages:
                  tool:
                    deb_version: '1.2'
                    url_template: \(server.url)/{package}_{version}_all.deb
                    sha256: \(sum)
                    post_install_commands:
                    - [cp, /usr/share/tool/file, /usr/share/tool/copy]
                """)
        let lock = try project.slipway(["lock"])
        try #require(lock.isSuccess, "\(lock.errorText)")
        let line = "tool 1.2 all tool \(sum) "
        let text = try project.read("manifests/sample-trixie-amd64.lock")
        #expect(text.contains(line))
        #expect(text.contains(" url \(server.url)/tool_1.2_all.deb\n"))
        let build = try project.slipway(["build", "--lock=auto", "tree"])
        try #require(build.isSuccess, "\(build.errorText)")
        #expect(try project.read("work/sample/tree/usr/share/tool/copy") == "a tool\n")
        let status = try project.read("work/sample/tree/usr/lib/sysimage/dpkg/status")
        #expect(status.contains("Package: tool\nStatus: install ok installed\n"))
    }

    @Test("a manifest without its digest is refused in the words of validate")
    func noDigest() throws {
        let project = try Project(
            more: "external-packages: {tool: {deb_version: '1', url_template: 'https://x/y'}}")
        let words = "external package tool: line 8: needs sha256 before it can be built in"
        #expect(try project.slipway(["lock"]).errorText.contains(words))
        #expect(try project.slipway(["validate", "--no-system"]).text.contains(words))
    }
}

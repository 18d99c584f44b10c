import Debian
import Testing

@Suite struct LockTests {
    static func package(
        _ name: String, _ version: String = "1", digest: Character = "a",
        archive: String = "debian"
    ) -> LockedPackage {
        LockedPackage(
            name: name, version: version, architecture: "amd64", source: name,
            sha256: String(repeating: digest, count: 64), byteCount: 10, archive: archive,
            path: "pool/\(name)_\(version)_amd64.deb")
    }

    static let lock = Lock(
        date: 1_763_683_200, request: "abc",
        packages: [package("zsh"), package("bash", "5.2-1+b1"), package("libc6")],
        localPackages: [
            LockedLocalPackage(name: "slipway-host", libraries: ["libc.so.6": "libc6"])
        ],
        sources: [
            LockedSource(
                name: "hello", commit: String(repeating: "1", count: 40),
                reference: "branch:main", repository: "https://git.example.org/hello")
        ])

    @Test("a lock comes back from its text, sorted, a line a package")
    func roundTrip() throws {
        #expect(try Lock(parsing: Self.lock.text) == Self.lock)
        #expect(Self.lock.packages.map(\.name) == ["bash", "libc6", "zsh"])
        #expect(
            Self.lock.text.hasPrefix(
                """
                slipway-lock 1
                date 1763683200
                request abc
                packages 3
                local slipway-host libc.so.6=libc6
                source hello 1111111111111111111111111111111111111111 branch:main https://git.example.org/hello

                bash 5.2-1+b1 amd64 bash aaaa
                """))
    }

    @Test("a lock cut anywhere is refused")
    func truncation() {
        let text = Self.lock.text
        for count in 0..<text.count {
            #expect(throws: LockError.self) { try Lock(parsing: String(text.prefix(count))) }
        }
    }

    struct Edit: CustomTestStringConvertible, Sendable {
        let old: String
        let new: String
        let error: LockError
        var testDescription: String { "\(old) -> \(new)" }
    }

    @Test(
        "an edited line is refused with its number",
        arguments: [
            Edit(
                old: "slipway-lock 1", new: "slipway-lock 2",
                error: .malformed(line: 1, expected: "\"slipway-lock 1\"")),
            Edit(
                old: " branch:main", new: "",
                error: .malformed(
                    line: 6, expected: "source, name, commit, reference and repository")),
            Edit(
                old: "source hello 1", new: "source hello G",
                error: .malformed(line: 6, expected: "all hexadecimal digits of a commit")),
            Edit(old: "date 1763683200\n", new: "", error: .incomplete(missing: "date")),
            Edit(old: "request abc\n", new: "", error: .incomplete(missing: "request")),
            Edit(
                old: "date", new: "day",
                error: .malformed(
                    line: 2,
                    expected: "date, request, packages, local, source or built, and a value")),
            Edit(
                old: "libc6 1 amd64", new: "zsh 1 amd64", error: .disordered(line: 10, name: "zsh")),
            Edit(
                old: "pool/zsh", new: "../zsh",
                error: .malformed(
                    line: 10, expected: "a path inside the archive, not ../zsh_1_amd64.deb")),
            Edit(
                old: " 10 debian pool/bash", new: " ten debian pool/bash",
                error: .malformed(line: 8, expected: "a size in bytes, not ten")),
        ])
    func edits(edit: Edit) throws {
        let range = try #require(Self.lock.text.firstRange(of: edit.old))
        var text = Self.lock.text
        text.replaceSubrange(range, with: edit.new)
        #expect(throws: edit.error) { try Lock(parsing: text) }
    }

    @Test("a difference tells added, removed, upgraded, downgraded and rebuilt")
    func difference() {
        func source(_ name: String, _ digit: Character = "1") -> LockedSource {
            LockedSource(
                name: name, commit: String(repeating: digit, count: 40), reference: "branch:main",
                repository: "https://git.example.org/\(name)")
        }
        let old = Lock(
            date: 0, request: "",
            packages: [
                Self.package("gone"), Self.package("up", "1"), Self.package("down", "2"),
                Self.package("same"), Self.package("rebuilt"),
            ], localPackages: [], sources: [source("kept"), source("moved"), source("left")])
        let new = Lock(
            date: 0, request: "",
            packages: [
                Self.package("new"), Self.package("up", "1.1", digest: "b"),
                Self.package("down", "1", digest: "b"), Self.package("same"),
                Self.package("rebuilt", digest: "c"),
            ], localPackages: [],
            sources: [source("kept"), source("moved", "2"), source("fresh")])
        #expect(
            LockDifference(from: old, to: new).lines == [
                "+ new 1", "- gone 1", "v down 2 -> 1", "= rebuilt 1 -> 1", "^ up 1 -> 1.1",
                "+ source fresh 111111111111 branch:main", "- source left",
                "^ source moved 111111111111 -> 222222222222 branch:main",
            ])
        #expect(LockDifference(from: old, to: old).isEmpty)
    }
}

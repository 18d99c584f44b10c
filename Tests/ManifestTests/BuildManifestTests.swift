import Glibc
import Testing
import YAML

@testable import Manifest

/// Reads a file whole; a file that is not there is empty, which no test expects.
private func read(_ path: String) -> [UInt8] {
    guard let stream = fopen(path, "r") else { return [] }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&buffer, 1, buffer.count, stream)
        if count == 0 { return bytes }
        bytes += buffer[..<count]
    }
}

private func path(_ name: String) -> String {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    return "/\(folder)/\(name)"
}

@Suite struct BuildManifestTests {
    static let minimal = """
        name: tiny
        debian_release: trixie
        apt-repos: {url: host, distribution: trixie, components: main}
        base-packages:
        - systemd
        """

    private func parse(_ text: String) throws(YAMLIssues) -> BuildManifest {
        try BuildManifest(parsing: Array(text.utf8), file: "m")
    }

    @Test("a manifest of scale-build parses whole")
    func scale() throws {
        let manifest = try BuildManifest(
            parsing: read(path("Fixtures/scale.manifest")), file: "scale.manifest")
        #expect(manifest.name == "ketch")
        #expect(manifest.train == "ketch")
        #expect(manifest.compatible == "ketch")
        #expect(manifest.basePackages.count == 70)
        #expect(manifest.additionalPackages.count == 21)
        #expect(manifest.sources.count == 50)
        #expect(manifest.sources.flatMap(\.subpackages).count == 6)
        #expect(manifest.aptPreferences[1].pin == "origin \"\"")
        #expect(manifest.aptPreferences[3].priority == -1)
        #expect(manifest.extensions == ["nvidia": ["current": "570.172.08"]])
        let repositories = manifest.aptRepositories
        #expect(
            repositories.main.location == .url("https://apt.example.org/ketch/nightlies/debian"))
        #expect(repositories.additional[1].components.count == 4)
        #expect(repositories.additional[3].location == .url("https://other.example.com/debian"))
        let kernel = try #require(manifest.sources.first)
        #expect(kernel.build.beforeDependencies.count == 5)
        #expect(
            kernel.build.beforeDependencies[1].command.hasSuffix(
                "libperl-dev binutils-dev libiberty-dev"))
        #expect(kernel.build.beforeDependencies[3].environmentChecks.first?.value == "true")
        #expect(kernel.build.memoryGibibytes == 24)
        #expect(manifest.sources[7].build.constraints.map(\.kind) == [.boolean, .string, .integer])
        let caddy = try #require(manifest.externalPackages.last)
        #expect(caddy.sha256 == nil)
        #expect(
            caddy.url(architecture: "amd64")
                == "https://assets.example.org/caddy/v2.10.0/caddy_2.10.0_linux_amd64.deb")
    }

    @Test("the default image's manifest parses, and names no mirror")
    func defaultImage() throws {
        let file = read(path("../../conf/build.manifest"))
        let manifest = try BuildManifest(parsing: file, file: "conf/build.manifest")
        #expect(manifest.name == "slipway")
        #expect(manifest.aptRepositories.all.allSatisfy { $0.location == .host })
        #expect(manifest.localPackages == ["slipway-host"])
        #expect(manifest.packages.contains { $0.name == "linux-image-amd64" })
        #expect(!String(decoding: file, as: UTF8.self).contains("://"))
    }

    @Test("what is not said stands at its default")
    func defaults() throws {
        let manifest = try parse(Self.minimal)
        #expect(manifest.train == "tiny")
        #expect(manifest.compression == CompressionChoice())
        #expect(manifest.buildEpoch == 0)
        #expect(manifest.packages.first?.installRecommends == false)
        #expect(manifest.packages.first?.line == 5)
        let chosen = try parse(
            Self.minimal + "\ncompression: {algorithm: gzip, level: 6, block-size: 262144}")
        #expect(
            chosen.compression
                == CompressionChoice(algorithm: .gzip, level: 6, blockSize: 262_144))
        #expect(try parse(Self.minimal + "\ncompression: xz").compression.algorithm == .xz)
    }

    struct Mistake: CustomTestStringConvertible {
        let line: String
        let message: String
        var testDescription: String { line }

        init(_ line: String, _ message: String) {
            self.line = line
            self.message = message
        }
    }

    @Test(
        "a mistake is named with its line",
        arguments: [
            Mistake("train: ../x", "m:6:8: train: name \"../x\" does not start with a letter"),
            Mistake("train: a..b", "has \"..\" in it"),
            Mistake("train: a/b", "has \"/\" in it"),
            Mistake("compression: lzma", "expected one of zstd, xz, gzip, lz4, none, got lzma"),
            Mistake("compression: {algorithm: xz, level: 3}", "xz has no levels"),
            Mistake("compression: {algorithm: zstd, level: 23}", "from 1 to 22, got 23"),
            Mistake("compression: {algorithm: zstd, block-size: 5000}", "expected a power of two"),
            Mistake("packages: []", "m:6:1: unknown key \"packages\"; known are additional"),
            Mistake("build-epoch: yes", "m:6:14: build-epoch: expected a whole number, got yes"),
            Mistake(
                "additional-packages: [{name: systemd}]",
                "m:6:23: additional-packages[0]: package \"systemd\" a second time; the first is in line 5"
            ),
            Mistake("additional-packages: [{name: Bad}]", "\"Bad\" is no package name"),
            Mistake(
                "additional-packages: [{name: x1, recommends: true}]", "unknown key \"recommends\""),
            Mistake(
                "additional-packages: [{comment: c}]",
                "additional-packages[0]: missing key \"name\""),
            Mistake("base-prune: ['a b']", "base-prune[0]: \"a b\" is no package name"),
            Mistake("iso-packages: [curl, curl]", "\"curl\" a second time"),
            Mistake("local-packages: [../x]", "is no package name"),
            Mistake("components: [a/b]", "components[0]: name \"a/b\" has \"/\" in it"),
            Mistake(
                "apt_preferences: [{Package: '*', Pin: p, Pin-Priority: high}]", "a whole number"),
            Mistake("sources: [{name: a, repo: r, branch: -x}]", "\"-x\" is no name of a branch"),
            Mistake("sources: [{name: a, repo: r, branch: 'x*'}]", "it has \"*\" in it"),
            Mistake("sources: [{name: a, repo: -r, branch: x}]", "\"-r\" is no repository"),
            Mistake("sources: [{name: a, repo: r}]", "missing key \"branch\""),
            Mistake("sources: [{name: a, repo: r, commit: 12ab}]", "all 40 lower-case"),
            Mistake(
                "sources: [{name: a, repo: r, tag: x, branch: y}]",
                "branch and tag exclude each other"),
            Mistake(
                "sources: [{name: a, repo: r, branch: b, source_name: a/b}]", "has \"/\" in it"),
            Mistake("sources: [{name: a, repo: r, branch: b, subdir: ../c}]", "without \"..\""),
            Mistake(
                "sources: [{name: a, repo: r, branch: b, explicit_deps: [c]}]",
                "there is no source \"c\""),
            Mistake(
                "sources: [{name: a, repo: r, branch: b, subpackages: [{name: a}]}]",
                "source \"a\" a second time"),
            Mistake("sources: [{name: a, repo: r, branch: b, jobs: 0}]", "from 1 to 1024, got 0"),
            Mistake(
                "sources: [{name: a, repo: r, branch: b, build_constraints: [{name: X, value: 1, type: boolean}]}]",
                "expected true or false, got 1"),
            Mistake(
                "sources: [{name: a, repo: r, branch: b, toolchain: go}]", "expected one of swift"),
            Mistake("sources: [{name: a, repo: r, branch: b, paths: [c]}]", "only for what is"),
            Mistake("sources: [{name: a, repo: .}]", "missing key \"paths\""),
            Mistake("sources: [{name: a, repo: ., paths: []}]", "expected one path at least"),
            Mistake("sources: [{name: a, repo: ., paths: [b/./c]}]", "has \".\" in it"),
            Mistake("sources: [{name: a, repo: ., paths: [../b]}]", "without \"..\""),
            Mistake("sources: [{name: a, repo: ., paths: [b, b]}]", "\"b\" a second time"),
            Mistake(
                "sources: [{name: a, repo: ., paths: [b], branch: c}]",
                "has no branch, tag or commit"),
            Mistake(
                "sources: [{name: a, repo: ., paths: [b], subpackages: [{name: c, tag: d}]}]",
                "is built from no other"),
            Mistake(
                "sources: [{name: a, repo: r, branch: b, subpackages: [{name: c, repo: .}]}]",
                "can be a source's only"),
            Mistake(
                "external-packages: {x1: {deb_version: '1', url_template: u, sha256: abc}}",
                "64 hexadecimal digits"),
            Mistake("external-packages: {x1: {deb_version: '1'}}", "missing key \"url_template\""),
            Mistake("extensions: [a]", "m:6:13: extensions: expected a mapping, got a list"),
        ])
    func mistakes(_ mistake: Mistake) {
        let error = #expect(throws: YAMLIssues.self) {
            try parse(Self.minimal + "\n" + mistake.line)
        }
        #expect(error?.description.contains(mistake.message) == true, "\(error?.description ?? "")")
        #expect(error?.issues.count == 1, "\(error?.description ?? "")")
    }

    @Test("where packages come from is checked")
    func repositories() {
        let error = #expect(throws: YAMLIssues.self) {
            try parse(
                """
                code_name: "no name"
                debian_release: trixie
                apt-repos:
                  base-url: https://x
                  url: ftp://y/
                  distribution: a b
                  additional:
                  - {url: host, distribution: trixie, component: main, key: /etc/key}
                """)
        }
        #expect(
            error?.description == """
                m:1:1: missing key "base-packages"
                m:1:12: code_name: name has " " in it, only letters, digits and . _ + ~ - may be
                m:4:3: apt-repos: missing key "components"
                m:4:13: apt-repos.base-url: expected a URL that ends in a slash
                m:5:8: apt-repos.url: expected a URL of http, https or file, got ftp://y/
                m:6:17: apt-repos.distribution: expected one word, got a b
                m:8:61: apt-repos.additional[0].key: expected a relative path without "..", got "/etc/key"
                """)
    }

    @Test("a manifest cut off anywhere is read or refused, never a trap")
    func truncation() {
        let bytes = read(path("Fixtures/scale.manifest"))
        for count in stride(from: 0, to: bytes.count, by: 97) {
            _ = try? BuildManifest(parsing: Array(bytes[..<count]), file: "m")
        }
    }
}

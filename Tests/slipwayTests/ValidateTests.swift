import JSON
import Manifest
import Testing

@testable import slipway

@Suite struct ValidateTests {
    @Test("the list of dependencies has packages, programs and reasons")
    func dependencies() throws {
        let text = """
            # a comment
            libx-dev   -       reads  x

            binutils   strip   strips
            """
        let list = try DependencyList(parsing: text, file: "list")
        #expect(
            list.dependencies == [
                .init(package: "libx-dev", program: nil, purpose: "reads  x"),
                .init(package: "binutils", program: "strip", purpose: "strips"),
            ])
        #expect(throws: DependencyList.Malformed(file: "list", line: 2)) {
            try DependencyList(parsing: "a b c\nbad line\n", file: "list")
        }
    }

    @Test("one line cures all that apt has")
    func cure() {
        let findings = [
            Finding(state: .missing, subject: "b", text: "", packages: ["b", "a"]),
            Finding(state: .missing, subject: "a", text: "", packages: ["a"]),
            Finding(state: .note, subject: "c", text: "", packages: ["c"]),
            Finding(state: .missing, subject: "space", text: ""),
        ]
        #expect(
            Finding.cure(for: findings, isRoot: true)
                == "apt-get install --no-install-recommends a b")
        #expect(Finding.cure(for: findings, isRoot: false)?.hasPrefix("sudo apt-get") == true)
        #expect(Finding.cure(for: Array(findings.suffix(2)), isRoot: true) == nil)
    }

    @Test("a manifest that reads well may still lack something")
    func manifest() throws {
        let text = """
            name: tiny
            debian_release: trixie
            apt-repos:
              url: host
              distribution: trixie
              components: main
              additional:
              - {url: host, distribution: x, component: main, key: no/such.gpg}
            base-packages: [systemd]
            components: [nothing]
            local-packages: [nobody]
            external-packages:
              tool: {deb_version: '1', url_template: 'https://example.org/{package}'}
            sources:
            - {name: first, repo: 'https://example.org/first', branch: main}
            - {name: second, repo: 'https://example.org/second', branch: main}
            """
        let manifest = try BuildManifest(parsing: Array(text.utf8), file: "m")
        let findings = ManifestCheck(manifest: manifest, root: "/nonexistent").findings()
        #expect(
            findings.map(\.line) == [
                "ok       manifest: tiny, Debian trixie, 1 package, 2 sources, "
                    + "1 local package, 1 external package",
                "missing  component nothing: no folder conf/components/nothing",
                "missing  local package nobody: no folder packages/nobody",
                "missing  keyring: line 8: there is no file no/such.gpg",
                "missing  external package tool: line 13: needs sha256 before it can be built in",
            ])
        #expect(findings[1].json["state"] == "missing")
        // A build stops in the same words.
        #expect(
            ManifestObstacle.all(in: manifest).map { "missing  \($0)" }
                == findings.suffix(1).map(\.line))
    }

    @Test("programs are looked for where commands will find them")
    func path() {
        #expect(MachineCheck.isInPath("sh"))
        #expect(!MachineCheck.isInPath("no-such-program"))
    }
}

import SourceBuild
import Testing

@Suite struct SourceControlTests {
    @Test("a control file gives packages, relations, restrictions and profiles")
    func control() throws {
        let control = try SourceControl(
            parsing: """
                # The source
                Source: nvme
                Build-Depends: debhelper-compat (= 13),
                 libnvme-dev (>= 1.13~) [linux-any],
                # a comment between
                 a-dev | b-dev:native <!nocheck !stage1> <cross>
                Build-Depends-Indep: asciidoctor,

                Package: nvme
                Architecture: linux-any kfreebsd-any
                Pre-Depends: ${misc:Pre-Depends}
                Depends: ${shlibs:Depends}, uuid-runtime, nvme-data (= ${source:Version})
                Provides: nvme-tool (= 2), ${other:Provides}

                Package: nvme-udeb
                Build-Profiles: <!noudeb> <installer arch>
                Architecture: any

                Package: nvme-doc
                Architecture: all
                """, path: "debian/control")
        #expect(control.source == "nvme")
        #expect(control.binaries.map(\.name) == ["nvme", "nvme-udeb", "nvme-doc"])
        #expect(control.binaries[0].provides == ["nvme-tool"])
        #expect(
            control.binaries[0].depends.flatMap(\.alternatives).map(\.name) == [
                "uuid-runtime", "nvme-data",
            ])
        #expect(control.binaries[1].profiles == [["!noudeb"], ["installer", "arch"]])
        #expect(
            control.buildDepends == [
                .init([.init(name: "debhelper-compat", version: "= 13")]),
                .init([
                    .init(name: "libnvme-dev", version: ">= 1.13~", architectures: ["linux-any"])
                ]),
                .init([
                    .init(name: "a-dev"),
                    .init(name: "b-dev", profiles: [["!nocheck", "!stage1"], ["cross"]]),
                ]),
            ])
        #expect(control.buildDependsIndep.flatMap(\.alternatives).map(\.name) == ["asciidoctor"])
        func made(_ architecture: String, _ profiles: Set<String>) -> [String] {
            control.binaries(architecture: architecture, profiles: profiles).map(\.name)
        }
        #expect(made("amd64", []) == ["nvme", "nvme-udeb", "nvme-doc"])
        #expect(made("amd64", ["noudeb"]) == ["nvme", "nvme-doc"])
        #expect(made("amd64", ["noudeb", "installer", "arch"]).count == 3)
    }

    struct Wrong: CustomTestStringConvertible, Sendable {
        let text: String
        let reason: String
        var testDescription: String { text }
    }

    @Test(
        "what is no control file is refused with the reason",
        arguments: [
            Wrong(text: "", reason: "expected a first stanza with the field Source"),
            Wrong(text: "Package: a\n", reason: "expected a first stanza with the field Source"),
            Wrong(
                text: "Source: a\n\nSource: b\n",
                reason: "expected stanzas with the field Package after the first"),
            Wrong(text: "Source: a\nx\n", reason: "line 2: not \"Name: value\": x"),
            Wrong(
                text: "Source: a\nBuild-Depends: bb (>= 1\n",
                reason: "Build-Depends: \"bb (>= 1\" is no relation to a package"),
            Wrong(
                text: "Source: a\nBuild-Depends: cc, $(evil)\n",
                reason: "Build-Depends: \"$(evil)\" is no relation to a package"),
            Wrong(
                text: "Source: a\nBuild-Depends-Arch: ab []\n",
                reason: "Build-Depends-Arch: \"ab []\" is no relation to a package"),
        ])
    func refused(wrong: Wrong) {
        #expect(throws: SourceBuildError.badControl(path: "c", reason: wrong.reason)) {
            try SourceControl(parsing: wrong.text, path: "c")
        }
    }

    @Test("no text traps")
    func arbitraryText() {
        let pieces = [
            "a", "ab", "(", ")", "[", "]", "<", ">", "|", ",", ":", "$", "{", " ", "!", "é",
        ]
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    _ = try? PackageRelation.parse("ab\(first)\(second)\(third)b")
                    _ = try? PackageRelation.parse("\(first)\(second)\(third)")
                }
            }
        }
    }
}

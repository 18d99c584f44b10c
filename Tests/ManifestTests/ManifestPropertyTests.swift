import Testing
import YAML

@testable import Manifest

@Suite struct ManifestPropertyTests {
    /// One value of every kind that YAML has, right for some keys and wrong for most.
    private static let values = [
        "~", "''", "x", "'x'", "1", "-1", "1.5", "true", "[]", "[x]", "[[x]]", "[{name: xy}]",
        "{}", "{x: 1}", "{x: {y: z}}", "../x", "'a\\nb'", "99999999999999999999",
    ]

    private static let keys = [
        "name", "train", "compatible", "compression", "components", "local-packages", "code_name",
        "debian_release", "identity_file_path_default", "apt-repos", "base-packages",
        "base-prune", "build-epoch", "apt_preferences", "additional-packages", "iso-packages",
        "sources", "extensions", "external-packages",
    ]

    @Test("every key takes its value or names itself", arguments: keys)
    func everyKey(key: String) {
        for value in Self.values {
            let text = "\(key): \(value)\n"
            do throws(YAMLIssues) {
                _ = try BuildManifest(parsing: Array(text.utf8), file: "m")
                Issue.record("\(text) is no whole manifest")
            } catch {
                #expect(!error.issues.isEmpty)
                #expect(error.issues.allSatisfy { $0.mark.line >= 1 && $0.file == "m" })
            }
        }
    }

    @Test("names follow the one rule")
    func names() {
        let good = ["a", "9", "A.b_c+d~e-f", "1.2.3", String(repeating: "a", count: 64)]
        let bad = [
            "", ".", "..", "-a", "_a", "a..b", "a/b", "a b", "a\u{0}", "ä", "a\n", "~a", "+",
            String(repeating: "a", count: 65),
        ]
        for name in good { #expect(ManifestRule.flaw(ofName: name) == nil, "\(name)") }
        for name in bad { #expect(ManifestRule.flaw(ofName: name) != nil, "\(name)") }
    }

    @Test("packages follow Debian's rule")
    func packages() {
        let good = ["libc6", "g++-14-base", "libstdc++6", "libgtk2.0-0t64", "0ad", "wine:i386"]
        let bad = ["", "a", "A1", "-ab", "+ab", "a_b", "a b", "a:", "a1:b:c", "a1;reboot", "ab*"]
        for name in good { #expect(ManifestRule.flaw(ofPackage: name) == nil, "\(name)") }
        for name in bad { #expect(ManifestRule.flaw(ofPackage: name) != nil, "\(name)") }
        for pattern in ["*", "lib*", "*cuda*", "python3-?x"] {
            #expect(ManifestRule.flaw(ofPackage: pattern, isPattern: true) == nil, "\(pattern)")
        }
    }
}

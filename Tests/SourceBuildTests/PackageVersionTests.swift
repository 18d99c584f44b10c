import Debian
import SourceBuild
import Testing

@Suite struct PackageVersionTests {
    let changelog = """

        hello (2.10-3) unstable; urgency=medium

          * A change.

         -- A <a@example.org>  Mon, 26 Dec 2022 16:30:00 +0100
        """

    @Test("the newest entry of a changelog is read")
    func newestEntry() throws {
        let top = try PackageVersion(changelog: changelog, unit: "hello")
        #expect(top.source == "hello")
        #expect(top.version == "2.10-3")
        #expect(top.distribution == "unstable")
    }

    @Test(
        "what is no entry is refused with its line",
        arguments: ["", "hello", "hello 2.10 unstable; urgency=low", "hello (2.10) unstable"])
    func malformed(line: String) {
        #expect(throws: PackageBuildError.badChangelog(unit: "hello", line: line)) {
            try PackageVersion(changelog: line + "\n", unit: "hello")
        }
    }

    @Test("the version follows from the changelog and the commit, the time in UTC")
    func generated() throws {
        let top = try PackageVersion(changelog: changelog, unit: "hello")
        let commit = String(repeating: "0123456789", count: 4)
        #expect(
            top.generated(commit: commit, time: 1_750_000_000, content: nil)
                == "2.10-3+git20250615150640.012345678901")
        #expect(
            top.generated(commit: commit, time: 0, content: String(repeating: "ab", count: 32))
                == "2.10-3+git19700101000000.012345678901.localabababababab")
    }

    @Test("of files of the manifest's own tree it follows from the lock's date and the content")
    func ownTree() throws {
        let top = try PackageVersion(changelog: changelog, unit: "hello")
        #expect(
            top.generated(ownTree: String(repeating: "ab", count: 32), date: 1_750_000_000)
                == "2.10-3+tree20250615150640.abababababab")
    }

    @Test("it is above the changelog's version, and grows with the commit's time")
    func order() throws {
        let top = try PackageVersion(changelog: changelog, unit: "hello")
        let times: [Int64] = [0, 1, 86_399, 1_750_000_000, 1_750_000_001, 4_000_000_000]
        let versions = times.map { time in
            DebianVersion(top.generated(commit: "f00", time: time, content: nil))
        }
        #expect(versions.allSatisfy { DebianVersion("2.10-3") < $0 })
        #expect(versions.allSatisfy { $0 < DebianVersion("2.10-4") })
        #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("an entry put on top is read back")
    func entry() throws {
        let top = try PackageVersion(changelog: changelog, unit: "hello")
        let entry = top.entry("9", reason: "Why.", maintainer: "B <b@example.org>", time: 0)
        #expect(
            entry == """
                hello (9) unstable; urgency=medium

                  * Why.

                 -- B <b@example.org>  Thu, 01 Jan 1970 00:00:00 +0000


                """)
        #expect(try PackageVersion(changelog: entry + changelog, unit: "hello").version == "9")
    }
}

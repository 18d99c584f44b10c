import Command
import Debian
import TestSamples
import Testing

@Suite struct DebianVersionTests {
    /// In ascending order, by deb-version(7).
    static let ascending = [
        "0~~", "0~~a", "0~", "0", "0a", "0+", "1.0~rc1-1", "1.0-1", "1.0-1+b1", "1.0-1+b10",
        "1.0-1.1", "1.0-2", "1.0a-1", "1.0+dfsg-1", "1.0.1-1", "1.2", "1.10", "1:0.1", "2:0",
        "10:0",
    ]

    @Test("versions sort as the manual says")
    func order() {
        for (index, left) in Self.ascending.enumerated() {
            for (other, right) in Self.ascending.enumerated() {
                #expect(
                    (DebianVersion(left) < DebianVersion(right)) == (index < other),
                    "\(left) < \(right)")
                #expect(
                    (DebianVersion(left) == DebianVersion(right)) == (index == other),
                    "\(left) == \(right)")
            }
        }
    }

    @Test("leading zeros do not count")
    func zeros() {
        #expect(DebianVersion("1.01-0") == DebianVersion("1.1"))
        #expect(DebianVersion("0:1") == DebianVersion("1"))
    }

    @Test("random versions compare as dpkg compares them")
    func agreesWithDpkg() throws {
        var random = SplitMix64(seed: 20261121)
        let alphabet = Array("0019a~.+-")
        func version() -> String {
            "1"
                + String(
                    (0..<Int.random(in: 0...5, using: &random)).map { _ in
                        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                    })
        }
        let pairs = (0..<300).map { _ in (version(), version()) }
        // One shell for all pairs: dpkg takes some milliseconds each time.
        let script = pairs.map { left, right in
            "dpkg --compare-versions '\(left)' lt '\(right)' 2>/dev/null; echo \" $?\""
        }.joined(separator: "\n")
        let answers = try Command("sh", ["-c", script]).runChecked().text.split(separator: "\n")
        try #require(answers.count == pairs.count)
        // dpkg refuses what is no version, an empty revision say.
        for ((left, right), answer) in zip(pairs, answers) where answer == " 0" || answer == " 1" {
            #expect(
                (DebianVersion(left) < DebianVersion(right)) == (answer == " 0"),
                "\(left) < \(right)")
        }
    }
}

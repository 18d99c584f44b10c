import Events
import Testing

@Suite struct HumanTextTests {
    @Test("bytes have three figures")
    func bytes() {
        let cases: [(Double, String)] = [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345_678, "12.3 MB"),
            (99_960_000, "100 MB"), (999_600_000, "1.0 GB"), (1.5e15, "1.5 PB"), (-3, "0 B"),
        ]
        for (count, text) in cases { #expect(HumanText.bytes(count) == text) }
    }

    @Test("times get coarser as they grow")
    func times() {
        let cases: [(Double, String)] = [
            (0, "0.00s"), (0.423, "0.42s"), (12.34, "12.3s"), (59.96, "1m00s"), (245, "4m05s"),
            (7380, "2h03m"),
        ]
        for (seconds, text) in cases { #expect(HumanText.elapsed(seconds) == text) }
        #expect(HumanText.remaining(6.6) == "7s")
        #expect(HumanText.remaining(3599.6) == "1h00m")
        #expect(HumanText.remaining(.infinity).hasSuffix("m"))
    }

    @Test("time stamps are right across leap years and before 1970")
    func timestamps() {
        let cases: [(Int64, String)] = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_123, "2000-02-29T00:00:00.123Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (1_795_225_835_042, "2026-11-21T01:50:35.042Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ]
        for (milliseconds, text) in cases {
            #expect(HumanText.timestamp(nanoseconds: milliseconds * 1_000_000) == text)
        }
    }

    @Test("nothing that a terminal would obey gets through")
    func controls() {
        #expect(HumanText.line("a\u{1B}[2Jb\nc\u{9B}d") == "a [2Jb c d")
        #expect(HumanText.quoted("a \"b\"") == #""a \"b\"""#)
        #expect(HumanText.quoted("") == "\"\"")
        #expect(HumanText.quoted("plain") == "plain")
    }
}

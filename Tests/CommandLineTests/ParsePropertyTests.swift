import CommandLine
import TestSamples
import Testing

@Suite struct ParsePropertyTests {
    private static let words = [
        "build", "diff", "secret", "-", "--", "---", "-m", "-mx", "-e", "-eu", "-ee", "-j", "-j4",
        "--lock", "--lock=auto", "--lock=", "--manifest", "--manifest=a=b", "--key", "--explain",
        "--explain=x", "--log-format", "json", "plain", "auto", "frozen", "", "=", "--=", "-=",
        "é", "-é", "--é=ü", "\u{0}", "a b", "4", "-4", "--threads", "512", "x", "/etc/passwd",
    ]

    @Test("whatever is typed is understood or refused with a reason", arguments: 0..<20)
    func nonsense(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 0...6, using: &random)
            let line = (0..<count).map { _ in
                Self.words.randomElement(using: &random) ?? ""
            }
            do throws(UsageError) {
                _ = try SampleProgram.program.parse(line)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    @Test("options in any order, spelled in any way, mean the same", arguments: 0..<20)
    func spelling(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var parts = [
                [["-m", "file"], ["-mfile"], ["--manifest", "file"], ["--manifest=file"]],
                [["-j", "8"], ["-j8"], ["--threads", "8"], ["--threads=8"]],
                [["-e"], ["--explain"]],
                [["--log-format", "json"], ["--log-format=json"]],
                [["one"]],
            ].map { $0.randomElement(using: &random) ?? [] }
            parts.shuffle(using: &random)
            let line = ["build"] + parts.flatMap { $0 }
            guard case .run(let command, let parsed) = try SampleProgram.program.parse(line) else {
                Issue.record("\(line) does not run")
                return
            }
            #expect(command.name == "build")
            #expect(parsed.string("manifest") == "file")
            #expect(parsed.integer("threads") == 8)
            #expect(parsed.flag("explain") && !parsed.flag("unsigned"))
            #expect(parsed.string("log-format") == "json")
            #expect(parsed.operands == ["one"])
        }
    }
}

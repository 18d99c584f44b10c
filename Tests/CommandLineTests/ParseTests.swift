import CommandLine
import Testing

@Suite struct ParseTests {
    private func arguments(_ words: String...) throws -> ParsedArguments {
        guard case .run(_, let parsed) = try SampleProgram.program.parse(words) else {
            throw UsageError(command: "test", .conflict("nothing to run"))
        }
        return parsed
    }

    @Test("values come attached, apart, short and by default")
    func values() throws {
        let parsed = try arguments(
            "--log-format", "json", "build", "-m", "a", "--threads=4", "x", "--key=1", "--key", "2")
        #expect(parsed.command == ["ship", "build"])
        #expect(parsed.string("manifest") == "a")
        #expect(parsed.integer("threads") == 4)
        #expect(parsed.string("lock") == "frozen")
        #expect(!parsed.isGiven("lock"))
        #expect(parsed.string("log-format") == "json")
        #expect(parsed.strings("key") == ["1", "2"])
        #expect(parsed.operands == ["x"])
        #expect(!parsed.flag("explain"))
        #expect(try arguments("build", "-euj8").integer("threads") == 8)
        #expect(try arguments("build", "-ma").string("manifest") == "a")
    }

    @Test("a shared option stands before or after the command's name")
    func shared() throws {
        #expect(try arguments("build", "--log-format=plain").string("log-format") == "plain")
        #expect(try arguments("--log-format=plain", "build").string("log-format") == "plain")
    }

    @Test("after -- and for a lone dash everything is an operand")
    func operands() throws {
        #expect(try arguments("build", "-", "--", "-m", "--x").operands == ["-", "-m", "--x"])
    }

    struct Mistake: CustomTestStringConvertible {
        let words: [String]
        let message: String
        var testDescription: String { words.joined(separator: " ") }

        init(_ words: String, _ message: String) {
            self.words = words.split(separator: " ").map(String.init)
            self.message = message
        }
    }

    @Test(
        "a mistake is named",
        arguments: [
            Mistake("", "which command?"),
            Mistake("bulid", "unknown command \"bulid\"; did you mean build?"),
            Mistake("secre", "unknown command \"secre\""),
            Mistake("build --manifst x", "unknown option --manifst; did you mean --manifest?"),
            Mistake("build --zzzzzzzz", "unknown option --zzzzzzzz"),
            Mistake("build -x", "unknown option -x"),
            Mistake("build -m a --manifest=b", "option --manifest is given more than once"),
            Mistake("build --explain --explain", "option --explain is given more than once"),
            Mistake("build --manifest", "option --manifest needs a value: --manifest FILE"),
            Mistake("build -m --explain", "option -m needs a value: -m FILE"),
            Mistake("build --explain=yes", "option --explain takes no value, got \"yes\""),
            Mistake("build --lock=maybe", "--lock: expected one of frozen, auto, got \"maybe\""),
            Mistake("build -j 0", "-j: expected a number from 1 to 512, got \"0\""),
            Mistake("build --manifest=", "--manifest: expected the name of a file, got \"\""),
            Mistake("diff a", "missing NEW"),
            Mistake("diff a b c", "unexpected operand \"c\""),
            Mistake("--explain build", "unknown option --explain"),
        ])
    func mistakes(_ mistake: Mistake) throws {
        let error = #expect(throws: UsageError.self) {
            try SampleProgram.program.parse(mistake.words)
        }
        #expect(error?.description == mistake.message)
        #expect(error?.advice.hasPrefix("see 'ship") == true)
    }

    @Test("the exit code is the command's, or 1 for its error, or 2 for a wrong line")
    func exitCodes() {
        #expect(SampleProgram.program.main(["diff", "a", "b"]) == ExitCode.wouldChange)
        #expect(SampleProgram.program.main(["diff"]) == ExitCode.usage)
        var failing = SampleProgram.diff
        failing.run = { parsed throws in throw parsed.usageError("both") }
        #expect(failing.main(["a", "b"]) == ExitCode.usage)
        failing.run = { _ throws in throw CancellationError() }
        #expect(failing.main(["a", "b"]) == ExitCode.failed)
    }
}

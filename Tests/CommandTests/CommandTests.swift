import Command
import Testing

@Suite struct CommandTests {
    @Test("both outputs and the status come back")
    func outputs() throws {
        let result = try Command("sh", ["-c", "echo out; echo err >&2; exit 3"]).run()
        #expect(result.text == "out\n")
        #expect(result.errorText == "err\n")
        #expect(result.ending == .status(3))
    }

    @Test("a signal is told from a status")
    func signals() throws {
        #expect(try Command("sh", ["-c", "kill -TERM $$"]).run().ending == .signal(15))
    }

    @Test("input arrives whole, and without one there is none")
    func input() throws {
        var command = Command("cat")
        #expect(try command.run().output.isEmpty)
        command.input = [UInt8](repeating: 7, count: 1 << 20)
        #expect(try command.run().output == command.input)
    }

    @Test("more output than a pipe holds, on both at once")
    func muchOutput() throws {
        let script = "head -c 1000000 /dev/zero & head -c 1000000 /dev/zero >&2; wait"
        let result = try Command("sh", ["-c", script]).run()
        #expect(result.output.count == 1_000_000)
        #expect(result.errorOutput.count == 1_000_000)
    }

    @Test("output beyond the limit ends the program")
    func limit() {
        var command = Command("yes")
        command.outputLimit = 1000
        #expect(throws: CommandError.tooMuchOutput(command: "yes", limit: 1000)) {
            try command.run()
        }
    }

    @Test("the environment and the descriptors are what was given and nothing more")
    func environment() throws {
        let result = try Command("env").with(environment: ["A": "b c"]).run()
        #expect(
            result.text.split(separator: "\n").sorted() == [
                "A=b c", "HOME=/root", "LC_ALL=C.UTF-8",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TZ=UTC",
            ])
        // The fourth is the folder that ls itself has open.
        #expect(try Command("ls", ["/proc/self/fd"]).run().text == "0\n1\n2\n3\n")
    }

    @Test("a failure tells the command and its last words")
    func failure() {
        #expect(
            throws: CommandError.failed(
                command: "sh -c 'echo no room >&2; exit 1'", ending: .status(1),
                lastOutput: "no room")
        ) { try Command("sh", ["-c", "echo no room >&2; exit 1"]).runChecked() }
        #expect(throws: CommandError.notFound(program: "no-such-program")) {
            try Command("no-such-program").run()
        }
        var nowhere = Command("true")
        nowhere.folder = "/no-such-folder"
        #expect(
            throws: CommandError.notStarted(
                command: "true", cause: "No such file or directory")
        ) { try nowhere.run() }
    }

    @Test("the text of a command can be pasted into a shell")
    func quoting() throws {
        let words = ["plain", "two words", "it's", "", "$HOME", "a\nb"]
        let text = Command("printf", ["%s\\0"] + words).text
        #expect(
            try Command("sh", ["-c", text]).run().text
                == words.map { $0 + "\0" }.joined())
    }
}

import CommandLine
import Glibc
import Testing

@Suite struct TextTests {
    private func help(_ words: String...) throws -> String {
        guard case .help(let text) = try SampleProgram.program.parse(words) else { return "" }
        return text
    }

    @Test("help of a program lists its commands")
    func programHelp() throws {
        #expect(
            try help("--help") == """
                Usage: ship [OPTION...] COMMAND

                Build ships.

                Commands:
                  build  Build the update payload
                  diff   Compare two payloads

                Options:
                  --log-format FORMAT  How progress is written: auto, plain, json (default:
                                       auto)
                  -h, --help           Show this help and exit
                  --version            Print the version and exit

                See 'ship COMMAND --help' for each command.

                """)
    }

    @Test("help of a command shows its own options first, then the shared ones")
    func commandHelp() throws {
        #expect(
            try help("build", "-h") == """
                Usage: ship build [OPTION...] [TARGET...]

                Build the update payload.

                Runs every stage whose inputs have changed. A long paragraph is wrapped at the
                width of a terminal, wherever its lines end in the source.

                .dots and -dashes stay what they are.

                Operands:
                  [TARGET...]  What to build

                Options:
                  -m, --manifest FILE  The manifest to build (default: conf/build.manifest)
                  --lock MODE          What enters beside the lock: frozen, auto (default:
                                       frozen)
                  -j, --threads COUNT  How many threads work
                  -e, --explain        Only say what would run
                  -u, --unsigned       Do not sign
                  --key FILE           A key (may be repeated)
                  -h, --help           Show this help and exit

                Options of every command:
                  --log-format FORMAT  How progress is written: auto, plain, json (default:
                                       auto)

                """)
    }

    @Test("the version has its line")
    func version() throws {
        guard case .version(let line) = try SampleProgram.program.parse(["--version"]) else {
            Issue.record("no version")
            return
        }
        #expect(line == "ship 1.2")
    }

    @Test("the manual page says the same, and roff leaves its text alone")
    func manPage() {
        let page = ManPage.render(SampleProgram.program, section: 8)
        let start = """
            .TH "SHIP" "8" "" "ship 1.2" ""
            .SH "NAME"
            ship \\- Build ships

            """
        #expect(page.hasPrefix(start))
        #expect(page.contains(".SS \"build\"\n\\fBship build\\fR [OPTION...] [TARGET...]\n"))
        #expect(page.contains("\n\\&.dots and \\-dashes stay what they are.\n"))
        #expect(page.contains(".TP\n\\fB\\-m, \\-\\-manifest FILE\\fR\nThe manifest to build"))
        #expect(!page.contains("secret"))
    }

    struct Completion: CustomTestStringConvertible {
        let words: [String]
        let replies: [String]
        var testDescription: String { words.joined(separator: " ") }
    }

    @Test(
        "bash completes commands, options and words",
        arguments: [
            Completion(words: ["ship", ""], replies: ["build", "diff"]),
            Completion(words: ["ship", "b"], replies: ["build"]),
            Completion(words: ["ship", "--log-format", "p"], replies: ["plain"]),
            Completion(words: ["ship", "--log-format", "=", "j"], replies: ["json"]),
            Completion(words: ["ship", "--log-format", "json", "d"], replies: ["diff"]),
            Completion(words: ["ship", "build", "--lo"], replies: ["--lock", "--log-format"]),
            Completion(words: ["ship", "build", "--lock", ""], replies: ["frozen", "auto"]),
            Completion(words: ["ship", "build", "x", "--ex"], replies: ["--explain"]),
            Completion(words: ["ship", "diff", "/etc/passw"], replies: ["/etc/passwd"]),
        ])
    func completion(_ completion: Completion) throws {
        let quoted = completion.words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            compopt() { :; }
            \(BashCompletion.render(SampleProgram.program))
            COMP_WORDS=(\(quoted)); COMP_CWORD=\(completion.words.count - 1)
            _ship; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let replies = try Shell.output(of: script).split(separator: "\n").map(String.init)
        #expect(Set(completion.replies).isSubset(of: replies))
        #expect(replies.count == completion.replies.count || replies.contains("/etc/passwd"))
    }
}

/// Runs bash for the completion test; `popen` will do where nothing comes from outside.
enum Shell {
    struct Failed: Error {}

    static func output(of script: String) throws -> String {
        var path = Array("/tmp/completion.XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw Failed() }
        defer {
            close(descriptor)
            unlink(path)
        }
        let bytes = Array(script.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Failed() }
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let stream = popen("exec bash --norc \(name)", "r") else { throw Failed() }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { break }
            output += buffer[..<count]
        }
        guard pclose(stream) == 0 else { throw Failed() }
        return String(decoding: output, as: UTF8.self)
    }
}

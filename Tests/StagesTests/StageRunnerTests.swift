import Stages
import Syscalls
import Testing

@Suite struct StageRunnerTests {
    struct Failure: Error {}

    let folder: TemporaryFolder
    var output: String { "\(folder.path)/output" }

    init() throws { folder = try TemporaryFolder() }

    func run(
        _ inputs: [StageInput], dry: Bool = false, body: (String) throws -> Void
    ) throws -> StageRunner.Verdict? {
        var verdict: StageRunner.Verdict?
        let runner = StageRunner(folder: "\(folder.path)/stages", isDryRun: dry) { verdict = $1 }
        try runner.run("stage", inputs: inputs, outputs: [output]) { paths in
            try body(paths[0])
            return inputs
        }
        return verdict
    }

    func write(_ text: String) -> (String) throws -> Void {
        { try FileSystem.writeAtomically(text, to: $0) }
    }

    @Test("a stage runs once, and again when an input changes")
    func skipping() throws {
        let a = [StageInput("a", "1"), StageInput("b", "1")]
        #expect(try run(a, body: write("one")) == .missing)
        #expect(try run(a) { _ in throw Failure() } == .unchanged)
        let b = [StageInput("a", "1"), StageInput("b", "2")]
        #expect(try run(b, dry: true) { _ in throw Failure() } == .changed(["b"]))
        #expect(try run(b, body: write("two")) == .changed(["b"]))
        #expect(try FileSystem.readText(output) == "two")
        #expect(try run([b[0]], body: write("three")) == .changed(["b"]))
    }

    @Test("a stage whose output is gone runs again")
    func missingOutput() throws {
        let inputs = [StageInput("a", "1")]
        _ = try run(inputs, body: write("one"))
        try FileSystem.removeFile(output)
        #expect(try run(inputs, body: write("one")) == .missing)
    }

    @Test("a failure leaves the last good result and nothing half-made")
    func failure() throws {
        _ = try run([StageInput("a", "1")], body: write("good"))
        #expect(throws: Failure.self) {
            try run([StageInput("a", "2")]) { path in
                try FileSystem.writeAtomically("half", to: path)
                throw Failure()
            }
        }
        #expect(try FileSystem.readText(output) == "good")
        #expect(try FileSystem.list(folder.path) == ["output", "stages"])
        #expect(try run([StageInput("a", "1")]) { _ in throw Failure() } == .unchanged)
    }

    @Test("a folder's digest sees names, contents, links and whether files run, and nothing else")
    func trees() throws {
        let source = "\(folder.path)/source"
        func digest() throws -> String { try StageInput.tree("t", source).value }
        try FileSystem.makeDirectory("\(source)/a")
        try FileSystem.writeAtomically("x", to: "\(source)/a/file")
        var seen: Set<String> = [try digest()]
        func expectChange(_ what: String, _ change: () throws -> Void) throws {
            try change()
            #expect(seen.insert(try digest()).inserted, "\(what) is not seen")
        }
        try expectChange("content") { try FileSystem.writeAtomically("y", to: "\(source)/a/file") }
        try expectChange("mode") {
            try FileSystem.writeAtomically("y", to: "\(source)/a/file", mode: 0o755)
        }
        try expectChange("link") { try FileSystem.makeLink("\(source)/link", to: "a") }
        try expectChange("target") { try FileSystem.makeLink("\(source)/link", to: "b") }
        try expectChange("name") {
            try FileSystem.rename("\(source)/a/file", to: "\(source)/a/other")
        }
        let before = try digest()
        try FileSystem.writeAtomically("y", to: "\(source)/a/other", mode: 0o700)
        #expect(try digest() == before)
    }
}

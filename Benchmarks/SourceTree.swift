import Command
import Syscalls

/// A tree of its own whose manifest has sources, each in a git repository of the tree.
struct SourceTree {
    /// The tree.
    let path: String
    private let program: String

    /// Makes the tree, without its repositories.
    ///
    /// - Parameters:
    ///   - name: The tree's name among those of the bench.
    ///   - bench: The bench.
    ///   - sources: The names of the sources.
    /// - Throws: `SystemError`.
    init(_ name: String, of bench: Bench, sources: [String]) throws {
        path = "\(bench.workFolder)/\(name)"
        program = bench.program
        try FileSystem.removeTree(path)
        try FileSystem.makeDirectory("\(path)/conf")
        // What was fetched once stays.
        try FileSystem.makeDirectory("\(bench.root)/pool")
        try FileSystem.makeLink("\(path)/pool", to: "\(bench.root)/pool")
        let entries = sources.map { "- {name: \($0), repo: repositories/\($0), branch: main}\n" }
        try FileSystem.writeAtomically(
            """
            name: bench
            debian_release: trixie
            apt-repos: {url: host, distribution: trixie, components: main}
            base-packages: []
            sources:

            """ + entries.joined(), to: "\(path)/conf/build.manifest")
    }

    /// Makes the repository of a source.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - files: Its files by their names; `debian/rules` may be run.
    /// - Throws: `CommandError`, `SystemError`.
    func makeRepository(of source: String, files: [String: String]) throws {
        for (name, text) in files {
            let file = "\(repository(source))/\(name)"
            let folder = file.prefix(upTo: file.lastIndex(of: "/") ?? file.startIndex)
            try FileSystem.makeDirectory(String(folder))
            try FileSystem.writeAtomically(
                text, to: file, mode: name == "debian/rules" ? 0o755 : 0o644)
        }
        try git(source, "init", "--quiet", "--initial-branch=main")
        try commit(source)
    }

    /// Puts something else into a file of a source, and commits it.
    func change(_ source: String, _ name: String, _ text: String) throws {
        try FileSystem.writeAtomically(text, to: "\(repository(source))/\(name)")
        try commit(source)
    }

    /// Runs the program until all is done, for runs that find nothing to do.
    ///
    /// - Parameter lines: As those of `slipway`.
    /// - Returns: The command to run again.
    /// - Throws: `CommandError`.
    func settled(by lines: String...) throws -> Command {
        let command = slipway(lines)
        try command.runChecked()
        // What changed in the last tenth of a second is looked at once more.
        try Command("sleep", ["0.2"]).runChecked()
        try command.runChecked()
        return command
    }

    /// Runs the program in the tree, once for each line of words.
    func slipway(_ lines: [String]) -> Command {
        let script = lines.map { "'\(program)' --log-level warning \($0) >/dev/null" }
        var command = Command("sh", ["-e", "-c", script.joined(separator: "\n")])
        command.folder = path
        return command
    }

    /// Removes the tree of a name.
    static func remove(_ name: String, of bench: Bench) throws {
        try FileSystem.removeTree("\(bench.workFolder)/\(name)")
    }

    private func repository(_ source: String) -> String { "\(path)/repositories/\(source)" }

    private func commit(_ source: String) throws {
        try git(source, "add", "--all")
        try git(
            source, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet",
            "--message=x")
    }

    private func git(_ source: String, _ arguments: String...) throws {
        try Command("git", ["-C", repository(source)] + arguments).runChecked()
    }
}

import Command
import Glibc
import JSON
import Syscalls
import Testing

@Suite(.enabled(if: Project.isBuilt, "needs .build/release/slipway: run make tools"))
struct SourceCommandTests {
    /// A tree with two sources, of which one is built with the other.
    private struct Tree {
        let project: Project
        let lock = "manifests/sample-trixie-amd64.lock"

        init() throws {
            project = try Project(
                more: """

                    sources:
                    - {name: tool, repo: repositories/tool, branch: main}
                    - {name: base, repo: repositories/base, branch: main}
                    """)
            try makeRepository("base", buildDepends: "debhelper")
            try makeRepository("tool", buildDepends: "libbase-dev")
        }

        private func makeRepository(_ name: String, buildDepends: String) throws {
            try project.write(
                """
                Source: \(name)
                Build-Depends: \(buildDepends)

                Package: lib\(name)-dev
                Architecture: any

                """, to: "repositories/\(name)/debian/control")
            try git(name, "init", "--quiet", "--initial-branch=main")
            try git(name, "add", "--all")
            try commit(name)
        }

        @discardableResult
        func git(_ name: String, _ arguments: String...) throws -> String {
            let folder = "\(project.path)/repositories/\(name)"
            let text = try Command(
                "git",
                ["-C", folder, "-c", "user.name=A", "-c", "user.email=a@example.org"] + arguments
            ).runChecked().text
            return text.split(separator: "\n").first.map(String.init) ?? ""
        }

        func commit(_ name: String) throws {
            try git(name, "commit", "--quiet", "--allow-empty", "--message", "x")
        }

        func head(_ name: String) throws -> String { try git(name, "rev-parse", "HEAD") }

        func checkedOut(_ name: String) throws -> String {
            try git("../work/sources/\(name)", "rev-parse", "HEAD")
        }

        func slipway(_ arguments: String..., environment: [String: String] = [:]) throws
            -> CommandResult
        {
            try project.slipway(arguments, environment: environment)
        }
    }

    @Test("a server that has no time is asked again")
    func busyServer() throws {
        let tree = try Tree()
        let served = "\(tree.project.path)/served"
        try tree.git("base", "clone", "--quiet", "--bare", ".", "\(served)/base.git")
        try tree.git("base", "--git-dir=\(served)/base.git", "update-server-info")
        let server = try LoopbackServer(.files(in: served, refusing: 1))
        let manifest = try tree.project.read("conf/build.manifest")
        try tree.project.write(
            manifest.replacing("repositories/base", with: "\(server.url)/base.git"),
            to: "conf/build.manifest")
        let result = try tree.slipway("checkout")
        #expect(result.isSuccess, "\(result.errorText)")
        #expect(try tree.checkedOut("base") == tree.head("base"))
    }

    @Test("checkout pins commits, keeps to them, and moves them when asked to")
    func checkout() throws {
        let tree = try Tree()
        let before = try tree.slipway("graph")
        #expect(before.isSuccess)
        #expect(before.text.hasPrefix("tool\nbase\nwithout a control file"))

        #expect(try tree.slipway("checkout").isSuccess)
        let head = try tree.head("base")
        let locked = try tree.project.read(tree.lock)
        #expect(locked.contains("source base \(head) branch:main repositories/base\n"))
        #expect(
            try tree.slipway("graph").text
                == "base\ntool after base (build dependency libbase-dev)\n"
        )

        try tree.commit("base")
        #expect(try tree.slipway("checkout").text == "")
        #expect(try tree.checkedOut("base") == head)
        let update = try tree.slipway("checkout", "--update", "base")
        let new = try tree.head("base")
        #expect(
            update.text == "^ source base \(head.prefix(12)) -> \(new.prefix(12)) branch:main\n")
        #expect(try tree.checkedOut("base") == new)

        // What may hold somebody's work is not what can be built again.
        #expect(try tree.slipway("clean").isSuccess)
        #expect(try tree.checkedOut("base") == new)
    }

    @Test("a working tree is built until it is not, and a branch is made everywhere")
    func local() throws {
        let tree = try Tree()
        let local = try tree.slipway("checkout", "--local", "base=repositories/base")
        let folder = "\(tree.project.path)/repositories/base"
        #expect(local.text.hasSuffix("source base is built from \(folder)\n"))
        try tree.project.write("new\n", to: "repositories/base/file")
        #expect(try tree.slipway("graph").text.hasPrefix("base [in \(folder), has changes]\n"))
        #expect(try tree.slipway("branchout", "topic").isSuccess)
        #expect(try tree.git("base", "symbolic-ref", "HEAD") == "refs/heads/topic")
        #expect(
            try tree.git("../work/sources/tool", "symbolic-ref", "HEAD") == "refs/heads/topic")

        #expect(try tree.slipway("checkout", "--no-local", "base").isSuccess)
        let json = try JSON(parsing: try tree.slipway("graph", "--json").output)
        let base = try #require(json["units"]?.array?.first)
        #expect(base["dirty"]?.bool == false)
        #expect(base["folder"]?.string == "\(tree.project.path)/work/sources/base")

        try tree.project.write("x", to: "work/sources/base/file")
        let dirty = try tree.slipway("checkout")
        #expect(dirty.ending == .status(1))
        #expect(dirty.errorText.contains("work/sources/base has changes that are in no commit"))
        #expect(
            dirty.errorText.contains("hint: commit and push them, or 'slipway checkout --local"))
    }

    @Test("a drawing is one that Graphviz made")
    func drawing() throws {
        let tree = try Tree()
        #expect(try tree.slipway("graph", "--svg", "graph.svg").isSuccess)
        let drawing = try tree.project.read("graph.svg")
        #expect(drawing.contains("</svg>") && drawing.contains(">tool<"))
        try Command("xmllint", ["--noout", "--nonet", "\(tree.project.path)/graph.svg"])
            .runChecked()
    }

    @Test("a checkout that is killed has changed nothing, and the next one does it all")
    func killed() throws {
        for signal in [SIGKILL, SIGINT] {
            let tree = try Tree()
            #expect(try tree.slipway("checkout").isSuccess)
            let before = try (tree.checkedOut("base"), tree.project.read(tree.lock))
            try tree.commit("base")
            // Whoever asks this repository waits until somebody writes into the pipe.
            let head = "\(tree.project.path)/repositories/tool/.git/HEAD"
            try FileSystem.rename(head, to: head + ".away")
            try #require(mkfifo(head, 0o600) == 0)

            var command = Command(Project.program, ["checkout", "--update"])
            command.folder = tree.project.path
            let null = try File("/dev/null", flags: O_RDWR)
            let pid = try command.start(input: null, output: null, errorOutput: null)
            let made = "\(tree.project.path)/work/sources/.new/base/.git/slipway-checkout.json"
            while !FileSystem.exists(made) { usleep(20_000) }
            try #require(kill(pid, signal) == 0)
            var status: CInt = 0
            while waitpid(pid, &status, 0) == -1 { try #require(errno == EINTR) }
            // Lets go of the git that still waits.
            let pipe = try File(head, flags: O_RDWR)
            try FileSystem.rename(head + ".away", to: head)
            withExtendedLifetime(pipe) {}

            #expect(try tree.checkedOut("base") == before.0)
            #expect(try tree.project.read(tree.lock) == before.1)
            #expect(try tree.slipway("checkout", "--update").isSuccess)
            #expect(try tree.checkedOut("base") == tree.head("base"))
            #expect(!FileSystem.exists("\(tree.project.path)/work/sources/.new"))
        }
    }
}

import Command
import Debian
import Events
import Glibc
import Manifest
import Syscalls
import Testing

@testable import SourceBuild

@Suite struct SourceSetTests {
    /// A tree whose manifest has two sources, checked out.
    private struct Tree {
        let folder: TemporaryFolder
        let sources: SourceSet
        let lock: [LockedSource]
        let one: SampleRepository

        init() throws {
            folder = try TemporaryFolder()
            let root = folder.path
            one = try SampleRepository("\(root)/repositories/one", package: "one")
            _ = try SampleRepository(
                "\(root)/repositories/two", package: "two", buildDepends: "libone-dev")
            let text = """
                name: a
                debian_release: trixie
                apt-repos: {url: host, distribution: trixie, components: main}
                base-packages: []
                sources:
                - {name: two, repo: repositories/two, branch: main}
                - {name: one, repo: repositories/one, branch: main}
                """
            let manifest = try BuildManifest(parsing: Array(text.utf8), file: "m")
            sources = try SourceSet(manifest, root: root) { _ in nil }
            let claim = try sources.places.claim()
            lock = try Checkout(
                places: sources.places, mode: .locked, overrides: SourceOverrides { _ in nil },
                locked: []
            ).run(sources.checkouts, events: .discarding)
            withExtendedLifetime(claim) {}
        }

        func plan() throws -> BuildPlan { try sources.plan(architecture: "amd64") }

        func check() throws { try sources.check(plan(), against: lock) }

        var checkout: String { sources.places.checkout("one") }
    }

    @Test("checkouts with their control files make the plan")
    func plan() throws {
        let tree = try Tree()
        let plan = try tree.plan()
        #expect(plan.entries.map(\.unit.name) == ["one", "two"])
        #expect(
            plan.entries[1].needs == [
                .init(unit: "one", reasons: [.builds(package: "libone-dev")])
            ])
        #expect(plan.withoutControl.isEmpty)
        let state = try #require(plan.entries[0].unit.tree)
        #expect(state.commitTime == 1_700_000_000)
        #expect(state.commit == (try tree.one.head))
        #expect(!state.isDirty)
        try tree.check()
        #expect(
            plan.lines == ["one", "two after one (build dependency libone-dev)"])
    }

    @Test("what is not the lock's is refused, and each kind says what it is")
    func check() throws {
        let tree = try Tree()
        #expect(throws: SourceFailures.self) { try tree.sources.check(tree.plan(), against: []) }
        try FileSystem.writeAtomically("x", to: "\(tree.checkout)/file")
        #expect(throws: SourceBuildError.dirty(name: "one", folder: tree.checkout)) {
            try tree.check()
        }
        try FileSystem.removeTree(tree.checkout)
        #expect(throws: SourceBuildError.notCheckedOut(name: "one", folder: tree.checkout)) {
            try tree.check()
        }
        let plan = try tree.plan()
        #expect(plan.withoutControl == ["one"])
        #expect(plan.lines.last?.contains("without a control file") == true)
    }

    @Test("a working tree of the caller's is built as it lies there")
    func local() throws {
        let tree = try Tree()
        let locked = try #require(tree.plan().entries[0].unit.tree)
        try tree.one.write(".gitignore", "*.o\n")
        try tree.sources.places.setLocal("one", to: tree.one.path)
        func state() throws -> SourceTreeState {
            try #require(tree.plan().entries.first { $0.unit.name == "one" }?.unit.tree)
        }
        let changed = try state()
        #expect(changed.folder == tree.one.path)
        #expect(changed.origin == .local)
        #expect(changed.isDirty)
        #expect(changed.contentDigest != locked.contentDigest)
        try tree.check()
        // What git ignores does not count.
        try tree.one.write("made.o", "x")
        #expect(try state().contentDigest == changed.contentDigest)
        try tree.one.write("more", "x")
        let more = try state()
        #expect(more.contentDigest != changed.contentDigest)
        try #require(chmod("\(tree.one.path)/more", 0o755) == 0)
        #expect(try state().contentDigest != more.contentDigest)
        try tree.one.commit("all of it")
        #expect(try !state().isDirty)

        try tree.sources.places.setLocal("one", to: nil)
        #expect(try state() == locked)
        #expect(throws: SourceBuildError.notARepository(path: "/etc")) {
            try tree.sources.places.setLocal("one", to: "/etc")
        }
    }

    @Test("where nothing changed no program is started")
    func unchanged() throws {
        let tree = try Tree()
        let states = SourceStates(tree.sources.places)
        func state() throws -> SourceTreeState {
            try states.state(of: "one", in: tree.checkout, origin: .lock)
        }
        // What was written just now is not relied on.
        while !FileSystem.exists("\(tree.sources.places.states)/one.json") {
            _ = try state()
            usleep(20_000)
        }
        let known = try state()
        // Git could say nothing of this any more.
        try FileSystem.rename("\(tree.checkout)/.git/objects", to: "\(tree.checkout)/.git/away")
        #expect(try state() == known)
        try FileSystem.writeAtomically("2\n", to: "\(tree.checkout)/file")
        #expect(throws: CommandError.self) { try state() }
    }

    @Test("of this tree the named files count, and no commit")
    func ownTree() throws {
        let folder = try TemporaryFolder()
        let tree = try SampleRepository(folder.path)
        let control = "Source: own\nBuild-Depends: make\n\nPackage: own\nArchitecture: any\n"
        for (name, text) in [
            "packages/own/debian/control": control, "shared/a": "1", "docs/b": "1",
            ".gitignore": "*.o\n/work/\n",
        ] { try tree.write(name, text) }
        try tree.commit("second")
        let text = """
            name: a
            debian_release: trixie
            apt-repos: {url: host, distribution: trixie, components: main}
            base-packages: []
            sources:
            - {name: own, repo: ., paths: [shared, packages/own], subdir: packages/own}
            """
        let manifest = try BuildManifest(parsing: Array(text.utf8), file: "m")
        let sources = try SourceSet(manifest, root: folder.path) { _ in nil }
        let claim = try sources.places.claim()
        let locked = try Checkout(
            places: sources.places, mode: .locked, overrides: SourceOverrides { _ in nil },
            locked: []
        ).run(sources.checkouts, events: .discarding)
        withExtendedLifetime(claim) {}
        #expect(locked.isEmpty && !FileSystem.exists(sources.places.checkout("own")))
        func state() throws -> SourceTreeState {
            try #require(sources.plan(architecture: "amd64").entries.first?.unit.tree)
        }
        let first = try state()
        #expect(first.origin == .tree(paths: ["packages/own", "shared"]))
        #expect(first.folder == folder.path && first.commit == first.contentDigest)
        #expect(try sources.ownDigests() == ["own": first.contentDigest])
        try sources.check(sources.plan(architecture: "amd64"), against: [])

        try tree.write("docs/b", "2")
        try tree.write("shared/made.o", "2")
        try tree.commit("of others")
        #expect(try state() == first)
        try tree.write("shared/new", "not in git yet")
        let second = try state()
        #expect(second.contentDigest != first.contentDigest)
        try tree.commit("it is now")
        #expect(try state() == second)

        let copy = "\(folder.path)/work/copy"
        try SourceFiles.copy(folder.path, only: second.origin.paths, to: copy, time: 1)
        #expect(try FileSystem.list(copy) == ["packages", "shared"])
        #expect(try FileSystem.list("\(copy)/shared") == ["a", "new"])

        try FileSystem.removeTree("\(folder.path)/shared")
        #expect(
            throws: SourceBuildError.noPath(name: "own", path: "\(folder.path)/shared")
        ) { try state() }
    }

    @Test("a branch is made in all sources, or in none")
    func branchOut() throws {
        let tree = try Tree()
        func branches() throws -> [String] {
            try tree.sources.checkouts.map {
                try Command(
                    "git",
                    [
                        "-C", tree.sources.places.checkout($0.name), "rev-parse", "--abbrev-ref",
                        "HEAD",
                    ]
                ).runChecked().text
            }
        }
        func branchOut(_ name: String) throws {
            _ = try BranchOut(name, in: tree.sources.checkouts, places: tree.sources.places)
                .run(events: .discarding)
        }
        try branchOut("feature/x")
        #expect(try branches() == ["feature/x\n", "feature/x\n"])
        try tree.check()
        // Again is no harm, and a branch of the name at another commit is.
        try branchOut("feature/x")
        _ = try Command(
            "git",
            [
                "-C", tree.checkout, "-c", "user.name=A", "-c", "user.email=a@example.org",
                "commit", "--quiet", "--allow-empty", "--message", "x",
            ]
        ).runChecked()
        _ = try Command("git", ["-C", tree.checkout, "branch", "taken", "HEAD~"]).runChecked()
        #expect(
            throws: SourceBuildError.branchExists(
                name: "one", folder: tree.checkout, branch: "taken")
        ) { try branchOut("taken") }
        // A folder of branches is in the way of the second source only when it is written to.
        _ = try Command("git", ["-C", tree.checkout, "branch", "half/way"]).runChecked()
        #expect(throws: CommandError.self) { try branchOut("half") }
        #expect(try branches() == ["feature/x\n", "feature/x\n"])
        let left = try Command(
            "git",
            [
                "-C", tree.sources.places.checkout("two"), "for-each-ref", "--format=%(refname)",
                "refs/heads",
            ]
        ).runChecked().text
        #expect(left == "refs/heads/feature/x\n")
        for name in ["", "-x", "a b", "a..b", "x.lock"] {
            #expect(throws: SourceBuildError.badBranchName(name)) { try branchOut(name) }
        }
    }
}

import Command
import Debian
import Events
import Glibc
import Manifest
import Syscalls
import Testing

@testable import SourceBuild

/// A tree with repositories that sources are checked out from.
private struct SampleTree {
    let folder: TemporaryFolder
    let places: SourcePlaces
    let one: SampleRepository
    let two: SampleRepository
    /// Held throughout: a program that another test just starts has it open, too, for a moment.
    let claim: File
    var variables: [String: String] = [:]

    init() throws {
        folder = try TemporaryFolder()
        try FileSystem.makeDirectory("\(folder.path)/tree")
        places = SourcePlaces(root: "\(folder.path)/tree")
        claim = try places.claim()
        one = try SampleRepository("\(folder.path)/one", package: "one")
        two = try SampleRepository(
            "\(folder.path)/two", package: "two", buildDepends: "libone-dev, debhelper")
    }

    func source(_ name: String, _ reference: SourceReference = .branch("main")) -> SourceCheckout {
        SourceCheckout(
            name: name, repository: "../\(name)", reference: reference)
    }

    var both: [SourceCheckout] { [source("one"), source("two")] }

    @discardableResult
    func checkOut(
        _ sources: [SourceCheckout], _ mode: Checkout.Mode = .locked, lock: [LockedSource] = []
    ) throws -> [LockedSource] {
        let variables = variables
        return try Checkout(
            places: places, mode: mode, overrides: SourceOverrides { variables[$0] }, locked: lock
        ).run(sources, events: .discarding)
    }

    func head(_ name: String) throws -> String {
        try SampleRepositoryAt(places.checkout(name)).git("rev-parse", "HEAD")
    }

    func state(_ name: String) throws -> SourceTreeState {
        try SourceStates(places).state(of: name, in: places.checkout(name), origin: .lock)
    }

    /// A look at a checkout with git.
    func SampleRepositoryAt(_ path: String) -> Looking { Looking(path: path) }

    struct Looking {
        let path: String
        func git(_ arguments: String...) throws -> String {
            var text = try Command("git", ["-C", path] + arguments).runChecked().text
            if text.hasSuffix("\n") { text.removeLast() }
            return text
        }
    }
}

@Suite struct CheckoutTests {
    @Test("sources are had once, stay at the lock's commits, and move when asked to")
    func lifecycle() throws {
        let tree = try SampleTree()
        let first = try (tree.one.head, tree.two.head)
        let lock = try tree.checkOut(tree.both)
        #expect(
            lock.map(\.text) == [
                "one \(first.0) branch:main ../one", "two \(first.1) branch:main ../two",
            ])
        #expect(try tree.head("one") == first.0)
        // Only the last commit is had.
        #expect(FileSystem.exists("\(tree.places.checkout("one"))/.git/shallow"))

        let second = try tree.one.commit("second")
        #expect(try tree.checkOut(tree.both, lock: lock) == lock)
        #expect(try tree.head("one") == first.0)
        let moved = try tree.checkOut(tree.both, .update, lock: lock)
        #expect(moved.map(\.commit) == [second, first.1])
        #expect(try tree.head("one") == second)
        // Back, without the repository: the checkout has it.
        try FileSystem.rename(tree.one.path, to: tree.one.path + ".away")
        #expect(try tree.checkOut(tree.both, lock: lock) == lock)
        #expect(try tree.head("one") == first.0)
        // Nothing is noted of a tree that was made a moment ago.
        let left = try FileSystem.list(tree.places.folder).filter { $0 != ".states" }
        #expect(left == [".lock", "one", "two"])
    }

    @Test("tags, with a message or without, commits, and tags under branch")
    func references() throws {
        let tree = try SampleTree()
        let old = try tree.one.head
        try tree.one.git("tag", "plain")
        try tree.one.git("tag", "--annotate", "--message", "a tag", "told")
        try tree.one.commit("later")
        for reference in [
            SourceReference.tag("plain"), .tag("told"), .branch("told"), .commit(old),
        ] {
            let lock = try tree.checkOut([tree.source("one", reference)])
            #expect(lock.map(\.commit) == [old])
            #expect(lock.map(\.reference) == [reference.text])
            #expect(try tree.head("one") == old)
        }
        #expect(
            throws: SourceBuildError.noReference(repository: tree.one.path, reference: "tag main")
        ) {
            try tree.checkOut([
                SourceCheckout(
                    name: "one", repository: tree.one.path, reference: .tag("main"))
            ])
        }
    }

    @Test("when one source fails none has changed")
    func allOrNothing() throws {
        let tree = try SampleTree()
        let lock = try tree.checkOut(tree.both)
        try tree.one.commit("second")
        #expect(throws: SourceBuildError.self) {
            try tree.checkOut([tree.source("one"), tree.source("two", .branch("gone"))], .update)
        }
        #expect(try tree.head("one") == lock[0].commit)
        #expect(!FileSystem.exists("\(tree.places.folder)/.new"))
        let failures = #expect(throws: SourceFailures.self) {
            try tree.checkOut(
                [tree.source("one", .tag("no")), tree.source("two", .tag("no"))], .update)
        }
        #expect(failures?.errors.count == 2)
        #expect(try tree.head("one") == lock[0].commit)
    }

    @Test("a commit that the repository lost is an error that names it")
    func unreachable() throws {
        let tree = try SampleTree()
        let commit = String(repeating: "1", count: 40)
        let lock = [
            LockedSource(
                name: "one", commit: commit, reference: "branch:main", repository: "../one")
        ]
        let error = #expect(throws: SourceBuildError.self) {
            try tree.checkOut([tree.source("one")], lock: lock)
        }
        guard case .unreachable(_, commit, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!FileSystem.exists(tree.places.checkout("one")))
    }

    @Test("a lock of another repository or branch is not gone by")
    func otherSource() throws {
        let tree = try SampleTree()
        let lock = try tree.checkOut([tree.source("one")])
        #expect(
            throws: SourceBuildError.otherSource(
                name: "one", locked: "branch:main of ../one", wanted: "tag:x of ../one")
        ) { try tree.checkOut([tree.source("one", .tag("x"))], lock: lock) }
    }

    @Test("changes and commits that are nowhere else are never lost")
    func unsaved() throws {
        let tree = try SampleTree()
        let lock = try tree.checkOut(tree.both)
        try tree.one.commit("second")
        let folder = tree.places.checkout("one")
        try FileSystem.writeAtomically("new\n", to: "\(folder)/untracked")
        #expect(throws: SourceBuildError.dirty(name: "one", folder: folder)) {
            try tree.checkOut(tree.both, .update, lock: lock)
        }
        #expect(throws: SourceBuildError.dirty(name: "one", folder: folder)) {
            try tree.checkOut(tree.both, lock: lock)
        }
        let checkout = tree.SampleRepositoryAt(folder)
        _ = try checkout.git("add", "untracked")
        _ = try checkout.git(
            "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "mine")
        let mine = try tree.head("one")
        #expect(throws: SourceBuildError.unsaved(name: "one", folder: folder, commit: mine)) {
            try tree.checkOut(tree.both, .update, lock: lock)
        }
        // On a branch it can be found again.
        _ = try checkout.git("checkout", "--quiet", "-b", "work")
        let moved = try tree.checkOut(tree.both, .update, lock: lock)
        #expect(try tree.head("one") == moved[0].commit)
        #expect(try checkout.git("rev-parse", "work") == mine)
        #expect(!FileSystem.exists("\(folder)/untracked"))
    }

    @Test("a tree that was changed while another was made is not replaced")
    func meanwhile() throws {
        let tree = try SampleTree()
        let lock = try tree.checkOut([tree.source("one")])
        let commit = try tree.one.commit("second")
        let record = CheckoutRecord(
            commit: commit, repository: "../one", reference: .branch("main"), isOverride: false)
        let prepared = try PreparedCheckout(
            record, named: "one",
            from: RemoteRepository(tree.one.path, identityFile: nil, in: tree.places.folder),
            over: try ExistingCheckout("one", tree.places), places: tree.places)
        try prepared.checkPlace(tree.places)
        let folder = tree.places.checkout("one")
        try FileSystem.writeAtomically("mine\n", to: "\(folder)/file")
        #expect(throws: SourceBuildError.changedMeanwhile(name: "one", folder: folder)) {
            try prepared.checkPlace(tree.places)
        }
        #expect(try tree.head("one") == lock[0].commit)
    }

    @Test("submodules come along, and a new commit of one is seen")
    func submodules() throws {
        let tree = try SampleTree()
        let inner = try SampleRepository("\(tree.folder.path)/inner")
        try tree.one.git(
            "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../inner", "deep")
        try tree.one.commit("with a submodule")
        let lock = try tree.checkOut([tree.source("one")])
        let folder = tree.places.checkout("one")
        #expect(try FileSystem.readText("\(folder)/deep/file") == "1\n")
        let state = try tree.state("one")
        #expect(!state.isDirty)

        try inner.write("file", "2\n")
        try inner.commit("second")
        let deep = tree.SampleRepositoryAt("\(tree.one.path)/deep")
        _ = try deep.git("pull", "--quiet")
        try tree.one.commit("a newer submodule")
        _ = try tree.checkOut([tree.source("one")], .update, lock: lock)
        #expect(try FileSystem.readText("\(folder)/deep/file") == "2\n")
        let newer = try tree.state("one")
        #expect(!newer.isDirty)
        #expect(newer.contentDigest != state.contentDigest)
        try FileSystem.writeAtomically("3\n", to: "\(folder)/deep/file")
        #expect(try tree.state("one").isDirty)
    }

    @Test("a server without single commits gives all it has")
    func bundle() throws {
        let tree = try SampleTree()
        let old = try tree.one.head
        try tree.one.commit("second")
        let bundle = "\(tree.folder.path)/one.bundle"
        try tree.one.git("bundle", "create", "--quiet", bundle, "main")
        let source = SourceCheckout(
            name: "one", repository: bundle, reference: .branch("main"))
        let lock = [
            LockedSource(
                name: "one", commit: old, reference: "branch:main", repository: bundle)
        ]
        #expect(try tree.checkOut([source], lock: lock) == lock)
        #expect(try tree.head("one") == old)
    }

    @Test("the environment's branches go before the manifest's, and not into the lock")
    func overrides() throws {
        var tree = try SampleTree()
        let lock = try tree.checkOut(tree.both)
        let main = try (tree.one.head, tree.two.head)
        try tree.one.git("checkout", "--quiet", "-b", "fix")
        let fix = try tree.one.commit("fix")
        try tree.two.git("checkout", "--quiet", "-b", "other")
        let other = try tree.two.commit("other")

        tree.variables = ["one_OVERRIDE": "fix"]
        #expect(try tree.checkOut(tree.both, lock: lock) == [lock[1]])
        #expect(try (tree.head("one"), tree.head("two")) == (fix, main.1))
        tree.variables = ["TRY_BRANCH_OVERRIDE": "other"]
        #expect(try tree.checkOut(tree.both, lock: lock) == [lock[0]])
        #expect(try (tree.head("one"), tree.head("two")) == (main.0, other))
        tree.variables = ["BRANCH_OVERRIDE": "fix", "one_OVERRIDE": "main"]
        #expect(throws: SourceBuildError.self) { try tree.checkOut(tree.both, lock: lock) }
        tree.variables = [:]
        #expect(try tree.checkOut(tree.both, lock: lock) == lock)
        #expect(try (tree.head("one"), tree.head("two")) == main)
    }

    @Test("git asks nothing, uses the key that is named, and follows no setting that changes files")
    func environment() throws {
        var git = Git("/tmp")
        git.identityFile = "/home/a b/.ssh/key"
        let environment = git.command(["version"]).environment
        #expect(environment["GIT_TERMINAL_PROMPT"] == "0")
        #expect(environment["GIT_ASKPASS"] == "")
        #expect(
            environment["GIT_SSH_COMMAND"]
                == "ssh -o BatchMode=yes -o IdentitiesOnly=yes -i '/home/a b/.ssh/key'")
        #expect(try git.run("config", "core.autocrlf") == "false")
        #expect(try git.run("config", "core.hooksPath") == "/dev/null")
        #expect(!(try git.succeeds("config", "protocol.file.allow")))
        git.allowsLocalSubmodules = true
        #expect(try git.run("config", "protocol.file.allow") == "always")
    }

    @Test("paths are the tree's, the home folder's or the root's; URLs and host:path stay")
    func places() {
        let places = SourcePlaces(root: "/tree")
        for text in ["https://a/b", "git@a:b/c", "ssh://a/b", "file:///a", "/a/b"] {
            #expect(places.repository(text) == text)
        }
        #expect(places.repository("../a") == "/tree/../a")
        #expect(places.repository("a/b:c") == "/tree/a/b:c")
    }

    @Test("what a killed checkout left is removed")
    func leftOver() throws {
        let folder = try TemporaryFolder()
        let places = SourcePlaces(root: folder.path)
        try FileSystem.makeDirectory("\(places.folder)/.new/one/.git")
        let claim = try places.claim()
        #expect(try FileSystem.list(places.folder) == [".lock"])
        withExtendedLifetime(claim) {}
    }

    @Test("two checkouts at a time: the second one is refused")
    func busy() throws {
        let tree = try SampleTree()
        #expect(throws: SourceBuildError.busy(path: "\(tree.places.folder)/.lock")) {
            try tree.places.claim()
        }
        withExtendedLifetime(tree.claim) {}
    }
}

extension LockedSource {
    fileprivate var text: String { "\(name) \(commit) \(reference) \(repository)" }
}

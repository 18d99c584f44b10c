import Command
package import Events
import Syscalls

/// Makes the same branch in all sources, or in none.
package struct BranchOut {
    private let branch: String
    private let trees: [(name: String, folder: String)]

    /// Looks whether the branch can be made.
    ///
    /// - Parameters:
    ///   - branch: The branch's name.
    ///   - checkouts: The sources.
    ///   - places: Where they are.
    /// - Throws: `SourceBuildError` when a source has it already, at another commit than it is at.
    package init(_ branch: String, in checkouts: [SourceCheckout], places: SourcePlaces) throws {
        self.branch = branch
        let git = Git(places.folder)
        guard !branch.hasPrefix("-"),
            try git.succeeds("check-ref-format", "refs/heads/\(branch)")
        else { throw SourceBuildError.badBranchName(branch) }
        trees = try checkouts.map { checkout in
            let folder = try places.workingTree(of: checkout)
            guard FileSystem.exists(folder) else {
                throw SourceBuildError.notCheckedOut(name: checkout.name, folder: folder)
            }
            return (checkout.name, folder)
        }
        for tree in trees {
            let git = Git(tree.folder)
            let there = try git.run(
                "for-each-ref", "--format=%(objectname)", "refs/heads/\(branch)")
            let commit = try git.run("rev-parse", "--verify", "HEAD^{commit}")
            // One that stopped on the way is gone on with.
            guard there.isEmpty || there == commit else {
                throw SourceBuildError.branchExists(
                    name: tree.name, folder: tree.folder, branch: branch)
            }
        }
    }

    /// Makes the branch in all sources, at the commit each is at, and goes over to it; files stay as
    /// they are.
    ///
    /// - Returns: The folders.
    /// - Throws: The first failure; what had been done is undone then.
    package func run(events: EventStream) throws -> [String] {
        try events.step("branchout", total: UInt64(trees.count)) { progress in
            var undo: [() throws -> Void] = []
            do {
                for tree in trees {
                    progress.note(tree.name)
                    undo.append(try make(in: Git(tree.folder)))
                    progress.advance()
                }
            } catch {
                for step in undo.reversed() { try step() }
                throw error
            }
        }
        return trees.map(\.folder)
    }

    /// Makes the branch in one source.
    ///
    /// - Returns: What undoes it.
    private func make(in git: Git) throws -> () throws -> Void {
        let reference = "refs/heads/\(branch)"
        let commit = try git.run("rev-parse", "--verify", "HEAD^{commit}")
        let old = try git.command(["symbolic-ref", "--quiet", "HEAD"]).run()
        let isThere = try git.succeeds("show-ref", "--verify", "--quiet", reference)
        if !isThere { try git.run("update-ref", reference, commit, "") }
        do {
            try git.run("symbolic-ref", "HEAD", reference)
        } catch {
            if !isThere { try git.run("update-ref", "-d", reference, commit) }
            throw error
        }
        let branch = old.isSuccess ? old.text.split(separator: "\n").first.map(String.init) : nil
        return {
            if let branch {
                try git.run("symbolic-ref", "HEAD", branch)
            } else {
                try git.run("update-ref", "--no-deref", "HEAD", commit)
            }
            if !isThere { try git.run("update-ref", "-d", reference, commit) }
        }
    }
}

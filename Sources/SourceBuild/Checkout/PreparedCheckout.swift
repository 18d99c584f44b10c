import CSyscalls
import Command
import Glibc
import Manifest
import Syscalls

/// A checkout that is there already.
struct ExistingCheckout {
    /// What it is now.
    let state: SourceTreeState
    /// What it was made from; nil when that is not known.
    let record: CheckoutRecord?
    /// Whether its commit can be found again when another is checked out: it is where the last
    /// checkout left it, or on a branch.
    let isKept: Bool

    /// Looks at a checkout; nil when there is none.
    init?(_ name: String, _ places: SourcePlaces) throws {
        let folder = places.checkout(name)
        guard FileSystem.exists(folder) else { return nil }
        guard let git = try GitFolder(folder) else {
            throw SourceBuildError.notARepository(path: folder)
        }
        record = CheckoutRecord(of: git)
        state = try SourceStates(places).state(of: name, in: folder, origin: .lock)
        if case .branch = try git.head() {
            isKept = true
        } else {
            isKept = state.commit == record?.commit
        }
    }
}

/// A checkout that is whole and not in its place yet.
struct PreparedCheckout {
    private let name: String
    private let record: CheckoutRecord
    /// Whether there is a new tree, and not only a new record.
    let isNew: Bool
    /// What the checkout was whose place it takes.
    private let replaced: SourceTreeState?

    /// Notes that a checkout is as it should be, though it was made from something else.
    init(named name: String, only record: CheckoutRecord) {
        self.name = name
        self.record = record
        isNew = false
        replaced = nil
    }

    /// Makes a tree.
    ///
    /// - Parameters:
    ///   - record: What is wanted.
    ///   - name: The checkout's name.
    ///   - remote: Where it comes from.
    ///   - existing: The checkout whose place it takes; its branches stay.
    ///   - places: Where it goes.
    /// - Throws: `SourceBuildError.unreachable`, `CommandError`, `SystemError`.
    init(
        _ record: CheckoutRecord, named name: String, from remote: RemoteRepository,
        over existing: ExistingCheckout?, places: SourcePlaces
    ) throws {
        self.name = name
        self.record = record
        isNew = true
        replaced = existing?.state
        let folder = "\(places.incoming)/\(name)"
        try FileSystem.makeDirectory(folder)
        let git = remote.git(in: folder)
        if let existing {
            try RepositoryCopy.copy("\(existing.state.folder)/.git", to: "\(folder)/.git")
        } else {
            let format = record.commit.utf8.count == 64 ? "sha256" : "sha1"
            try git.run("init", "--quiet", "--template=", "--object-format=\(format)")
        }
        try git.run("config", "remote.origin.url", remote.location)
        try git.run("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
        try PreparedCheckout.fetch(record.commit, git, remote, isNew: existing == nil)
        try git.run("checkout", "--quiet", "--force", "--detach", record.commit)
        if FileSystem.exists("\(folder)/.gitmodules") {
            try PreparedCheckout.updateSubmodules(git, remote)
        }
        guard let made = try GitFolder(folder) else {
            throw SourceBuildError.notARepository(path: folder)
        }
        try record.write(to: made)
    }

    /// Wants its place to be as it was when it was begun.
    ///
    /// - Throws: `SourceBuildError.changedMeanwhile`.
    func checkPlace(_ places: SourcePlaces) throws {
        guard let replaced else { return }
        let now = try SourceStates(places).state(
            of: name, in: replaced.folder, origin: replaced.origin)
        guard now == replaced else {
            throw SourceBuildError.changedMeanwhile(name: name, folder: replaced.folder)
        }
    }

    /// Puts it in its place.
    func put(in places: SourcePlaces) throws {
        let folder = places.checkout(name)
        guard isNew else {
            if let git = try GitFolder(folder) { try record.write(to: git) }
            return
        }
        let new = "\(places.incoming)/\(name)"
        guard FileSystem.exists(folder) else {
            try FileSystem.rename(new, to: folder)
            return
        }
        // At no time is there none, nor a part of one.
        try checked("renameat2", "\(new) and \(folder)") {
            renameat2(AT_FDCWD, new, AT_FDCWD, folder, CUnsignedInt(RENAME_EXCHANGE))
        }
    }

    /// Brings a commit in: alone, where the server gives single commits, or with all there is.
    private static func fetch(
        _ commit: String, _ git: Git, _ remote: RemoteRepository, isNew: Bool
    ) throws {
        let object = "\(commit)^{commit}"
        let isShallow = FileSystem.exists("\(git.folder)/.git/shallow")
        if !isNew, try git.succeeds("cat-file", "-e", object) { return }
        // Whoever has fetched all the history keeps it.
        let depth = isNew || isShallow ? ["--depth=1"] : []
        try remote.retrying {
            let one = try git.command(
                ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"] + depth
                    + ["origin", commit]
            ).run()
            if one.isSuccess, try git.succeeds("cat-file", "-e", object) { return }
            let whole = FileSystem.exists("\(git.folder)/.git/shallow") ? ["--unshallow"] : []
            try git.command(["fetch", "--quiet", "--tags"] + whole + ["origin"]).runChecked()
            guard try git.succeeds("cat-file", "-e", object) else {
                var reason = one.errorText
                while reason.last?.isNewline == true { reason.removeLast() }
                throw SourceBuildError.unreachable(
                    repository: remote.location, commit: commit, reason: reason)
            }
        }
    }

    private static func updateSubmodules(_ git: Git, _ remote: RemoteRepository) throws {
        // A submodule may have moved to another place than the last checkout knew.
        try git.run("submodule", "--quiet", "sync", "--recursive")
        let update = ["submodule", "--quiet", "update", "--init", "--recursive", "--force"]
        try remote.retrying {
            if try git.command(update + ["--depth=1"]).run().isSuccess { return }
            try git.command(update).runChecked()
        }
    }
}

/// Copies what git keeps of a working tree.
private enum RepositoryCopy {
    /// Copies a folder; objects, which never change, are linked.
    static func copy(_ source: String, to target: String, isObject: Bool = false) throws {
        try FileSystem.makeDirectory(target)
        for name in try FileSystem.list(source) {
            let (path, new) = ("\(source)/\(name)", "\(target)/\(name)")
            switch try FileSystem.kind(of: path) {
            case .directory:
                try copy(path, to: new, isObject: isObject || name == "objects")
            case .file:
                if isObject {
                    try checked("link", new) { link(path, new) }
                } else {
                    let mode = try FileSystem.status(path)?.st_mode ?? 0o644
                    let file = try File.create(new, mode: mode & 0o777)
                    try file.write(FileSystem.read(path))
                }
            case .symlink: try FileSystem.makeLink(new, to: FileSystem.readLink(path))
            case .other: continue
            }
        }
    }
}

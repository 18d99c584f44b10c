import Debian
import Syscalls

/// What git keeps of a working tree, as far as it is read without starting git
/// (gitrepository-layout(5)).
struct GitFolder: Equatable {
    /// Where a working tree stands.
    enum Head: Equatable {
        /// On a branch, at this commit.
        case branch(String, commit: String)
        /// At a commit, on no branch.
        case detached(commit: String)

        /// The commit.
        var commit: String {
            switch self {
            case .branch(_, let commit), .detached(let commit): commit
            }
        }
    }

    /// The folder with HEAD and the index.
    let path: String
    /// The folder with branches and tags; another one for a linked working tree.
    let common: String

    /// Finds it; nil when the folder is not the top of a working tree.
    init?(_ workingTree: String) throws(SystemError) {
        var path = "\(workingTree)/.git"
        if case .file = try FileSystem.kind(of: path) {
            guard let line = try GitFolder.line(path), line.hasPrefix("gitdir: ") else {
                return nil
            }
            path = GitFolder.join(workingTree, String(line.dropFirst("gitdir: ".count)))
        }
        guard FileSystem.exists("\(path)/HEAD") else { return nil }
        self.path = path
        let other = "\(path)/commondir"
        common =
            FileSystem.exists(other)
            ? GitFolder.join(path, try GitFolder.line(other) ?? "") : path
    }

    /// Where the working tree stands; nil when there is no commit, or it is kept in another way.
    func head() throws(SystemError) -> Head? {
        guard let text = try GitFolder.line("\(path)/HEAD") else { return nil }
        let start = "ref: "
        guard text.hasPrefix(start) else {
            return LockedSource.isCommit(text) ? .detached(commit: text) : nil
        }
        let name = String(text.dropFirst(start.count))
        guard let commit = try commit(of: name) else { return nil }
        let branch = name.hasPrefix("refs/heads/") ? name.dropFirst("refs/heads/".count) : name[...]
        return .branch(String(branch), commit: commit)
    }

    private func commit(of name: String) throws(SystemError) -> String? {
        let loose = "\(common)/\(name)"
        if case .file = try FileSystem.kind(of: loose) {
            return try GitFolder.line(loose).flatMap { LockedSource.isCommit($0) ? $0 : nil }
        }
        let packed = "\(common)/packed-refs"
        guard FileSystem.exists(packed) else { return nil }
        for line in try FileSystem.readText(packed).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, words[1] == name else { continue }
            return LockedSource.isCommit(String(words[0])) ? String(words[0]) : nil
        }
        return nil
    }

    /// The first line of a file.
    private static func line(_ path: String) throws(SystemError) -> String? {
        try FileSystem.readText(path).split(separator: "\n", maxSplits: 1).first.map(String.init)
    }

    private static func join(_ folder: String, _ path: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }
}

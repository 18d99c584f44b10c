import Command
import Debian
import Manifest
import Syscalls

/// A repository that sources come from.
struct RemoteRepository {
    /// Where it is.
    let location: String
    /// The SSH key for it.
    let identityFile: String?
    private let folder: String

    /// Names a repository.
    ///
    /// - Parameters:
    ///   - location: A URL, `host:path`, or a path from the root.
    ///   - identityFile: The SSH key for it; nil for what ssh finds by itself.
    ///   - folder: Any folder, for git to run in.
    init(_ location: String, identityFile: String?, in folder: String) {
        self.location = location
        self.identityFile = identityFile
        self.folder = folder
    }

    /// Git, with what it takes to reach the repository.
    func git(in folder: String) -> Git {
        var git = Git(folder)
        git.identityFile = identityFile
        git.allowsLocalSubmodules = location.hasPrefix("/") || location.hasPrefix("file://")
        return git
    }

    /// The commit that a reference names.
    ///
    /// - Throws: `SourceBuildError.noReference`, `CommandError` when the repository is out of reach.
    func commit(of reference: SourceReference) throws -> String {
        guard let commit = try find(reference) else {
            throw SourceBuildError.noReference(
                repository: location, reference: reference.description)
        }
        return commit
    }

    /// The commit that a reference names; nil when the repository does not have it.
    func find(_ reference: SourceReference) throws -> String? {
        let candidates: [String]
        switch reference {
        case .commit(let commit): return commit
        case .tree: return nil
        case .tag(let name): candidates = ["refs/tags/\(name)"]
        case .branch(let name): candidates = ["refs/heads/\(name)", "refs/tags/\(name)"]
        }
        // Of a tag with a message the line with ^{} has the commit.
        let patterns = candidates.flatMap { [$0, "\($0)^{}"] }
        let output = try git(in: folder).command(
            ["ls-remote", "--quiet", "--", location] + patterns
        ).runChecked().text
        var commits: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: "\t").map(String.init)
            guard words.count == 2, LockedSource.isCommit(words[0]) else {
                throw SourceBuildError.unexpectedOutput(
                    command: "git ls-remote \(location)", output: String(line))
            }
            commits[words[1]] = words[0]
        }
        return candidates.lazy.compactMap { commits["\($0)^{}"] ?? commits[$0] }.first
    }
}

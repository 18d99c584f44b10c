import Command
import Debian
import Glibc
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
        git.allowsLocalSubmodules = isLocal
        return git
    }

    /// Whether it is in a folder of this machine.
    private var isLocal: Bool { location.hasPrefix("/") || location.hasPrefix("file://") }

    /// Does what may need the network, and does it again after a while when git fails.
    ///
    /// Git ends with the same status for a server that is gone for a moment and for one that has no
    /// such repository, so that both are tried again.
    ///
    /// - Parameter body: What is done; it must do no harm to begin anew.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws: the last time, or at once when it is no `CommandError`.
    func retrying<Result>(_ body: () throws -> Result) throws -> Result {
        for seconds in isLocal ? [] : RemoteRepository.waits {
            do { return try body() } catch is CommandError { sleep(seconds) }
        }
        return try body()
    }

    /// The seconds before each new try.
    private static let waits: [CUnsignedInt] = [1, 2]

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
        let list = git(in: folder).command(
            ["ls-remote", "--quiet", "--", location] + patterns)
        let output = try retrying { try list.runChecked().text }
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

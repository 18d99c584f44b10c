/// Why sources cannot be had, or their builds not be put into an order.
package enum SourceBuildError: Error, Equatable, CustomStringConvertible {
    /// Units that wait for one another, each for the next and the last one for the first.
    case cycle([BuildPlan.Link])
    /// Two units make a package of the same name.
    case samePackage(package: String, units: [String])
    /// A control file is none.
    case badControl(path: String, reason: String)
    /// A checkout has no control file, and nothing that would make one.
    case noControl(unit: String, path: String)
    /// Two entries of the manifest share a checkout, and say different things about it.
    case sharedCheckout(name: String, line: Int, other: Int)
    /// There is no source of the name.
    case unknownSource(String)
    /// The lock has another repository or reference for a source than the manifest.
    case otherSource(name: String, locked: String, wanted: String)
    /// The lock has no commit for a source.
    case notLocked(name: String)
    /// A source is not checked out.
    case notCheckedOut(name: String, folder: String)
    /// What is checked out is not the commit that the lock has.
    case otherCommit(name: String, folder: String, found: String, locked: String)
    /// A repository does not have a branch, a tag or a commit.
    case noReference(repository: String, reference: String)
    /// A repository does not have the commit that the lock has, not any more.
    case unreachable(repository: String, commit: String, reason: String)
    /// A checkout has changes that are in no commit.
    case dirty(name: String, folder: String)
    /// A checkout has commits that are on no branch, and that would be lost.
    case unsaved(name: String, folder: String, commit: String)
    /// A checkout was changed while another was made to take its place.
    case changedMeanwhile(name: String, folder: String)
    /// A folder is not a working tree of git's.
    case notARepository(path: String)
    /// A path that a source of this tree is made of is not there.
    case noPath(name: String, path: String)
    /// Git answered something that it should not.
    case unexpectedOutput(command: String, output: String)
    /// A file's name is not text.
    case badFileName(folder: String, name: String)
    /// A branch is there already, at another commit.
    case branchExists(name: String, folder: String, branch: String)
    /// Not a name for a branch.
    case badBranchName(String)
    /// Another checkout runs.
    case busy(path: String)

    package var description: String {
        switch self {
        case .cycle(let links):
            "these need one another to be built before: "
                + links.map { "\($0.unit) needs \($0.needs) (\($0.reason))" }
                .joined(separator: ", ")
        case .samePackage(let package, let units):
            "\(package): made by more than one: \(units.joined(separator: ", "))"
        case .badControl(let path, let reason): "\(path): \(reason)"
        case .noControl(let unit, let path): "\(unit): there is no \(path)"
        case .sharedCheckout(let name, let line, let other):
            "lines \(line) and \(other) of the manifest share the checkout \(name), and name"
                + " different repositories, branches or keys for it"
        case .unknownSource(let name): "\(name): there is no such source in the manifest"
        case .otherSource(let name, let locked, let wanted):
            "\(name): the lock has \(locked), the manifest \(wanted)"
        case .notLocked(let name): "\(name): the lock has no commit for it"
        case .notCheckedOut(let name, let folder): "\(name): there is no checkout in \(folder)"
        case .otherCommit(let name, let folder, let found, let locked):
            "\(name): \(folder) is at commit \(found), the lock has \(locked)"
        case .noReference(let repository, let reference):
            "\(repository): there is no \(reference)"
        case .unreachable(let repository, let commit, let reason):
            "\(repository): commit \(commit) cannot be had" + (reason.isEmpty ? "" : ": \(reason)")
        case .dirty(let name, let folder):
            "\(name): \(folder) has changes that are in no commit"
        case .unsaved(let name, let folder, let commit):
            "\(name): \(folder) is at commit \(commit), which was made there and is on no branch"
        case .changedMeanwhile(let name, let folder):
            "\(name): \(folder) was changed while it was to be replaced"
        case .notARepository(let path): "\(path): not the top of a working tree of git"
        case .noPath(let name, let path): "\(name): paths: there is no \(path)"
        case .unexpectedOutput(let command, let output): "\(command): answered \"\(output)\""
        case .badFileName(let folder, let name):
            "\(folder): the name of the file \(name) is not UTF-8"
        case .branchExists(let name, let folder, let branch):
            "\(name): \(folder) has a branch \(branch) already, at another commit"
        case .badBranchName(let name): "\"\(name)\" is no name for a branch"
        case .busy(let path): "\(path): another checkout runs"
        }
    }
}

import JSON
import Manifest
import Syscalls

/// What a checkout was made from; lies among git's own files, so that it goes where they go.
struct CheckoutRecord: Equatable {
    /// The commit.
    var commit: String
    /// Where the repository is, as the manifest says it.
    var repository: String
    /// What of it.
    var reference: SourceReference
    /// Whether the environment named the reference, and the manifest another.
    var isOverride: Bool

    init(commit: String, repository: String, reference: SourceReference, isOverride: Bool) {
        self.commit = commit
        self.repository = repository
        self.reference = reference
        self.isOverride = isOverride
    }

    /// Reads the record of a checkout; nil when there is none, or it is not one.
    init?(of git: GitFolder) {
        guard let bytes = try? FileSystem.read(CheckoutRecord.path(git)),
            let json = try? JSON(parsing: bytes), let commit = json["commit"]?.string,
            let repository = json["repository"]?.string, let isOverride = json["override"]?.bool,
            let reference = json["reference"]?.string.flatMap(SourceReference.init(text:))
        else { return nil }
        self.init(
            commit: commit, repository: repository, reference: reference, isOverride: isOverride)
    }

    /// Writes the record of a checkout.
    func write(to git: GitFolder) throws(SystemError) {
        let json: JSON = [
            "commit": .string(commit), "repository": .string(repository),
            "reference": .string(reference.text), "override": .bool(isOverride),
        ]
        try FileSystem.writeAtomically(json.text(.pretty), to: CheckoutRecord.path(git))
    }

    private static func path(_ git: GitFolder) -> String { "\(git.path)/slipway-checkout.json" }
}

/// A checked-out source as it is on the disk now.
package struct SourceTreeState: Sendable, Equatable {
    /// Where what is in the folder comes from.
    package enum Origin: Sendable, Equatable {
        /// The commit that the lock names.
        case lock
        /// A branch that the environment named in place of the manifest's.
        case override(String)
        /// A working tree of the caller's.
        case local
        /// These files and folders of the manifest's own tree; its commits do not count.
        case tree(paths: [String])

        /// Whether it is the manifest's own tree.
        package var isTree: Bool { paths != nil }

        /// The files and folders that count; nil for all.
        var paths: [String]? { if case .tree(let paths) = self { paths } else { nil } }
    }

    /// The name of the checkout: of the source, or its `source_name`.
    package var name: String
    /// The folder of the working tree.
    package var folder: String
    /// The commit that is checked out, in hexadecimal; of the manifest's own tree the content's digest.
    package var commit: String
    /// When that commit was made: seconds since 1970; 0 for the manifest's own tree.
    package var commitTime: Int64
    /// The SHA-256, in hexadecimal, of all files as they lie there: names, contents, targets of
    /// links and executable bits, those of submodules too; what git ignores is left out.
    package var contentDigest: String
    /// Whether the files are others than the commit's.
    package var isDirty: Bool
    /// Where it comes from.
    package var origin: Origin

    /// Describes a checkout.
    package init(
        name: String, folder: String, commit: String, commitTime: Int64, contentDigest: String,
        isDirty: Bool, origin: Origin
    ) {
        self.name = name
        self.folder = folder
        self.commit = commit
        self.commitTime = commitTime
        self.contentDigest = contentDigest
        self.isDirty = isDirty
        self.origin = origin
    }
}

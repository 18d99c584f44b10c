import Glibc
import Manifest
package import Syscalls

/// Where sources of a tree are checked out: one place for all its images.
///
/// Names of checkouts start with a letter or a digit, so what starts with a dot is ours.
package struct SourcePlaces: Sendable {
    /// The tree, which relative paths of the manifest are relative to.
    package let root: String
    /// The folder of all checkouts.
    package let folder: String

    /// Names the places below a tree's folder.
    package init(root: String) {
        self.root = root
        folder = "\(root)/\(SourcePlaces.relativeFolder)"
    }

    /// The folder of all checkouts, from the tree's.
    package static let relativeFolder = "work/sources"

    /// The folder of a checkout.
    package func checkout(_ name: String) -> String { "\(folder)/\(name)" }

    /// Checkouts that are being made.
    var incoming: String { "\(folder)/.new" }
    /// What each source was when it was last looked at.
    var states: String { "\(folder)/.states" }
    /// A link for each source that is built from a working tree of the caller's.
    private var locals: String { "\(folder)/.local" }

    /// Keeps other checkouts out for as long as the file lives, and removes what one that did not
    /// come to its end left.
    ///
    /// - Throws: `SourceBuildError.busy` when another one runs.
    package func claim() throws -> File {
        try FileSystem.makeDirectory(folder)
        let path = "\(folder)/.lock"
        let file = try File(path, flags: O_RDWR | O_CREAT)
        guard try file.lock(wait: false) else { throw SourceBuildError.busy(path: path) }
        try FileSystem.removeTree(incoming)
        return file
    }

    /// The working tree that a source is built from in place of its checkout; nil for none.
    package func local(_ name: String) throws(SystemError) -> String? {
        let path = "\(locals)/\(name)"
        return FileSystem.exists(path) ? try FileSystem.readLink(path) : nil
    }

    /// The working tree that a checkout is built from: one of the caller's, this tree, or where it is
    /// checked out.
    func workingTree(of checkout: SourceCheckout) throws(SystemError) -> String {
        if let local = try local(checkout.name) { return local }
        return checkout.reference.isTree ? root : self.checkout(checkout.name)
    }

    /// The names of the sources that are built from a working tree of the caller's.
    package func localNames() throws(SystemError) -> [String] {
        FileSystem.isDirectory(locals) ? try FileSystem.list(locals) : []
    }

    /// Builds a source from a working tree of the caller's from now on.
    ///
    /// - Parameters:
    ///   - name: The checkout that it stands in for.
    ///   - path: The top of a working tree; nil to build the checkout again.
    /// - Throws: `SourceBuildError.notARepository`, `SystemError`.
    package func setLocal(_ name: String, to path: String?) throws {
        guard let path else {
            try FileSystem.removeFile("\(locals)/\(name)")
            return
        }
        let absolute = absolute(path)
        guard try GitFolder(absolute) != nil else {
            throw SourceBuildError.notARepository(path: path)
        }
        try FileSystem.makeDirectory(locals)
        try FileSystem.makeLink("\(locals)/\(name)", to: absolute)
    }

    /// A path of the manifest or the command line: from the home folder, the root or the tree.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        if path.hasPrefix("~/"), let home = getenv("HOME") {
            return String(cString: home) + path.dropFirst()
        }
        return "\(root)/\(path)"
    }

    /// A repository as git takes it: a path is relative to the tree.
    func repository(_ text: String) -> String {
        // With a colon before any slash it is host:path.
        let front = text.prefix { $0 != "/" }
        return front.contains(":") ? text : absolute(text)
    }
}

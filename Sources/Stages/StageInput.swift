package import Syscalls
import Bytes
import Digest

/// One thing that a stage's result depends on: its name, and a digest or short text that changes
/// when it does.
package struct StageInput: Sendable, Equatable {
    /// What people call it, such as `conf/rootfs`.
    package let name: String
    /// What it is now.
    package let value: String

    /// Makes an input from a value that is short itself: a number, a setting, another stage's key.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// An input that is the content of a file; one that is not there is an input too.
    package static func file(_ name: String, _ path: String) throws(SystemError) -> StageInput {
        guard FileSystem.exists(path) else { return StageInput(name, "absent") }
        return StageInput(name, Hex.encode(try FileDigest.digest(of: path)))
    }

    /// An input that is text, however long.
    package static func text(_ name: String, _ text: String) -> StageInput {
        StageInput(name, Hex.encode(Hasher.digest(Array(text.utf8))))
    }

    /// An input that is a folder with all that is in it, as far as `isIncluded` wants it.
    ///
    /// Names, kinds, whether files may be run, contents and targets of links count; owners and
    /// times do not.
    package static func tree(
        _ name: String, _ path: String, where isIncluded: (String) -> Bool = { _ in true }
    ) throws(SystemError) -> StageInput {
        var hasher = Hasher()
        for entry in try SourceTree(path).entries where isIncluded(entry.path) {
            hasher.update("\(entry.path)\0\(entry.kind.letter)\0")
            switch entry.kind {
            case .directory: break
            case .symlink(let target): hasher.update(target + "\0")
            case .file: hasher.update(try FileDigest.digest(of: "\(path)/\(entry.path)"))
            }
        }
        return StageInput(name, Hex.encode(hasher.finalize()))
    }
}

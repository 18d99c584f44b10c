import Bytes
import Command
import Digest
import Glibc
import Syscalls

/// The files of a working tree that count: what git has, and what is there beside it and not
/// ignored; those of submodules too.
struct SourceContent {
    /// The paths of the files and links, sorted by bytes.
    let paths: [String]
    private let folder: String

    /// Lists a working tree.
    ///
    /// - Parameters:
    ///   - folder: Its top.
    ///   - parts: The files and folders of it that count; nil for all.
    /// - Throws: `SourceBuildError.badFileName`, `CommandError`, `SystemError`.
    init(_ folder: String, only parts: [String]? = nil) throws {
        self.folder = folder
        let names = (parts ?? []).map { ":(top,literal)\($0)" }
        paths = try SourceContent.list(folder, prefix: "", names).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }

    /// The SHA-256 of paths, kinds, contents, targets of links and executable bits.
    func digest() throws(SystemError) -> String {
        var hasher = Hasher()
        for path in paths {
            let full = "\(folder)/\(path)"
            switch try FileSystem.kind(of: full) {
            case .file(let isExecutable):
                hasher.update("\(path)\0\(isExecutable ? "x" : "f")\0")
                hasher.update(try FileDigest.digest(of: full))
            case .symlink:
                hasher.update("\(path)\0l\0\(try FileSystem.readLink(full))\0")
            case .directory, .other:
                // It has gone, or become something else, since it was listed.
                throw SystemError("open", full, code: ENOENT)
            }
        }
        return Hex.encode(hasher.finalize())
    }

    private static func list(_ folder: String, prefix: String, _ names: [String] = []) throws
        -> [String]
    {
        let output = try Git(folder).command(
            [
                "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate",
                "--",
            ] + names
        ).runChecked().output
        var paths: [String] = []
        for bytes in output.split(separator: 0) {
            guard let path = String(validating: bytes, as: UTF8.self) else {
                throw SourceBuildError.badFileName(
                    folder: folder, name: String(decoding: bytes, as: UTF8.self))
            }
            switch try FileSystem.kind(of: "\(folder)/\(path)") {
            case .directory:
                // A submodule, or another repository; one that is not checked out is empty.
                let inner = path.hasSuffix("/") ? String(path.dropLast()) : path
                if try GitFolder("\(folder)/\(inner)") != nil {
                    paths += try list("\(folder)/\(inner)", prefix: "\(prefix)\(inner)/")
                }
            case .file, .symlink: paths.append(prefix + path)
            // Git still knows what was removed from the working tree.
            case .other: continue
            }
        }
        return paths
    }
}

package import Syscalls

/// A folder of this tree that goes into an image: what git keeps of it, and nothing else, counts.
package struct SourceTree: Sendable {
    /// What an entry is.
    package enum Kind: Sendable, Equatable {
        /// A folder.
        case directory
        /// A symlink and its target.
        case symlink(String)
        /// A file, and whether it may be run.
        case file(isExecutable: Bool)

        var letter: String {
            switch self {
            case .directory: "d"
            case .symlink: "l"
            case .file(let isExecutable): isExecutable ? "x" : "f"
            }
        }
    }

    /// One entry.
    package struct Entry: Sendable, Equatable {
        /// The path relative to the folder.
        package let path: String
        /// What it is.
        package let kind: Kind
    }

    /// The entries, each folder before what is in it, otherwise sorted by name.
    package private(set) var entries: [Entry] = []

    /// Walks a folder; one that is not there is empty.
    package init(_ path: String) throws(SystemError) {
        if FileSystem.isDirectory(path) { try walk(path, prefix: "") }
    }

    private mutating func walk(_ folder: String, prefix: String) throws(SystemError) {
        for name in try FileSystem.list(folder) {
            let (path, relative) = ("\(folder)/\(name)", prefix + name)
            switch try FileSystem.kind(of: path) {
            case .directory:
                entries.append(Entry(path: relative, kind: .directory))
                try walk(path, prefix: relative + "/")
            case .symlink:
                entries.append(
                    Entry(path: relative, kind: .symlink(try FileSystem.readLink(path))))
            case .file(let isExecutable):
                entries.append(Entry(path: relative, kind: .file(isExecutable: isExecutable)))
            case .other:
                // Sockets and the like are nobody's source.
                continue
            }
        }
    }
}

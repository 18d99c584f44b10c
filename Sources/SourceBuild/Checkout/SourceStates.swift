import Command
import JSON
import Syscalls

/// Tells what checkouts are, and starts no program for one in which nothing changed.
///
/// The answer is kept with the attributes of all files (lstat(2)) that it was made from; while
/// these and the commit are the same, so is the answer.
struct SourceStates: Sendable {
    private let places: SourcePlaces

    init(_ places: SourcePlaces) { self.places = places }

    /// What a checkout is now.
    ///
    /// - Parameters:
    ///   - name: The checkout's name.
    ///   - folder: The working tree.
    ///   - origin: Where it comes from.
    /// - Returns: The state.
    /// - Throws: `SourceBuildError.notARepository`, `CommandError`, `SystemError`.
    func state(of name: String, in folder: String, origin: SourceTreeState.Origin) throws
        -> SourceTreeState
    {
        guard let git = try GitFolder(folder) else {
            throw SourceBuildError.notARepository(path: folder)
        }
        let path = "\(places.states)/\(name).json"
        let started = EpochNanoseconds.now
        // Before the files are read: what changes meanwhile changes them, and not these.
        let attributes = try SourceStates.attributes(of: name, in: folder, git, origin)
        let commit = try origin.isTree ? "" : SourceStates.commit(git, folder)
        let key = "\(commit) \(attributes.digest) \(folder)"
        if let known = KnownState(path: path), known.key == key {
            return known.state(of: name, in: folder, commit: commit, origin: origin)
        }
        let isTree = origin.isTree
        let known = KnownState(
            key: key, commitTime: isTree ? 0 : try SourceStates.time(of: commit, in: folder),
            contentDigest: try SourceContent(folder, only: origin.paths).digest(),
            isDirty: isTree ? false : try SourceStates.isDirty(folder))
        // A file that was changed just now may be changed again without its times telling.
        if attributes.areSettled(at: started) {
            try FileSystem.makeDirectory(places.states)
            try known.write(to: path)
        }
        return known.state(of: name, in: folder, commit: commit, origin: origin)
    }

    /// The commit that is checked out.
    private static func commit(_ git: GitFolder, _ folder: String) throws -> String {
        try git.head()?.commit
            ?? Git(folder).run("rev-parse", "--verify", "--end-of-options", "HEAD^{commit}")
    }

    /// The attributes of all that decides what the source is.
    private static func attributes(
        of name: String, in folder: String, _ git: GitFolder, _ origin: SourceTreeState.Origin
    ) throws -> TreeAttributes {
        var attributes = TreeAttributes()
        if let paths = origin.paths {
            for path in paths {
                guard try attributes.add("\(folder)/\(path)") else {
                    throw SourceBuildError.noPath(name: name, path: "\(folder)/\(path)")
                }
                // What lies above a path may have git ignore something in it.
                var rest = path[...]
                while let slash = rest.lastIndex(of: "/") {
                    rest = rest[..<slash]
                    _ = try attributes.add("\(folder)/\(rest)/.gitignore")
                }
            }
            _ = try attributes.add("\(folder)/.gitignore")
        } else {
            try attributes.add(folder: folder)
        }
        // They decide what is ignored, and what git thinks has changed.
        for name in ["index", "info/exclude"] { _ = try attributes.add("\(git.path)/\(name)") }
        return attributes
    }

    /// Whether the files are others than the commit's.
    private static func isDirty(_ folder: String) throws -> Bool {
        try !Git(folder).run("status", "--porcelain=v2", "-z", "--ignore-submodules=none").isEmpty
    }

    /// When a commit was made: the number before the time zone in its line `committer`.
    private static func time(of commit: String, in folder: String) throws -> Int64 {
        let text = try Git(folder).run("cat-file", "commit", commit)
        let line = text.split(separator: "\n").first { $0.hasPrefix("committer ") } ?? ""
        guard let time = line.split(separator: " ").dropLast().last.flatMap({ Int64($0) }) else {
            throw SourceBuildError.unexpectedOutput(
                command: "git cat-file commit \(commit)", output: String(line))
        }
        return time
    }
}

/// A state as it is kept.
private struct KnownState {
    let key: String
    let commitTime: Int64
    let contentDigest: String
    let isDirty: Bool

    init(key: String, commitTime: Int64, contentDigest: String, isDirty: Bool) {
        self.key = key
        self.commitTime = commitTime
        self.contentDigest = contentDigest
        self.isDirty = isDirty
    }

    /// Reads a state; nil when there is none or it is not one, and then all is looked at anew.
    init?(path: String) {
        guard let bytes = try? FileSystem.read(path), let json = try? JSON(parsing: bytes),
            let key = json["key"]?.string, let commitTime = json["commit_time"]?.integer,
            let contentDigest = json["content"]?.string, let isDirty = json["dirty"]?.bool
        else { return nil }
        self.init(
            key: key, commitTime: commitTime, contentDigest: contentDigest, isDirty: isDirty)
    }

    /// The state of a source that this is known of.
    func state(
        of name: String, in folder: String, commit: String, origin: SourceTreeState.Origin
    ) -> SourceTreeState {
        SourceTreeState(
            name: name, folder: folder, commit: origin.isTree ? contentDigest : commit,
            commitTime: commitTime, contentDigest: contentDigest, isDirty: isDirty,
            origin: origin)
    }

    func write(to path: String) throws(SystemError) {
        let json: JSON = [
            "key": .string(key), "commit_time": .integer(commitTime),
            "content": .string(contentDigest), "dirty": .bool(isDirty),
        ]
        try FileSystem.writeAtomically(json.text(.pretty), to: path)
    }
}

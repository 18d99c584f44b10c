import Bytes
import CSyscalls
import Command
import Digest
import Glibc
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
        let attributes = try TreeAttributes(folder, git)
        let commit =
            try git.head()?.commit
            ?? Git(folder).run("rev-parse", "--verify", "--end-of-options", "HEAD^{commit}")
        let key = "\(commit) \(attributes.digest) \(folder)"
        if let known = KnownState(path: path), known.key == key {
            return SourceTreeState(
                name: name, folder: folder, commit: commit, commitTime: known.commitTime,
                contentDigest: known.contentDigest, isDirty: known.isDirty, origin: origin)
        }
        let state = SourceTreeState(
            name: name, folder: folder, commit: commit,
            commitTime: try SourceStates.time(of: commit, in: folder),
            contentDigest: try SourceContent(folder).digest(),
            isDirty: try SourceStates.isDirty(folder), origin: origin)
        // A file that was changed just now may be changed again without its times telling.
        if attributes.newest + 100_000_000 < started {
            try FileSystem.makeDirectory(places.states)
            try KnownState(
                key: key, commitTime: state.commitTime, contentDigest: state.contentDigest,
                isDirty: state.isDirty
            ).write(to: path)
        }
        return state
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

/// The attributes of all files of a working tree.
private struct TreeAttributes {
    /// The SHA-256 of paths and attributes, in hexadecimal.
    let digest: String
    /// When the last of the files changed: nanoseconds since 1970.
    let newest: Int64

    init(_ folder: String, _ git: GitFolder) throws(SystemError) {
        var bytes: [UInt8] = []
        var newest: Int64 = 0
        func add(_ path: [UInt8], _ status: stat) {
            bytes += path
            let changed = EpochNanoseconds.of(status.st_ctim)
            let values = [
                Int64(status.st_mode), Int64(bitPattern: UInt64(status.st_ino)),
                Int64(status.st_size), EpochNanoseconds.of(status.st_mtim), changed,
            ]
            for value in values { withUnsafeBytes(of: value) { bytes += $0 } }
            newest = max(newest, changed)
        }
        func walk(_ path: [UInt8]) throws(SystemError) {
            for entry in try DirectoryReader.read(path) {
                let full = path + [UInt8(ascii: "/")] + entry.name
                if entry.status.st_mode & S_IFMT == S_IFDIR {
                    if entry.name != Array(".git".utf8) { try walk(full) }
                } else {
                    add(full, entry.status)
                }
            }
        }
        try walk(Array(folder.utf8))
        // They decide what is ignored, and what git thinks has changed.
        for name in ["index", "info/exclude"] {
            if let status = try FileSystem.status("\(git.path)/\(name)") {
                add(Array(name.utf8), status)
            }
        }
        digest = Hex.encode(Hasher.digest(bytes))
        self.newest = newest
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

    func write(to path: String) throws(SystemError) {
        let json: JSON = [
            "key": .string(key), "commit_time": .integer(commitTime),
            "content": .string(contentDigest), "dirty": .bool(isDirty),
        ]
        try FileSystem.writeAtomically(json.text(.pretty), to: path)
    }
}

/// Nanoseconds since 1970.
private enum EpochNanoseconds {
    static func of(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return of(time)
    }
}

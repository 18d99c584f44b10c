import Bytes
import CSyscalls
import Digest
import Glibc
import Syscalls

/// The attributes of files (lstat(2)): while they are the same, so is what the files say.
struct TreeAttributes {
    private var bytes: [UInt8] = []
    /// When the last of the files changed: nanoseconds since 1970.
    private var newest: Int64 = 0

    /// The SHA-256 of paths and attributes, in hexadecimal.
    var digest: String { Hex.encode(Hasher.digest(bytes)) }

    /// Adds all that is in a folder, but what git keeps.
    ///
    /// - Throws: `SystemError`, also when it is no folder but a link to one.
    mutating func add(folder: String) throws(SystemError) { try walk(Array(folder.utf8)) }

    /// Adds a file, or a folder with all that is in it.
    ///
    /// - Returns: False when there is none.
    /// - Throws: `SystemError` when something cannot be looked at.
    mutating func add(_ path: String) throws(SystemError) -> Bool {
        guard let status = try FileSystem.status(path) else { return false }
        if status.st_mode & S_IFMT == S_IFDIR {
            try walk(Array(path.utf8))
        } else {
            add(Array(path.utf8), status)
        }
        return true
    }

    /// Whether nothing was changed so shortly before a moment that a change right after it could
    /// have the same times.
    func areSettled(at moment: Int64) -> Bool { newest + 100_000_000 < moment }

    private mutating func walk(_ path: [UInt8]) throws(SystemError) {
        for entry in try DirectoryReader.read(path) {
            let full = path + [UInt8(ascii: "/")] + entry.name
            if entry.status.st_mode & S_IFMT == S_IFDIR {
                if entry.name != Array(".git".utf8) { try walk(full) }
            } else {
                add(full, entry.status)
            }
        }
    }

    private mutating func add(_ path: [UInt8], _ status: stat) {
        bytes += path
        let changed = EpochNanoseconds.of(status.st_ctim)
        let values = [
            Int64(status.st_mode), Int64(bitPattern: UInt64(status.st_ino)),
            Int64(status.st_size), EpochNanoseconds.of(status.st_mtim), changed,
        ]
        for value in values { withUnsafeBytes(of: value) { bytes += $0 } }
        newest = max(newest, changed)
    }
}

/// Nanoseconds since 1970.
enum EpochNanoseconds {
    /// Those of a time of the kernel's.
    static func of(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Those of now.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return of(time)
    }
}

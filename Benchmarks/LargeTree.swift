import CSyscalls
import Glibc
import Syscalls

/// A tree of several copies of another, no block of which equals one of another copy.
enum LargeTree {
    /// Makes the tree.
    ///
    /// - Parameters:
    ///   - source: The tree that is copied; its folders and regular files.
    ///   - target: A folder that is made.
    ///   - copies: How many copies.
    /// - Throws: `SystemError`.
    static func make(from source: String, in target: String, copies: Int) throws {
        for copy in 0..<copies {
            try self.copy(source, "\(target)/\(copy)", mark: UInt8(truncatingIfNeeded: copy + 1))
        }
    }

    private static func copy(_ source: String, _ target: String, mark: UInt8) throws {
        try FileSystem.makeDirectory(target)
        for name in try FileSystem.list(source) {
            let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
            guard let status = try FileSystem.status(from) else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try copy(from, to, mark: mark)
            case S_IFREG:
                let (input, output) = (try File(from), try File.create(to))
                var offset: UInt64 = 0
                // In pieces: the memory of this process shows in that of the ones it starts.
                while true {
                    var bytes = try input.read(1 << 18, at: offset)
                    if bytes.isEmpty { break }
                    for index in stride(from: 0, to: bytes.count, by: 4096) { bytes[index] ^= mark }
                    try output.write(bytes)
                    offset += UInt64(bytes.count)
                }
            default: break
            }
        }
    }
}

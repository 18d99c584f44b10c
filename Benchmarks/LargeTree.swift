import CSyscalls
import Glibc
import Syscalls

/// A tree that has another's bytes several times, no block of which equals another.
enum LargeTree {
    /// What there are more of.
    enum Growth {
        /// Files: copies of the whole tree.
        case files
        /// Bytes in each file.
        case bytes
    }

    /// Makes the tree.
    ///
    /// - Parameters:
    ///   - source: The tree that is copied; its folders and regular files.
    ///   - target: A folder that is made.
    ///   - growth: What there are more of.
    ///   - times: How many times the source's bytes it has.
    /// - Throws: `SystemError`.
    static func make(
        from source: String, in target: String, more growth: Growth, times: UInt8
    ) throws {
        let marks = Array(1...times)
        switch growth {
        case .bytes: try copy(source, target, marks)
        case .files: for mark in marks { try copy(source, "\(target)/\(mark)", [mark]) }
        }
    }

    /// Copies folders and files, the bytes of these once for each mark.
    private static func copy(_ source: String, _ target: String, _ marks: [UInt8]) throws {
        try FileSystem.makeDirectory(target)
        for name in try FileSystem.list(source) {
            let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
            guard let status = try FileSystem.status(from) else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try copy(from, to, marks)
            case S_IFREG:
                let (input, output) = (try File(from), try File.create(to))
                for mark in marks { try append(input, to: output, mark) }
            default: break
            }
        }
    }

    private static func append(_ input: File, to output: File, _ mark: UInt8) throws {
        var offset: UInt64 = 0
        // In pieces: the memory of this process shows in that of the ones it starts.
        while true {
            var bytes = try input.read(1 << 18, at: offset)
            if bytes.isEmpty { break }
            for index in stride(from: 0, to: bytes.count, by: 4096) { bytes[index] ^= mark }
            try output.write(bytes)
            offset += UInt64(bytes.count)
        }
    }
}

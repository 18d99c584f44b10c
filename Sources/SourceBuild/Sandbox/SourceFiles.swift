import CSyscalls
import Command
import Glibc
import Syscalls

/// Brings sources to where they are built.
enum SourceFiles {
    /// Copies the files of a checkout that count into an empty folder.
    ///
    /// All times become one: a clone's times are those of the clone.
    ///
    /// - Parameters:
    ///   - source: The working tree.
    ///   - parts: The files and folders of it that count; nil for all.
    ///   - target: The folder; made when missing.
    ///   - time: Seconds since 1970.
    /// - Throws: `CommandError`, `SystemError`.
    static func copy(
        _ source: String, only parts: [String]?, to target: String, time: Int64
    ) throws {
        var folders: Set<String> = []
        for path in try SourceContent(source, only: parts).paths {
            if let slash = path.lastIndex(of: "/") { folders.insert(String(path[..<slash])) }
            try copyEntry("\(source)/\(path)", to: "\(target)/\(path)", time: time)
        }
        var all = folders
        for folder in folders {
            var rest = folder[...]
            while let slash = rest.lastIndex(of: "/") {
                rest = rest[..<slash]
                all.insert(String(rest))
            }
        }
        // What is made in a folder changes its time, so the folders come last, the inner ones first.
        for folder in all.sorted(by: >) { try setTime("\(target)/\(folder)", time) }
        try setTime(target, time)
    }

    private static func copyEntry(_ source: String, to target: String, time: Int64) throws {
        if let slash = target.lastIndex(of: "/") {
            try FileSystem.makeDirectory(String(target[..<slash]))
        }
        if case .file(let isExecutable) = try FileSystem.kind(of: source) {
            let input = try File(source)
            let output = try File.create(target, mode: isExecutable ? 0o755 : 0o644)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
            defer { buffer.deallocate() }
            var offset: UInt64 = 0
            while true {
                let count = try input.read(into: buffer, at: offset)
                if count == 0 { break }
                try output.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                offset += UInt64(count)
            }
        } else {
            try FileSystem.makeLink(target, to: FileSystem.readLink(source))
        }
        try setTime(target, time)
    }

    private static func setTime(_ path: String, _ seconds: Int64) throws(SystemError) {
        let time = timespec(tv_sec: Int(seconds), tv_nsec: 0)
        try checked("utimensat", path) {
            utimensat(AT_FDCWD, path, [time, time], AT_SYMLINK_NOFOLLOW)
        }
    }
}

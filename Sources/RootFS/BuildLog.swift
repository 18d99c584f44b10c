import Glibc
package import Syscalls

/// A file that keeps all that programs of a stage said.
package final class BuildLog {
    /// Where it is.
    package let path: String
    private let file: File

    /// Starts an empty log.
    package init(_ path: String) throws(SystemError) {
        self.path = path
        if let slash = path.lastIndex(of: "/") {
            try FileSystem.makeDirectory(String(path[..<slash]))
        }
        file = try File.create(path)
    }

    /// Adds bytes; a log that cannot be written does not stop the work that it tells of.
    package func append(_ bytes: [UInt8]) { try? file.write(bytes) }

    /// Adds a line.
    package func append(line: String) { append(Array((line + "\n").utf8)) }
}

import CSyscalls
import Command
import DiskFormats
import Syscalls

/// A sparse file in a folder of its own, which tools take for a disk.
struct ImageFile: ByteSource {
    private let folder: TemporaryFolder
    private let file: File

    /// Its path.
    var path: String { file.path }

    /// Makes a file of zeros.
    init(byteCount: UInt64) throws {
        folder = try TemporaryFolder()
        file = try File(folder.path + "/image", flags: O_RDWR | O_CREAT)
        try checked("ftruncate", file.path) { ftruncate(file.descriptor, off_t(byteCount)) }
    }

    var byteCount: UInt64 { (try? file.byteCount()) ?? 0 }

    func bytes(_ count: Int, at offset: UInt64) throws -> [UInt8] {
        let bytes = try file.read(count, at: offset)
        guard bytes.count == count else { throw SystemError("pread", path, code: EIO) }
        return bytes
    }

    /// Writes bytes where they are to go.
    func apply(_ write: ByteWrite) throws {
        try write.bytes.withUnsafeBytes { bytes in try file.write(bytes, at: write.offset) }
    }

    /// Runs a tool and gives its output.
    func run(_ program: String, _ arguments: [String], input: String = "") throws -> String {
        var command = Command(program, arguments)
        command.input = Array(input.utf8)
        return try command.runChecked().text
    }
}

/// Whether a program that a suite needs is there.
func isInstalled(_ program: String) -> Bool { Command(program).locate() != nil }

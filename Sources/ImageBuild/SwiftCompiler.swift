import Command
import Syscalls

/// The compiler that programs of this tree were made by.
enum SwiftCompiler {
    /// The version that the compiler left in a program for debuggers (DWARF 5, 3.1.1,
    /// `DW_AT_producer`), such as `6.3.1 (swift-6.3.1-RELEASE)`.
    ///
    /// - Parameters:
    ///   - program: The program's file.
    ///   - folder: A folder for what is needed meanwhile.
    /// - Returns: The version; nil for a stripped program.
    /// - Throws: `CommandError` when it is no program, `SystemError`.
    static func version(ofProgram program: String, in folder: String) throws -> String? {
        let scratch = try TemporaryFolder(in: folder)
        let strings = "\(scratch.path)/strings"
        // The other output, which objcopy insists on, is only the section too.
        let result = try Command(
            "objcopy",
            [
                "--only-section=.debug_str", "--dump-section", ".debug_str=\(strings)", program,
                "\(scratch.path)/rest",
            ]
        ).run()
        guard result.isSuccess, FileSystem.exists(strings) else { return nil }
        return version(in: try FileSystem.read(strings))
    }

    /// Finds the version among texts that each end with a zero.
    static func version(in texts: [UInt8]) -> String? {
        let start = Array("Swift version ".utf8)
        return texts.split(separator: 0).first { $0.starts(with: start) }.map {
            String(decoding: $0.dropFirst(start.count), as: UTF8.self)
        }
    }
}

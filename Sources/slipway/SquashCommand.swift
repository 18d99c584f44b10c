import CommandLine
import Glibc
import SquashFS
import Syscalls

/// `slipway squash`: write and read squashfs images.
enum SquashCommand {
    static let spec = CommandSpec(
        name: "squash",
        abstract: "Write and read squashfs images",
        discussion: """
            Images are the same bits for the same content, whatever the machine; reading one \
            trusts nothing in it, and no image is handed to the kernel.
            """,
        subcommands: [
            SquashPackCommand.spec, SquashListCommand.spec, SquashCatCommand.spec,
            SquashExtractCommand.spec, SquashVerifyCommand.spec, SquashDiffCommand.spec,
            SquashStatCommand.spec,
        ])

    // MARK: What reading commands share

    /// Where in a file the image is.
    static let placeOptions = [
        OptionSpec(
            name: "offset", value: .required("BYTES", .integer(0...Int.max)),
            help: "Where the image starts in the file", default: "0"),
        OptionSpec(
            name: "inside", value: .required("PATH"),
            help: "Take the image that is this file of the image; may be repeated to go deeper",
            isRepeatable: true),
    ]

    static let threads = OptionSpec(
        name: "threads", value: .required("N", .integer(1...1024)),
        help: "How many threads work; one for each processor by default")

    static func threadCount(_ arguments: ParsedArguments) -> Int {
        arguments.integer("threads") ?? Processors.count
    }

    /// Opens the image that a file and the options name.
    static func open(_ path: String, _ arguments: ParsedArguments) throws -> SquashFS.Image {
        var image = try SquashFS.Image(
            path: path, offset: UInt64(arguments.integer("offset") ?? 0))
        for name in arguments.strings("inside") {
            image = try SquashFS.Image(of: try file(name, in: image), in: image)
        }
        return image
    }

    /// Finds a path that has to be there.
    static func find(_ path: String, in image: SquashFS.Image) throws -> SquashFS.Inode {
        guard let inode = try image.lookup(path) else { throw SquashFSError.noSuchPath(path) }
        return inode
    }

    /// Finds a regular file that has to be there.
    static func file(_ path: String, in image: SquashFS.Image) throws -> SquashFS.Inode {
        let inode = try find(path, in: image)
        guard inode.isRegular else {
            throw SquashFSError.wrongKind(path: path, wanted: "a regular file")
        }
        return inode
    }

    /// Standard output, for bytes as they are.
    static let output = Output()

    /// Writes bytes to standard output in large pieces.
    final class Output: Sendable {
        /// Writes all of them.
        ///
        /// - Throws: `SystemError`, when the reader is gone for one.
        func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
            var done = 0
            while done < bytes.count {
                done += try checked("write", "standard output") {
                    Glibc.write(
                        STDOUT_FILENO, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                }
            }
        }

        /// Writes all of them.
        ///
        /// - Throws: `SystemError`, when the reader is gone for one.
        func write(_ bytes: [UInt8]) throws {
            try bytes.withUnsafeBytes { try write($0) }
        }
    }
}

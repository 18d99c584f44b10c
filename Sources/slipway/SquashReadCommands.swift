import Bytes
import CommandLine
import Compression
import Digest
import Events
import SquashFS

/// `slipway squash list`: names and attributes.
enum SquashListCommand {
    static let spec = CommandSpec(
        name: "list",
        abstract: "List what is in an image",
        options: [
            OptionSpec(
                name: "long", short: "l", value: .flag,
                help: "Show mode, owner, size, time and target too"),
            OptionSpec(name: "sha256", value: .flag, help: "Show each file's SHA-256"),
        ] + SquashCommand.placeOptions,
        operands: [
            OperandSpec(name: "IMAGE", help: "The image", kind: .file),
            OperandSpec(
                name: "PATH", help: "List this and what is below only", arity: .any),
        ]
    ) { arguments in
        let image = try SquashCommand.open(arguments.operands[0], arguments)
        let paths = arguments.operands.dropFirst()
        for path in paths.isEmpty ? [""] : Array(paths) {
            try image.forEachEntry(below: Array(path.utf8)) { entry in
                var line = ""
                if arguments.flag("sha256") {
                    line +=
                        entry.inode.isRegular
                        ? Hex.encode(try image.digest(of: entry.inode))
                        : String(repeating: "-", count: 64)
                    line += "  "
                }
                if arguments.flag("long") { line += describe(entry.inode) + "  " }
                line += "/" + SquashFS.text(entry.path)
                if case .symlink(let target) = entry.inode.kind, arguments.flag("long") {
                    line += " -> " + SquashFS.text(target)
                }
                try SquashCommand.output.write(Array((line + "\n").utf8))
            }
        }
        return ExitCode.done
    }

    /// Kind, mode, owner, size or device, time.
    private static func describe(_ inode: SquashFS.Inode) -> String {
        var mode = String(inode.mode, radix: 8)
        mode = String(repeating: "0", count: max(0, 4 - mode.count)) + mode
        let (kind, size) =
            switch inode.kind {
            case .directory: ("d", "-")
            case .regular: ("-", "\(inode.byteCount)")
            case .symlink: ("l", "-")
            case .blockDevice(let major, let minor): ("b", "\(major):\(minor)")
            case .characterDevice(let major, let minor): ("c", "\(major):\(minor)")
            case .fifo: ("p", "-")
            case .socket: ("s", "-")
            }
        let padded = String(repeating: " ", count: max(0, 10 - size.count)) + size
        return "\(kind)\(mode) \(inode.linkCount) \(inode.uid):\(inode.gid) \(padded) "
            + "\(inode.modificationTime)"
    }
}

/// `slipway squash cat`: a file's bytes.
enum SquashCatCommand {
    static let spec = CommandSpec(
        name: "cat",
        abstract: "Write a file of an image to standard output",
        options: SquashCommand.placeOptions,
        operands: [
            OperandSpec(name: "IMAGE", help: "The image", kind: .file),
            OperandSpec(name: "PATH", help: "The files, one after the other", arity: .many),
        ]
    ) { arguments in
        let image = try SquashCommand.open(arguments.operands[0], arguments)
        for path in arguments.operands.dropFirst() {
            let inode = try SquashCommand.file(path, in: image)
            try image.stream(inode) { try SquashCommand.output.write($0) }
        }
        return ExitCode.done
    }
}

/// `slipway squash extract`: files on disk.
enum SquashExtractCommand {
    static let spec = CommandSpec(
        name: "extract",
        abstract: "Extract an image into a new or empty folder",
        discussion: """
            Owners are set when root runs it. Nothing is ever written outside of the folder, \
            whatever names and symlinks the image has.
            """,
        options: [
            OptionSpec(name: "no-xattrs", value: .flag, help: "Do not set extended attributes"),
            OptionSpec(name: "no-owners", value: .flag, help: "Let all belong to the caller"),
            SquashCommand.threads,
        ] + SquashCommand.placeOptions,
        operands: [
            OperandSpec(name: "IMAGE", help: "The image", kind: .file),
            OperandSpec(name: "FOLDER", help: "Where to", kind: .directory),
            OperandSpec(
                name: "PATH", help: "Extract this and what is below only", arity: .any),
        ]
    ) { arguments in
        let image = try SquashCommand.open(arguments.operands[0], arguments)
        var options = SquashFS.ExtractOptions()
        options.paths = arguments.operands.dropFirst(2).map { Array($0.utf8) }
        options.threads = SquashCommand.threadCount(arguments)
        options.setsXattrs = !arguments.flag("no-xattrs")
        if arguments.flag("no-owners") { options.setsOwners = false }
        let events = GlobalOptions.events(arguments)
        let step = events.begin("extract")
        do {
            let summary = try image.extract(to: arguments.operands[1], options: options)
            for skipped in summary.skipped { events.log(.warning, "skipped \(skipped)") }
            step.finish(["names": "\(summary.names)", "bytes": "\(summary.byteCount)"])
        } catch {
            step.fail(error)
            throw error
        }
        return ExitCode.done
    }
}

/// `slipway squash verify`: every block and every table.
enum SquashVerifyCommand {
    static let spec = CommandSpec(
        name: "verify",
        abstract: "Decompress all of an image and check what belongs together",
        options: [SquashCommand.threads] + SquashCommand.placeOptions,
        operands: [OperandSpec(name: "IMAGE", help: "The image", kind: .file)]
    ) { arguments in
        let image = try SquashCommand.open(arguments.operands[0], arguments)
        let report = try image.verify(threads: SquashCommand.threadCount(arguments))
        print(
            "\(arguments.operands[0]): sound: \(report.names) names, \(report.inodes) inodes, "
                + "\(report.files) files, \(report.blocks) blocks, \(report.fragments) fragments, "
                + "\(report.dataByteCount) bytes")
        return ExitCode.done
    }
}

/// `slipway squash diff`: how two images differ.
enum SquashDiffCommand {
    static let spec = CommandSpec(
        name: "diff",
        abstract: "Show which files differ between two images, and how",
        discussion: """
            One line for each path that differs. The exit code is 0 whether there is one or not.
            """,
        options: [
            OptionSpec(
                name: "times", value: .flag,
                help: "Count a time of modification alone as a difference"),
            SquashCommand.threads,
        ] + SquashCommand.placeOptions,
        operands: [
            OperandSpec(name: "OLD", help: "The older image", kind: .file),
            OperandSpec(name: "NEW", help: "The newer image", kind: .file),
        ]
    ) { arguments in
        let old = try SquashCommand.open(arguments.operands[0], arguments)
        let new = try SquashCommand.open(arguments.operands[1], arguments)
        let differences = try SquashFS.difference(
            from: old, to: new, threads: SquashCommand.threadCount(arguments))
        for difference in differences {
            let isTimeOnly = difference.changes.allSatisfy { change in
                if case .modificationTime = change { true } else { false }
            }
            if arguments.flag("times") || !isTimeOnly { print(difference) }
        }
        return ExitCode.done
    }
}

/// `slipway squash stat`: the image as a whole, or one path.
enum SquashStatCommand {
    static let spec = CommandSpec(
        name: "stat",
        abstract: "Show what an image says of itself",
        options: SquashCommand.placeOptions,
        operands: [OperandSpec(name: "IMAGE", help: "The image", kind: .file)]
    ) { arguments in
        let image = try SquashCommand.open(arguments.operands[0], arguments)
        let superblock = image.superblock
        let rows: [(String, String)] = [
            ("compressor", superblock.algorithm?.rawValue ?? "unknown"),
            (
                "options",
                image.compressorOptions.isEmpty ? "defaults" : Hex.encode(image.compressorOptions)
            ),
            ("block size", "\(superblock.blockSize)"),
            ("bytes used", "\(superblock.bytesUsed)"),
            ("inodes", "\(superblock.inodeCount)"),
            ("fragments", "\(superblock.fragmentCount)"),
            ("owners and groups", "\(superblock.idCount)"),
            ("created", "\(superblock.creationTime)"),
            ("flags", "0x" + String(superblock.flags.rawValue, radix: 16)),
        ]
        for (name, value) in rows { print("\(name): \(value)") }
        for (name, version) in Compression.Library.versions {
            print("\(name) here: \(version)")
        }
        return ExitCode.done
    }
}

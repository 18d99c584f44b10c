import CommandLine
import Compression
import Events
import SquashFS
import SquashTar
import Syscalls

/// `slipway squash pack`: make an image.
enum SquashPackCommand {
    static let spec = CommandSpec(
        name: "pack",
        abstract: "Pack folders and tar archives into an image",
        discussion: """
            Later sources lie over earlier ones: their files win, and what overlayfs leaves in an \
            upper layer, whiteouts and opaque folders, takes away what is below. A source is a \
            folder, or else a tar archive, compressed or not.

            The same content gives the same bytes for any number of threads, and with and without \
            a cache.
            """,
        options: [
            OptionSpec(
                name: "compression",
                value: .required("FORMAT", .words(["zstd", "xz", "gzip", "lz4", "lz4hc", "none"])),
                help: "How blocks are compressed", default: "zstd"),
            OptionSpec(
                name: "level", value: .required("N", .integer(1...22)),
                help: "zstd's level, 15 by default, or gzip's, 9 by default"),
            OptionSpec(
                name: "block-size",
                value: .required(
                    "SIZE", .words(["4K", "8K", "16K", "32K", "64K", "128K", "256K", "512K", "1M"])
                ),
                help: "The length of a block", default: "128K"),
            OptionSpec(
                name: "clamp-time", value: .required("SECONDS", .integer(0...4_294_967_295)),
                help: "Make later times this one, in seconds since 1970"),
            OptionSpec(
                name: "exclude", value: .required("PATTERN"),
                help: "Leave out what matches, a name or with a slash a path", isRepeatable: true),
            OptionSpec(
                name: "owner", value: .required("UID:GID"),
                help: "Make everything belong to this user and group"),
            OptionSpec(
                name: "map-user", value: .required("OLD=NEW"),
                help: "Make what belongs to one user belong to another", isRepeatable: true),
            OptionSpec(
                name: "map-group", value: .required("OLD=NEW"),
                help: "Make what belongs to one group belong to another", isRepeatable: true),
            OptionSpec(name: "no-xattrs", value: .flag, help: "Leave out extended attributes"),
            OptionSpec(
                name: "no-fragments", value: .flag,
                help: "Give each short file a block of its own"),
            OptionSpec(
                name: "tails", value: .flag,
                help: "Let the ends of long files share blocks too"),
            OptionSpec(
                name: "cache", value: .required("FOLDER", .directory),
                help: "Keep compressed blocks there, and use those of earlier images"),
            OptionSpec(
                name: "cache-size", value: .required("MEGABYTES", .integer(1...1_000_000)),
                help: "Remove what was not used for longest above this", default: "4096"),
            OptionSpec(
                name: "chunk-index", value: .required("FILE", .file),
                help: "Write there where each block is, with its SHA-256"),
            SquashCommand.threads,
        ],
        operands: [
            OperandSpec(name: "IMAGE", help: "The image to make", kind: .file),
            OperandSpec(name: "SOURCE", help: "What to pack", arity: .many, kind: .file),
        ]
    ) { arguments in
        let image = arguments.operands[0]
        let options = try options(arguments)
        let cache = try arguments.string("cache").map {
            try SquashFS.BlockCache(
                path: $0, byteLimit: UInt64(arguments.integer("cache-size") ?? 4096) << 20)
        }
        let sources: [SquashFS.Source] = arguments.operands.dropFirst().map { path in
            FileSystem.isDirectory(path) ? .directory(path: path) : .tar(path: path)
        }
        let events = GlobalOptions.events(arguments)
        let step = events.begin("pack", unit: .bytes)
        let summary: SquashFS.PackSummary
        do {
            summary = try SquashFS.pack(
                sources, to: image, options: options, cache: cache,
                progress: { progress in
                    step.setTotal(progress.byteCount)
                    step.setDone(progress.bytesRead)
                })
            if let path = arguments.string("chunk-index") {
                try FileSystem.writeAtomically(
                    SquashFS.ChunkIndex(of: summary).encoded(), to: path)
            }
            try cache?.trim()
        } catch {
            step.fail(error)
            throw error
        }
        report(summary, cache, events)
        let progress = summary.progress
        step.finish([
            "files": "\(progress.files)", "in": "\(progress.bytesRead)",
            "out": "\(summary.byteCount)", "blocks": "\(progress.storedBlocks)",
            "cached": "\(progress.cachedBlocks)",
        ])
        return ExitCode.done
    }

    /// What went well but should be known.
    private static func report(
        _ summary: SquashFS.PackSummary, _ cache: SquashFS.BlockCache?, _ events: EventStream
    ) {
        let dropped = summary.pathsWithDroppedXattrs
        if !dropped.isEmpty {
            events.log(
                .warning,
                "squashfs has no place for POSIX ACLs; left out of "
                    + dropped.joined(separator: ", "))
        }
        if let failure = summary.cacheFailure {
            events.log(.warning, "the cache could not keep a block: \(failure)")
        }
    }

    private static func options(
        _ arguments: ParsedArguments
    ) throws -> SquashFS.WriterOptions {
        var options = SquashFS.WriterOptions(
            compression: try codec(arguments), blockSize: blockSize(arguments),
            clampTime: arguments.integer("clamp-time").map { UInt32(clamping: $0) },
            threads: SquashCommand.threadCount(arguments))
        options.excludes = arguments.strings("exclude").map { SquashFS.PathPattern($0) }
        options.includesXattrs = !arguments.flag("no-xattrs")
        options.usesFragments = !arguments.flag("no-fragments")
        options.packsTails = arguments.flag("tails")
        options.ownerMap = try ownerMap(arguments)
        return options
    }

    private static func codec(_ arguments: ParsedArguments) throws -> Compression.Codec {
        let level = arguments.integer("level")
        switch arguments.string("compression") {
        case "zstd": return .zstd(level: level ?? 15)
        case "gzip": return .gzip(level: level ?? 9)
        case let name where level != nil:
            throw arguments.usageError("--level is for zstd and gzip, not \(name ?? "")")
        case "xz": return .xz
        case "lz4": return .lz4
        case "lz4hc": return .lz4HighCompression
        default: return .none
        }
    }

    private static func blockSize(_ arguments: ParsedArguments) -> Int {
        // The table admits powers of two with a unit only.
        var text = arguments.string("block-size") ?? ""
        let unit = text.popLast() == "M" ? 20 : 10
        return (Int(text) ?? 128) << unit
    }

    private static func ownerMap(_ arguments: ParsedArguments) throws -> SquashFS.OwnerMap? {
        var map = SquashFS.OwnerMap()
        if let owner = arguments.string("owner") {
            let (user, group) = try pair(owner, ":", arguments)
            map = .all(user: user, group: group)
        }
        for text in arguments.strings("map-user") {
            let (old, new) = try pair(text, "=", arguments)
            map.users[old] = new
        }
        for text in arguments.strings("map-group") {
            let (old, new) = try pair(text, "=", arguments)
            map.groups[old] = new
        }
        return map == SquashFS.OwnerMap() ? nil : map
    }

    private static func pair(
        _ text: String, _ separator: Character, _ arguments: ParsedArguments
    ) throws -> (UInt32, UInt32) {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = UInt32(parts[0]), let second = UInt32(parts[1]) else {
            throw arguments.usageError("\"\(text)\" is not two numbers with \(separator) between")
        }
        return (first, second)
    }
}

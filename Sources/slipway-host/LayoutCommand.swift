import CommandLine
import Storage
import Syscalls
import YAML

/// `slipway-host layout`: layout files, without any disk.
enum LayoutCommand {
    static let spec = CommandSpec(
        name: "layout",
        abstract: "Check and draw layout files",
        subcommands: [LayoutCheckCommand.spec, LayoutDrawCommand.spec])

    static let fileOperand = OperandSpec(name: "FILE", help: "The layout", kind: .file)

    static let diskSizeOption = OptionSpec(
        name: "disk-size", value: .required("ROLE=SIZE"),
        help: "Take the disk of this role to be so large, as in card=63864569856B; other disks "
            + "are as small as the layout allows", isRepeatable: true)

    /// Sizes that the command line gives to disks, by role.
    static func diskByteCounts(
        _ arguments: ParsedArguments, of layout: Layout
    ) throws(UsageError) -> [String: UInt64] {
        var sizes: [String: UInt64] = [:]
        for text in arguments.strings("disk-size") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let byteCount = ByteSize.parse(parts[1]) else {
                throw arguments.usageError(
                    "--disk-size: expected ROLE=SIZE such as card=64GB, got \"\(text)\"")
            }
            let role = String(parts[0])
            guard layout.disk(role) != nil else {
                let known = layout.disks.map(\.name).joined(separator: ", ")
                throw arguments.usageError(
                    "--disk-size: the layout has no disk \"\(role)\"; it has \(known)")
            }
            guard sizes.updateValue(byteCount, forKey: role) == nil else {
                throw arguments.usageError("--disk-size: \"\(role)\" a second time")
            }
        }
        return sizes
    }
}

/// A layout file that has been read and placed on disks of given sizes.
struct PlacedLayout {
    let layout: Layout
    let diskByteCounts: [String: UInt64]
    /// What lies where; problems are still in it.
    let disks: [DiskGeometry]

    /// Reads and places the file that a command line names.
    init(_ arguments: ParsedArguments) throws {
        let path = arguments.operands[0]
        let bytes = try FileSystem.read(path)
        layout = try Layout(parsing: bytes, file: path)
        diskByteCounts = try LayoutCommand.diskByteCounts(arguments, of: layout)
        do throws(LayoutErrors) {
            disks = try ResolvedLayout(placing: layout, diskByteCounts: diskByteCounts)
                .geometries(diskByteCounts: diskByteCounts)
        } catch {
            throw error.issues(in: bytes, file: path)
        }
        problems = LayoutErrors(geometry: disks)?.issues(in: bytes, file: path)
    }

    /// What the linter says against it.
    let problems: YAMLIssues?
}

/// `slipway-host layout check`: whether a layout can be.
enum LayoutCheckCommand {
    static let spec = CommandSpec(
        name: "check",
        abstract: "Check a layout",
        discussion: """
            Looks for what contradicts, does not fit, or overlaps: partitions, what md keeps for \
            itself on each leg, filesystems, regions behind whole-disk arrays. Changes nothing and \
            looks at no disk. Prints a line for each disk; mistakes go to standard error, all at \
            once, with a drawing of what overlaps.
            """,
        options: [LayoutCommand.diskSizeOption],
        operands: [LayoutCommand.fileOperand]
    ) { arguments in
        let placed = try PlacedLayout(arguments)
        if let problems = placed.problems { throw problems }
        for disk in placed.disks {
            let least = ByteSize.shortText(disk.leastByteCount ?? 0)
            print("ok  \(disk.name): needs \(least) of \(ByteSize.shortText(disk.byteCount))")
        }
        return ExitCode.done
    }
}

/// `slipway-host layout draw`: what a layout makes of disks.
enum LayoutDrawCommand {
    static let spec = CommandSpec(
        name: "draw",
        abstract: "Draw a layout",
        discussion: """
            Draws each disk as a bar, and lists below it what lies where: partitions, data, md's \
            superblock, bad-block log and bitmap, partition tables, and what is free. A layout \
            that "layout check" complains of is drawn too; its problems go to standard error.
            """,
        options: [
            LayoutCommand.diskSizeOption,
            OptionSpec(name: "svg", value: .flag, help: "Draw an SVG picture, not text"),
        ],
        operands: [LayoutCommand.fileOperand]
    ) { arguments in
        let placed = try PlacedLayout(arguments)
        if arguments.flag("svg") {
            let layout = placed.layout
            print(
                DiskDrawing.draw(placed.disks, title: layout.name, summary: layout.summary),
                terminator: "")
        } else {
            print(placed.disks.map { DiskPicture.draw($0) }.joined(separator: "\n"), terminator: "")
        }
        if let problems = placed.problems { throw problems }
        return ExitCode.done
    }
}

import CommandLine
import Events
import JSON
import Payload
import Release

/// `slipway diff`: what changed between two payloads.
enum DiffCommand {
    /// More paths than these are counted and not listed, unless `--all` is given.
    private static let listedPathCount = 40

    static let spec = CommandSpec(
        name: "diff",
        abstract: "Show what changed between two payloads",
        discussion: """
            Compares packages, files of the root filesystem, kernel and sizes, read through the \
            nested images without extracting them. Neither payload is verified.

            The exit code is 0 whether there is a difference or not.
            """,
        options: [
            OptionSpec(
                name: "all", value: .flag,
                help: "List every path of the root filesystem that differs"),
            OptionSpec(
                name: "times", value: .flag,
                help: "Count a time of modification alone as a difference"),
            OptionSpec(name: "json", value: .flag, help: "Print everything as JSON"),
        ],
        operands: [
            OperandSpec(name: "OLD", help: "The older payload", kind: .file),
            OperandSpec(name: "NEW", help: "The newer payload", kind: .file),
        ]
    ) { arguments in
        let difference = try PayloadDifference(
            old: arguments.operands[0], new: arguments.operands[1],
            includesTimes: arguments.flag("times"))
        if arguments.flag("json") {
            print(difference.json.text(.pretty), terminator: "")
        } else {
            let limit = arguments.flag("all") ? Int.max : listedPathCount
            for line in lines(difference, limit: limit) { print(HumanText.line(line)) }
        }
        return ExitCode.done
    }

    private static func lines(_ difference: PayloadDifference, limit: Int) -> [String] {
        let (old, new) = (difference.old, difference.new)
        var lines = [
            "version: \(change(old.manifest.version.text, new.manifest.version.text))",
            "kernel: "
                + change(old.manifest.kernelVersion.text, new.manifest.kernelVersion.text),
            "size: \(change("\(old.byteCount) bytes", "\(new.byteCount) bytes"))",
        ]
        lines += difference.payloadFiles.map { file in
            "payload: \(file.path) \(change(file.oldByteCount, file.newByteCount))"
        }
        lines += difference.addedPackages.map {
            "package added: \($0.name) \($0.version) \($0.architecture)"
        }
        lines += difference.removedPackages.map {
            "package removed: \($0.name) \($0.version) \($0.architecture)"
        }
        lines += difference.changedPackages.map {
            "package changed: \($0.new.name) \($0.old.version) -> \($0.new.version)"
        }
        let rootfs = difference.rootfs
        for differences in [rootfs.added, rootfs.removed, rootfs.changed] {
            lines += differences.prefix(limit).map { "file: \($0)" }
            if differences.count > limit {
                lines.append("file: \(differences.count - limit) more like that; see --all")
            }
        }
        return lines
    }

    private static func change(_ old: String, _ new: String) -> String {
        old == new ? "\(new) (unchanged)" : "\(old) -> \(new)"
    }

    private static func change(_ old: UInt64?, _ new: UInt64?) -> String {
        switch (old, new) {
        case (let old?, let new?) where old == new: "\(new) bytes, other content"
        case (let old?, let new?):
            "\(old) -> \(new) bytes (\(new > old ? "+" : "-")\(new > old ? new - old : old - new))"
        case (nil, let new?): "added, \(new) bytes"
        case (let old?, nil): "removed, \(old) bytes"
        case (nil, nil): "nowhere"
        }
    }
}

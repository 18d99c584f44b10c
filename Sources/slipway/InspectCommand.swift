import CommandLine
import Digest
import Events
import JSON
import Payload
import Release

/// `slipway inspect`: what is in a payload.
enum InspectCommand {
    static let spec = CommandSpec(
        name: "inspect",
        abstract: "Show what is in a payload",
        discussion: """
            Prints the manifest, who signed it, the files with their sizes, and what the root \
            filesystem is made of, read through the nested images without extracting them. \
            Nothing is verified: that is what 'slipway verify' is for.
            """,
        options: [
            OptionSpec(name: "packages", value: .flag, help: "List every package too"),
            OptionSpec(
                name: "json", value: .flag, help: "Print everything, packages too, as JSON"),
        ],
        operands: [OperandSpec(name: "FILE", help: "The payload", kind: .file)]
    ) { arguments in
        let inspection = try PayloadInspection(arguments.operands[0])
        if arguments.flag("json") {
            print(inspection.json.text(.pretty), terminator: "")
        } else {
            // What a payload says of itself must not be able to move a terminal's cursor.
            for line in lines(inspection, listsPackages: arguments.flag("packages")) {
                print(HumanText.line(line))
            }
        }
        return ExitCode.done
    }

    private static func lines(_ inspection: PayloadInspection, listsPackages: Bool) -> [String] {
        var lines = ["\(inspection.file): \(size(inspection.byteCount))"]
        switch inspection.manifest {
        case .slipway(let manifest): lines += describe(manifest)
        case .truenas(let manifest):
            lines += [
                field("version", manifest.version.text),
                field("format", "TrueNAS, \(manifest.algorithm.rawValue) checksums"),
                field("date", manifest.date), field("kernel", manifest.kernelVersion.text),
            ]
        }
        if let signature = inspection.signature {
            lines.append(
                field("signature", "key \(signature.keyID), not verified here"))
        } else {
            lines.append(field("signature", "none"))
        }
        lines.append("files:")
        for file in inspection.files {
            lines.append("  \(file.path)  \(size(file.byteCount))")
        }
        let rootfs = inspection.rootfs
        lines.append("root filesystem:")
        lines.append(field("image", "\(size(rootfs.imageByteCount)), \(rootfs.compressor)"))
        lines.append(field("content", "\(size(rootfs.byteCount)) in \(rootfs.pathCount) paths"))
        if let packages = rootfs.packages {
            lines.append(field("packages", "\(packages.count)"))
            if listsPackages {
                lines += packages.map { "    \($0.name) \($0.version) \($0.architecture)" }
            }
        } else {
            lines.append(field("packages", "no dpkg database"))
        }
        return lines
    }

    private static func describe(_ manifest: ReleaseManifest) -> [String] {
        let info = manifest.buildInfo
        var lines = [
            field("name", info.name.text), field("version", manifest.version.text),
            field("date", ReleaseDate.text(manifest.date)),
            field("train", "\(manifest.train), sequence \(manifest.sequence)"),
            field("compatible", manifest.compatible.text),
            field("kernel", manifest.kernelVersion.text),
            field("size", size(manifest.size)),
        ]
        if let lock = info.lock { lines.append(field("lock", "sha256 \(lock)")) }
        lines += info.replacements.map {
            field("re-resolved", "\($0.package): \($0.locked) in the lock, \($0.used) used")
        }
        for (what, versions) in [("tool", info.tools), ("library", info.libraries)] {
            lines += versions.sorted { $0.key < $1.key }.map {
                field(what, "\($0.key) \($0.value)")
            }
        }
        return lines
    }

    private static func field(_ name: String, _ value: String) -> String {
        "  \(name): \(value)"
    }

    private static func size(_ byteCount: UInt64) -> String {
        "\(byteCount) bytes (\(HumanText.bytes(Double(byteCount))))"
    }
}

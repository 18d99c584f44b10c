import Command
import Compression
import Glibc
import SquashFS
import Syscalls

/// Rows about squashfs images; the tree is the default image's root, as large as it is.
enum SquashRows {
    private struct Codec {
        /// The name of `slipway squash pack --compression`.
        let name: String
        /// What mksquashfs takes for the same.
        let peer: [String]
        /// The bounds of time and size.
        let wall: Double
        let size: Double
    }

    private static let codecs = [
        Codec(
            name: "zstd", peer: ["-comp", "zstd", "-Xcompression-level", "15"], wall: 0.92,
            size: 1.002),
        Codec(name: "xz", peer: ["-comp", "xz"], wall: 0.65, size: 1.01),
        Codec(name: "gzip", peer: ["-comp", "gzip"], wall: 0.65, size: 1.005),
        Codec(name: "lz4", peer: ["-comp", "lz4"], wall: 1.5, size: 1.002),
        Codec(name: "none", peer: ["-noI", "-noD", "-noF", "-noX"], wall: 1.5, size: 1.002),
    ]

    static var all: [Row] {
        codecs.flatMap { codec in
            [
                pack(codec, .wall, .ratio(codec.wall)), pack(codec, .size, .ratio(codec.size)),
            ]
        } + codecs.prefix(3).map(floor) + [
            warm(changes: false), warm(changes: true), extract,
            pack(codecs[0], .memory, .ratio(0.5)),
            flat, manyFiles,
        ]
    }

    private static let peers = ["squashfs-tools"]

    /// The default image's root, extracted from the payload that was built last; or
    /// SLIPWAY_BENCH_TREE.
    private static func tree(_ bench: Bench) throws -> String {
        if let tree = getenv("SLIPWAY_BENCH_TREE") { return String(cString: tree) }
        let tree = "\(bench.workFolder)/squash-tree"
        if FileSystem.isDirectory(tree) { return tree }
        let out = "\(bench.root)/out"
        let payloads =
            try FileSystem.isDirectory(out)
            ? FileSystem.list(out).filter { $0.hasSuffix(".update") } : []
        guard let payload = payloads.last else { throw Failure.noPayload(out) }
        try Command(
            bench.program,
            [
                "squash", "extract", "\(out)/\(payload)", tree, "--inside", "rootfs.squashfs",
            ]
        ).runChecked()
        return tree
    }

    /// Why the rows cannot be measured.
    private enum Failure: Error, CustomStringConvertible {
        case noPayload(String)

        var description: String {
            switch self {
            case .noPayload(let folder):
                "\(folder) has no payload whose root could be packed; run 'make' first, or name a"
                    + " folder in SLIPWAY_BENCH_TREE"
            }
        }
    }

    // MARK: Subjects

    private static func ours(
        _ bench: Bench, _ tree: String, _ codec: String, more: [String] = [],
        prepare: @escaping () throws -> Void = {}
    ) -> Row.Subject {
        let output = "\(bench.workFolder)/ours.squashfs"
        return Row.Subject(
            Command(
                bench.program,
                ["squash", "pack", output, tree, "--compression", codec] + more),
            output: output, prepare: prepare)
    }

    private static func peer(_ bench: Bench, _ tree: String, _ codec: Codec) -> Row.Subject {
        let output = "\(bench.workFolder)/peer.squashfs"
        return Row.Subject(
            Command(
                "mksquashfs",
                [tree, output, "-noappend", "-quiet", "-no-progress", "-b", "131072"]
                    + ["-processors", String(Processors.count)] + codec.peer),
            output: output)
    }

    private static func remove(_ bench: Bench) throws {
        for name in ["ours.squashfs", "peer.squashfs", "plain.squashfs"] {
            try FileSystem.removeFile("\(bench.workFolder)/\(name)")
        }
        for name in ["squash-cache", "squash-large", "squash-ours", "squash-peer"] {
            try FileSystem.removeTree("\(bench.workFolder)/\(name)")
        }
    }

    // MARK: Rows

    private static func pack(_ codec: Codec, _ metric: Metric, _ bound: Row.Bound) -> Row {
        let suffix = metric == .wall ? "" : "-\(metric.rawValue)"
        return Row(
            name: "squash-\(codec.name)\(suffix)",
            meaning: "pack the root without a cache, \(codec.name), 128K; mksquashfs",
            metric: metric, bound: bound, isExact: metric == .size, packages: peers,
            make: { bench in
                let tree = try tree(bench)
                return (ours(bench, tree, codec.name), peer(bench, tree, codec))
            }, cleanUp: remove)
    }

    private static func floor(_ codec: Codec) -> Row {
        Row(
            name: "squash-\(codec.name)-floor",
            meaning: "pack the root, \(codec.name); the codec alone on the blocks that compress",
            metric: .wall, bound: .ratio(1.05), packages: peers,
            make: { bench in
                let tree = try tree(bench)
                let plain = "\(bench.workFolder)/plain.squashfs"
                try SquashFS.pack(
                    [.directory(path: tree)], to: plain,
                    options: SquashFS.WriterOptions(compression: .none))
                let floor = Command(
                    "\(bench.root)/.build/release/slipway-bench",
                    ["--codec-floor", codec.name, "--image", plain])
                return (ours(bench, tree, codec.name), Row.Subject(floor))
            }, cleanUp: remove)
    }

    private static func warm(changes: Bool) -> Row {
        Row(
            name: changes ? "squash-warm-changed" : "squash-warm",
            meaning: "pack the root again from the cache, "
                + (changes ? "one small file changed" : "nothing changed") + "; mksquashfs",
            metric: .wall, bound: .ratio(0.10), packages: peers,
            make: { bench in
                let tree = try tree(bench)
                let change = "\(bench.workFolder)/squash-large"
                try FileSystem.makeDirectory("\(change)/etc")
                let more = [change, "--cache", "\(bench.workFolder)/squash-cache"]
                try ours(bench, tree, "zstd", more: more).command.runChecked()
                var count = 0
                let subject = ours(bench, tree, "zstd", more: more) {
                    guard changes else { return }
                    count += 1
                    try FileSystem.writeAtomically("\(count)\n", to: "\(change)/etc/motd")
                }
                return (subject, peer(bench, tree, codecs[0]))
            }, cleanUp: remove)
    }

    private static var extract: Row {
        Row(
            name: "squash-extract", meaning: "extract the root from zstd; unsquashfs",
            metric: .wall, bound: .ratio(1.0), packages: peers,
            make: { bench in
                let image = "\(bench.workFolder)/ours.squashfs"
                try ours(bench, try tree(bench), "zstd", more: ["--level", "3"]).command
                    .runChecked()
                let (left, right) = (
                    "\(bench.workFolder)/squash-ours", "\(bench.workFolder)/squash-peer"
                )
                let extract = Command(bench.program, ["squash", "extract", image, left])
                let unsquashfs = Command(
                    "unsquashfs", ["-quiet", "-no-progress", "-d", right, image])
                return (
                    Row.Subject(extract) { try FileSystem.removeTree(left) },
                    Row.Subject(unsquashfs) { try FileSystem.removeTree(right) }
                )
            }, cleanUp: remove)
    }

    /// The memory of packing a tree of about 4 GB against that of the root.
    private static var flat: Row {
        Row(
            name: "squash-memory-flat",
            meaning: "peak memory of packing the root with files ten times as long; the root",
            metric: .memory, bound: .ratio(1.25),
            make: { bench in
                let (tree, large) = try trees(bench, more: .bytes)
                return (ours(bench, large, "lz4"), ours(bench, tree, "lz4"))
            }, cleanUp: remove)
    }

    /// The memory that each file costs, which a name and an inode must.
    private static var manyFiles: Row {
        Row(
            name: "squash-memory-files",
            meaning: "peak memory of packing ten different copies of the root; mksquashfs",
            metric: .memory, bound: .ratio(0.5), packages: peers,
            make: { bench in
                let (_, large) = try trees(bench, more: .files)
                return (ours(bench, large, codecs[3].name), peer(bench, large, codecs[3]))
            }, cleanUp: remove)
    }

    private static func trees(
        _ bench: Bench, more growth: LargeTree.Growth
    ) throws -> (root: String, large: String) {
        let tree = try tree(bench)
        let large = "\(bench.workFolder)/squash-large"
        try LargeTree.make(from: tree, in: large, more: growth, times: 10)
        return (tree, large)
    }
}

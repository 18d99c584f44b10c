import CommandLine
import Events
import Glibc
import JSON
import Syscalls

/// `slipway-bench`: measures rows, prints one line for each, and writes BENCH.json.
enum BenchCommand {
    static let program = CommandSpec(
        name: "slipway-bench",
        abstract: "Measure Slipway against its peers",
        discussion: """
            Prints one line for each row: name | ours | peer | ratio | bound | ok or MISS. Values \
            are medians with the least and the greatest; ours and the peer run in turn. A MISS \
            is a result, and the exit code is 0; a run that fails is none, and it is 1.
            """,
        version: "0.1.0",
        options: [
            OptionSpec(
                name: "only", value: .required("NAME"), help: "Measure this row only",
                isRepeatable: true),
            OptionSpec(
                name: "runs", value: .required("COUNT", .integer(1...100)),
                help: "How often each thing is run", default: "5"),
            OptionSpec(
                name: "output", value: .required("FILE", .file), help: "Where all samples go",
                default: "BENCH.json"),
            OptionSpec(name: "list", value: .flag, help: "List the rows and what they mean"),
            OptionSpec(
                name: "log-format",
                value: .required("FORMAT", .words(EventFormat.allCases.map(\.rawValue))),
                help: "How progress is written to standard error",
                default: EventFormat.auto.rawValue),
            OptionSpec(
                name: "assemble", value: .required("FOLDER", .directory),
                help: "Be what the rows about the root filesystem measure", isHidden: true),
            OptionSpec(
                name: "codec-floor", value: .required("CODEC"),
                help: "Be the codec alone, on the blocks of an image", isHidden: true),
            OptionSpec(
                name: "image", value: .required("FILE", .file),
                help: "The image of --codec-floor, without compression", isHidden: true),
        ],
        run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let root = try currentFolder()
        if let folder = arguments.string("assemble") {
            try Assembly(root: root).run(in: folder)
            return ExitCode.done
        }
        if let codec = arguments.string("codec-floor") {
            try CodecFloor(name: codec, image: arguments.string("image") ?? "").run()
            return ExitCode.done
        }
        let all = Rows.all
        if arguments.flag("list") {
            for row in all { print("\(row.name): \(row.meaning)") }
            return ExitCode.done
        }
        let names = arguments.strings("only")
        for name in names where !all.contains(where: { $0.name == name }) {
            let known = all.map(\.name).joined(separator: ", ")
            throw arguments.usageError("there is no row \"\(name)\"; there are \(known)")
        }
        let format = arguments.string("log-format").flatMap(EventFormat.init) ?? .auto
        let events = EventStream.automatic(format: format)
        let bench = Bench(
            root: root, runCount: arguments.integer("runs") ?? 5, events: events)
        var results: [RowResult] = []
        var hasFailed = false
        for row in all where names.isEmpty || names.contains(row.name) {
            do {
                let result = try bench.measure(row)
                events.clear()
                print(result.line)
                fflush(nil)
                results.append(result)
            } catch {
                // The stream has said why.
                print("\(row.name) | not measured")
                fflush(nil)
                hasFailed = true
            }
        }
        let report: JSON = [
            "machine": try Machine.description(), "runs": .integer(Int64(bench.runCount)),
            "rows": .array(results.map(\.json)),
        ]
        try FileSystem.writeAtomically(report.text(.pretty), to: arguments.string("output") ?? "")
        return hasFailed ? ExitCode.failed : ExitCode.done
    }

    private static func currentFolder() throws -> String {
        guard let path = getcwd(nil, 0) else { throw SystemError("getcwd", ".") }
        defer { free(path) }
        return String(cString: path)
    }
}

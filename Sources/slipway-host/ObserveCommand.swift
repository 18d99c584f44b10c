import CommandLine
import JSON
import Storage

/// `slipway-host observe`: what the disks look like.
enum ObserveCommand {
    static let spec = CommandSpec(
        name: "observe",
        abstract: "Show disks, tables, arrays and what lies on them",
        discussion: """
            Only reads. What --json prints can be saved and planned against elsewhere; \
            docs/observation.md describes it.
            """,
        options: [
            OptionSpec(name: "json", value: .flag, help: "Print JSON"), DiskOptions.disks,
        ]
    ) { arguments in
        let observer = Observer(described: try DiskOptions.described(arguments))
        let observation = try observer.observe()
        print(
            arguments.flag("json") ? observation.json.text(.pretty) : observation.text,
            terminator: "")
        return ExitCode.done
    }
}

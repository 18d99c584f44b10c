import CommandLine
import Glibc
import Syscalls

/// The table of the program's commands.
enum TellCommand {
    static let program = CommandSpec(
        name: "slipway-e2e",
        abstract: "Tell what happens to machines, from the medium to the recovery",
        subcommands: [spec, list])

    private static let list = CommandSpec(
        name: "list", abstract: "List the stories"
    ) { _ in
        for story in Story.all { print("\(story.name): \(story.summary)") }
        return ExitCode.done
    }

    private static let spec = CommandSpec(
        name: "tell",
        abstract: "Tell stories on emulated machines",
        discussion: """
            Makes the media that the stories need, starts machines from them in QEMU, and looks \
            whether all comes out as it should. Prints a line a story and the number of those that \
            passed and failed. Of a story that failed, serial logs and a picture of the screen stay.
            """,
        options: [
            OptionSpec(
                name: "firmware", value: .required("WHICH", .words(["bios", "uefi", "all"])),
                help: "What starts the machines", default: "bios"),
            OptionSpec(
                name: "work", value: .required("DIR", .directory),
                help: "Where media, disks and logs are", default: "work/e2e"),
            OptionSpec(
                name: "program", value: .required("FILE", .file),
                help: "slipway, which makes the media", default: ".build/release/slipway"),
            OptionSpec(
                name: "patience", value: .required("N", .integer(1...100)),
                help: "How many times longer things may take than on an idle host", default: "3"),
        ],
        operands: [
            OperandSpec(name: "story", help: "The stories; all by default", arity: .any)
        ], run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        // A line to a machine that is off is no reason to die.
        signal(SIGPIPE, SIG_IGN)
        let current = try FileSystem.readLink("/proc/self/cwd")
        func path(_ name: String) -> String {
            let text = arguments.string(name) ?? ""
            return text.hasPrefix("/") ? text : "\(current)/\(text)"
        }
        let work = path("work")
        let places = StoryPlaces(
            media: "\(work)/media", disks: "\(work)/disks", logs: "\(work)/logs",
            program: path("program"), patience: arguments.integer("patience") ?? 3)
        let stories = try arguments.operands.map { name in
            guard let story = Story.all.first(where: { $0.name == name }) else {
                throw arguments.usageError("there is no story \"\(name)\"; 'list' names all")
            }
            return story
        }
        let firmware = arguments.string("firmware").flatMap(Firmware.init)
        // A namespace of its own: no machine outlives the stories, however they end.
        let outcome = try Isolation.run {
            do {
                try FileSystem.removeTree(places.disks)
                let isRight = try Teller(places: places).tell(
                    stories.isEmpty ? Story.all : stories,
                    on: firmware.map { [$0] } ?? Firmware.allCases)
                return isRight ? ExitCode.done : ExitCode.failed
            } catch {
                return program.report(error, remedy: { _ in String?.none })
            }
        }
        switch outcome {
        case .ended(let status): return status
        case .interrupted(let signal): return 128 + signal
        }
    }
}

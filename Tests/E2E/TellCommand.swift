import CommandLine
import Syscalls

/// The table of the program's commands.
enum TellCommand {
    static let program = CommandSpec(
        name: "slipway-e2e",
        abstract: "Tell what happens to machines, from the medium to the recovery",
        subcommands: [spec, list, MeasureCommand.spec])

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
                help: "What starts the machines", default: "bios")
        ] + MachineOptions.specs,
        operands: [
            OperandSpec(name: "story", help: "The stories; all by default", arity: .any)
        ]
    ) { arguments in
        let stories = try arguments.operands.map { name in
            guard let story = Story.all.first(where: { $0.name == name }) else {
                throw arguments.usageError("there is no story \"\(name)\"; 'list' names all")
            }
            return story
        }
        let firmware = arguments.string("firmware").flatMap(Firmware.init)
        return try MachineOptions.run(arguments) { teller in
            teller.tell(
                stories.isEmpty ? Story.all : stories,
                on: firmware.map { [$0] } ?? Firmware.allCases)
        }
    }
}

import CommandLine
import Testing

@testable import slipway

@Suite struct HelpTests {
    @Test("every command answers --help, and every line fits a terminal")
    func everyCommand() throws {
        try check(Commands.program, path: [])
    }

    private func check(_ command: CommandSpec, path: [String]) throws {
        guard case .help(let text) = try Commands.program.parse(path + ["--help"]) else {
            Issue.record("\(path) has no help")
            return
        }
        #expect(text.hasPrefix("Usage: \((["slipway"] + path).joined(separator: " "))"))
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        for subcommand in command.subcommands {
            try check(subcommand, path: path + [subcommand.name])
        }
    }

    @Test("help of validate")
    func validate() throws {
        guard case .help(let text) = try Commands.program.parse(["validate", "-h"]) else {
            Issue.record("no help")
            return
        }
        #expect(
            text == """
                Usage: slipway validate [OPTION...]

                Check the manifest and this machine.

                Prints one line for each thing looked at, and for programs that are missing the
                apt-get line that installs them. All mistakes of the manifest are shown, not
                only the first. Changes nothing.

                Options:
                  -m, --manifest FILE  The manifest of the image (default: conf/build.manifest)
                  --no-system          Look at the manifest only
                  --json               Print JSON
                  -h, --help           Show this help and exit

                Options of every command:
                  --log-format FORMAT  How progress is written to standard error: auto, plain,
                                       json (default: auto)
                  --log-level LEVEL    The least that is written there: debug, info, warning,
                                       error (default: info)

                """)
    }

    @Test("names and options are unique, and the page and completion name every command")
    func table() {
        let names = Commands.program.subcommands.map(\.name)
        #expect(Set(names).count == names.count)
        let page = ManPage.render(Commands.program)
        let completion = BashCompletion.render(Commands.program)
        for command in Commands.program.subcommands where !command.isHidden {
            #expect(page.contains(".SS \"\(command.name)\""))
            #expect(completion.contains("' \(command.name)'"))
            let options = (command.options + GlobalOptions.all).map(\.name)
            #expect(Set(options).count == options.count, "\(command.name)")
        }
    }
}

import CommandLine
import Testing

@testable import slipway_host

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
        let call = (["slipway-host"] + path).joined(separator: " ")
        #expect(text.hasPrefix("Usage: \(call)"))
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        for subcommand in command.subcommands {
            try check(subcommand, path: path + [subcommand.name])
        }
    }

    @Test("the page and the completion name every command")
    func table() {
        let page = ManPage.render(Commands.program, section: 8)
        let completion = BashCompletion.render(Commands.program)
        for command in Commands.program.subcommands where !command.isHidden {
            #expect(page.contains(".SS \"\(command.name)\""))
            #expect(completion.contains("' \(command.name)'"))
        }
    }
}

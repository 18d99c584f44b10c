/// A manual page in the man(7) macros, made from a program's table.
package enum ManPage {
    /// Writes the page of a program with all its subcommands.
    ///
    /// - Parameters:
    ///   - program: The program's table.
    ///   - section: The section of the manual: 1 for everyone, 8 for who administers.
    ///   - date: What stands in the footer, as `YYYY-MM-DD`; nothing by default, so that the page
    ///     depends on the table alone.
    /// - Returns: The page in roff.
    package static func render(_ program: CommandSpec, section: Int = 1, date: String = "")
        -> String
    {
        var page = Page()
        let footer = program.version.map { program.name + " " + $0 } ?? program.name
        let title = program.name.uppercased()
        page.request("TH", [title, String(section), date, footer, ""])
        page.request("SH", ["NAME"])
        page.text("\(program.name) - \(program.abstract)")
        page.request("SH", ["SYNOPSIS"])
        page.synopsis(program, path: [program.name])
        if !program.discussion.isEmpty {
            page.request("SH", ["DESCRIPTION"])
            page.paragraphs(program.discussion)
        }
        page.request("SH", ["OPTIONS"])
        page.list(program.listedOptions.map { ($0.term, $0.description + ".") })
        if !program.visibleSubcommands.isEmpty {
            page.request("SH", ["COMMANDS"])
            page.commands(program, path: [program.name])
        }
        page.request("SH", ["EXIT STATUS"])
        page.list([
            ("0", "Done."), ("1", "Failed; standard error says why."),
            ("2", "The command line was wrong; nothing was tried."),
            ("3", "A dry run: it would change something."),
        ])
        return page.output
    }

    /// The page while it is written.
    private struct Page {
        var output = ""

        mutating func request(_ name: String, _ arguments: [String]) {
            let quoted = arguments.map { "\"" + ManPage.escape($0, quoted: true) + "\"" }
            output += "." + ([name] + quoted).joined(separator: " ") + "\n"
        }

        mutating func text(_ text: String) {
            output += ManPage.escape(text) + "\n"
        }

        mutating func paragraphs(_ text: String) {
            for (index, paragraph) in TextLayout.paragraphs(of: text).enumerated() {
                if index > 0 { output += ".PP\n" }
                self.text(paragraph)
            }
        }

        mutating func synopsis(_ command: CommandSpec, path: [String]) {
            output += "\\fB" + ManPage.escape(path.joined(separator: " ")) + "\\fR"
            let rest = HelpText.synopsis(command, path: path)
                .dropFirst(path.joined(separator: " ").count)
            text(String(rest))
        }

        mutating func list(_ rows: [(term: String, text: String)]) {
            for row in rows {
                output += ".TP\n\\fB" + ManPage.escape(row.term) + "\\fR\n"
                text(row.text)
            }
        }

        mutating func commands(_ command: CommandSpec, path: [String]) {
            for subcommand in command.visibleSubcommands {
                let path = path + [subcommand.name]
                request("SS", [path.dropFirst().joined(separator: " ")])
                synopsis(subcommand, path: path)
                output += ".PP\n"
                text(subcommand.abstract + ".")
                if !subcommand.discussion.isEmpty {
                    output += ".PP\n"
                    paragraphs(subcommand.discussion)
                }
                list(subcommand.operands.map { ($0.synopsis, $0.help + ".") })
                let own = subcommand.options.filter { !$0.isHidden }
                list(own.map { ($0.term, $0.description + ".") })
                commands(subcommand, path: path)
            }
        }
    }

    /// Keeps roff from reading text as its own language: backslashes, dashes, and a dot or quote at
    /// the start of a line.
    static func escape(_ text: String, quoted: Bool = false) -> String {
        var output = ""
        for character in text {
            switch character {
            case "\\": output += "\\e"
            case "-": output += "\\-"
            case "\"" where quoted: output += "\\(dq"
            case "\n": output += " "
            default: output.append(character)
            }
        }
        if let first = output.first, first == "." || first == "'" { output = "\\&" + output }
        return output
    }
}

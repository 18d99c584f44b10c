/// The text of `--help`.
enum HelpText {
    /// Writes the help of one command.
    ///
    /// - Parameters:
    ///   - command: The command.
    ///   - path: The words that call it.
    ///   - inherited: The options that it has from the commands above it.
    /// - Returns: The text, with a line end at the end.
    static func render(_ command: CommandSpec, path: [String], inherited: [OptionSpec]) -> String {
        var output = "Usage: \(synopsis(command, path: path))\n\n"
        output +=
            TextLayout.wrap(command.abstract + ".", width: TextLayout.width)
            .joined(separator: "\n") + "\n"
        for paragraph in TextLayout.paragraphs(of: command.discussion) {
            output += "\n"
            output +=
                TextLayout.wrap(paragraph, width: TextLayout.width)
                .joined(separator: "\n") + "\n"
        }
        let visible = command.visibleSubcommands
        output += section("Commands", visible.map { ($0.name, $0.abstract) })
        output += section("Operands", command.operands.map { ($0.synopsis, $0.help) })
        output += section("Options", command.listedOptions.map { ($0.term, $0.description) })
        output += section(
            "Options of every command",
            inherited.filter { !$0.isHidden }.map { ($0.term, $0.description) })
        if !visible.isEmpty {
            output += "\nSee '\(path.joined(separator: " ")) COMMAND --help' for each command.\n"
        }
        return output
    }

    /// One line that shows how a command is called.
    static func synopsis(_ command: CommandSpec, path: [String]) -> String {
        var words = path
        words.append("[OPTION...]")
        if !command.visibleSubcommands.isEmpty { words.append("COMMAND") }
        words += command.operands.map(\.synopsis)
        return words.joined(separator: " ")
    }

    private static func section(_ title: String, _ rows: [(term: String, text: String)]) -> String {
        rows.isEmpty ? "" : "\n\(title):\n" + TextLayout.columns(rows)
    }
}

extension CommandSpec {
    /// The options that help lists for this command itself.
    var listedOptions: [OptionSpec] {
        let builtIn: [OptionSpec] = version == nil ? [.help] : [.help, .version]
        return options.filter { !$0.isHidden } + builtIn
    }
}

extension OptionSpec {
    /// The option as help shows it: `-m, --manifest FILE`.
    var term: String {
        let long = short.map { "-\($0), --\(name)" } ?? "--\(name)"
        if case .required(let valueName, _) = value { return long + " " + valueName }
        return long
    }

    /// What help says about it: its meaning, its words, its default.
    var description: String {
        var text = help
        if case .required(_, .words(let words)) = value {
            text += ": " + words.joined(separator: ", ")
        }
        if let standard = self.default { text += " (default: \(standard))" }
        if isRepeatable { text += " (may be repeated)" }
        return text
    }
}

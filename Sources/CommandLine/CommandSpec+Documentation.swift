extension CommandSpec {
    /// The commands that print a program's own manual page and completion.
    ///
    /// - Parameters:
    ///   - name: The program's name.
    ///   - section: The section of the manual: 1 for everyone, 8 for who administers.
    ///   - program: The program's table; a closure, since the table holds these commands too.
    /// - Returns: `man` and `completion`.
    package static func documentation(
        of name: String, section: Int, program: @escaping @Sendable () -> CommandSpec
    ) -> [CommandSpec] {
        let man = CommandSpec(
            name: "man", abstract: "Print the manual page",
            discussion: "The page is made from the table that the command line is read by."
        ) { _ in
            print(ManPage.render(program(), section: section), terminator: "")
            return ExitCode.done
        }
        let completion = CommandSpec(
            name: "completion", abstract: "Print the completion for bash",
            discussion: """
                Load it with: source <(\(name) completion). To keep it, write it into \
                /usr/share/bash-completion/completions.
                """
        ) { _ in
            print(BashCompletion.render(program()), terminator: "")
            return ExitCode.done
        }
        return [man, completion]
    }
}

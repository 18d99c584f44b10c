/// A completion script for bash, made from a program's table.
package enum BashCompletion {
    /// Writes the script; it needs nothing but bash itself.
    package static func render(_ program: CommandSpec) -> String {
        let function = "_" + String(program.name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
        var cases = ""
        var valued: Set<String> = []
        var walk = descent(program)
        walk.insert((path: [], command: program, inherited: []), at: 0)
        for entry in walk {
            let options = (entry.command.listedOptions + entry.inherited).filter { !$0.isHidden }
            for option in options where option.value != .flag {
                valued.formUnion(option.spellings)
            }
            cases += arm(path: entry.path, command: entry.command, options: options)
        }
        let valuePattern = valued.sorted().joined(separator: "|")
        return """
            # bash completion for \(program.name); generated, do not edit
            \(function)() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
                local path="" kind="" options="" commands="" operands="" i word
                COMPREPLY=()
                # "--name=value" arrives as three words, since "=" breaks words.
                if [[ $cur == "=" ]]; then cur=""; elif [[ $prev == "=" ]]; then
                    prev=${COMP_WORDS[COMP_CWORD-2]}
                fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    word=${COMP_WORDS[i]}
                    case $word in
                        \(valuePattern.isEmpty ? "''" : valuePattern)) [[ ${COMP_WORDS[i+1]} == "=" ]] && ((i++)); ((i++)) ;;
                        -*|=) ;;
                        *) path+=" $word" ;;
                    esac
                done
                case $path in
            \(cases)    esac
                case $prev in
                    \(valuePattern.isEmpty ? "''" : valuePattern)) ;;
                    *) kind=$operands
                        if [[ $cur == -* ]]; then
                            COMPREPLY=($(compgen -W "$options" -- "$cur"))
                            return
                        fi
                        if [[ -n $commands ]]; then kind="words $commands"; fi ;;
                esac
                case $kind in
                    file) compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")) ;;
                    directory) compopt -o filenames; COMPREPLY=($(compgen -d -- "$cur")) ;;
                    words*) COMPREPLY=($(compgen -W "${kind#words }" -- "$cur")) ;;
                esac
            }
            complete -F \(function) \(program.name)

            """
    }

    private typealias Entry = (path: [String], command: CommandSpec, inherited: [OptionSpec])

    /// Every visible command below one, each with the options that it inherits.
    private static func descent(
        _ command: CommandSpec, path: [String] = [], inherited: [OptionSpec] = []
    ) -> [Entry] {
        let passedOn = inherited + command.options
        return command.visibleSubcommands.flatMap { subcommand in
            let path = path + [subcommand.name]
            return [(path, subcommand, passedOn)]
                + descent(subcommand, path: path, inherited: passedOn)
        }
    }

    /// The arm of the `case` over the words so far; operands may follow those of a last command.
    private static func arm(path: [String], command: CommandSpec, options: [OptionSpec]) -> String {
        let spoken = path.map { " " + $0 }.joined()
        let pattern = path.isEmpty ? "''" : "'\(spoken)'" + (command.operands.isEmpty ? "" : "*")
        var lines = ["        \(pattern))"]
        lines.append("            options='\(options.flatMap(\.spellings).joined(separator: " "))'")
        if !command.visibleSubcommands.isEmpty {
            let names = command.visibleSubcommands.map(\.name).joined(separator: " ")
            lines.append("            commands='\(names)'")
        }
        if let operand = command.operands.last {
            lines.append("            operands='\(kind(operand.kind))'")
        }
        let valued = options.compactMap { option -> String? in
            guard case .required(_, let kind) = option.value else { return nil }
            let spellings = option.spellings.joined(separator: "|")
            return "                \(spellings)) kind='\(self.kind(kind))' ;;"
        }
        if !valued.isEmpty {
            lines.append("            case $prev in")
            lines += valued
            lines.append("            esac")
        }
        return lines.joined(separator: "\n") + " ;;\n"
    }

    private static func kind(_ kind: ValueKind) -> String {
        switch kind {
        case .text, .integer: ""
        case .file: "file"
        case .directory: "directory"
        case .words(let words): "words " + words.joined(separator: " ")
        }
    }
}

extension OptionSpec {
    /// Both spellings, dashes and all.
    var spellings: [String] {
        (short.map { ["-\($0)"] } ?? []) + ["--" + name]
    }
}

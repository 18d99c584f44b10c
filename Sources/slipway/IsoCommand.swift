import CommandLine
import ImageBuild
import Syscalls

/// `slipway iso`: the medium that installs and recovers machines.
enum IsoCommand {
    static let spec = CommandSpec(
        name: "iso",
        abstract: "Build the live medium",
        discussion: """
            Builds the payload, if need be, and the medium that installs it: one file, for a CD or \
            for a stick, for PCs with a BIOS and with UEFI. Nothing runs when nothing changed.

            With answers on it, the medium installs after a few seconds without asking.
            """,
        options: ImageOptions.specs + BuildCommand.options + [
            OptionSpec(
                name: "answers", value: .required("FILE", .file),
                help: "Answers for an installation that asks nothing"),
            OptionSpec(
                name: "output", short: "o", value: .required("FILE", .file),
                help: "The file to make; out/<name>-<version>.iso by default"),
        ], run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let medium = ImageBuild.Medium(
            answers: try arguments.string("answers").map { path throws(SystemError) in
                try FileSystem.read(path)
            }, output: arguments.string("output"))
        return try BuildCommand.build(.iso, arguments, medium: medium)
    }
}

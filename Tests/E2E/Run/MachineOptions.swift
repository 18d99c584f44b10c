import CommandLine
import Glibc
import Syscalls

/// What all commands that start machines have in common.
enum MachineOptions {
    static let specs = [
        OptionSpec(
            name: "work", value: .required("DIR", .directory),
            help: "Where media, disks and logs are", default: "work/e2e"),
        OptionSpec(
            name: "program", value: .required("FILE", .file),
            help: "slipway, which makes the media", default: ".build/release/slipway"),
        OptionSpec(
            name: "patience", value: .required("N", .integer(1...100)),
            help: "How many times longer things may take than on an idle host", default: "3"),
    ]

    /// Lets machines run, in a namespace of their own: none outlives the work, however it ends.
    ///
    /// - Parameters:
    ///   - arguments: The command's.
    ///   - work: Whether all is as it should be.
    /// - Throws: `SystemError`.
    /// - Returns: The exit code.
    static func run(
        _ arguments: ParsedArguments, _ work: (Teller) throws -> Bool
    ) throws -> Int32 {
        // A line to a machine that is off is no reason to die.
        signal(SIGPIPE, SIG_IGN)
        let folder = try path(arguments, "work")
        let places = StoryPlaces(
            media: "\(folder)/media", disks: "\(folder)/disks", logs: "\(folder)/logs",
            program: try path(arguments, "program"), patience: arguments.integer("patience") ?? 3)
        let outcome = try Isolation.run {
            do {
                try FileSystem.removeTree(places.disks)
                return try work(Teller(places: places)) ? ExitCode.done : ExitCode.failed
            } catch {
                return TellCommand.program.report(error, remedy: { _ in String?.none })
            }
        }
        switch outcome {
        case .ended(let status): return status
        case .interrupted(let signal): return 128 + signal
        }
    }

    /// An option's file, by its full path.
    static func path(_ arguments: ParsedArguments, _ name: String) throws -> String {
        let text = arguments.string(name) ?? ""
        return try text.hasPrefix("/") ? text : "\(FileSystem.readLink("/proc/self/cwd"))/\(text)"
    }
}

import CommandLine
import Glibc
import Lab
import Syscalls

/// `slipway-lab tell`: stories on machines of their own.
enum TellCommand {
    static let spec = CommandSpec(
        name: "tell",
        abstract: "Tell stories, each on machines of its own",
        discussion: """
            Boots User-Mode Linux with sparse disk images, does what each story says and looks \
            whether it comes out as it says. Prints a line a story and the number of those that \
            passed and failed. Logs stay, everything else goes, however it ends.
            """,
        options: [
            OptionSpec(
                name: "stories", value: .required("DIR", .directory),
                help: "The folder of the stories", default: "Tests/Lab/stories"),
            OptionSpec(
                name: "layouts", value: .required("DIR", .directory),
                help: "Folders of the layouts that they use; conf/layouts and"
                    + " Tests/Lab/layouts by default", isRepeatable: true),
            OptionSpec(
                name: "programs", value: .required("DIR", .directory),
                help: "The folder of the programs under test; where this one is by default"),
            OptionSpec(
                name: "tree", value: .required("DIR", .directory),
                help: "What the machines have for their root", default: "work/lab/tree"),
            OptionSpec(
                name: "kernel-tree", value: .required("DIR", .directory),
                help: "The tree of the kernel, if it is another"),
            OptionSpec(
                name: "mount-point", value: .required("DIR", .directory),
                help: "An empty folder that their root is mounted on", default: "work/lab-root"),
            OptionSpec(
                name: "logs", value: .required("DIR", .directory), help: "Where logs are kept",
                default: "work/lab-logs"),
            OptionSpec(
                name: "seed", value: .required("N", .integer(0...Int.max)),
                help: "What random moments and contents are made from", default: "1"),
            OptionSpec(
                name: "cuts", value: .required("N", .integer(1...1_000_000)),
                help: "Cut the power N times at random moments, in stories that say where to"
                    + " start again"),
            OptionSpec(
                name: "cut", value: .required("N", .integer(0...1_000_000)),
                help: "Cut the power once, as the cut of this number did"),
            OptionSpec(
                name: "image-sizes", value: .required("ROOTFS,KERNEL,INITRAMFS"),
                help: "How many bytes the images have that stand in for real ones"),
            OptionSpec(
                name: "width", value: .required("N", .integer(1...64)),
                help: "How many machines run at a time; as many as there are processors by default"
            ),
        ],
        operands: [
            OperandSpec(name: "story", help: "The stories; all by default", arity: .any)
        ], run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let places = try places(arguments)
        let library = try Library(folder: arguments.string("stories") ?? "")
        let outcome = try Isolation.run {
            do {
                let lab = try Lab(
                    library, places: places, seed: UInt64(arguments.integer("seed") ?? 1),
                    width: arguments.integer("width") ?? Processors.count)
                let isRight =
                    try cuts(arguments).map { try lab.cut(arguments.operands, $0) }
                    ?? lab.tell(arguments.operands)
                return isRight ? ExitCode.done : ExitCode.failed
            } catch {
                return LabCommand.program.report(error, remedy: { _ in String?.none })
            }
        }
        switch outcome {
        case .ended(let status): return status
        case .interrupted(let signal): return 128 + signal
        }
    }

    /// The numbers of the cuts that are asked for; nil where none are.
    private static func cuts(_ arguments: ParsedArguments) -> Range<Int>? {
        if let number = arguments.integer("cut") { return number..<(number + 1) }
        return arguments.integer("cuts").map { 0..<$0 }
    }

    /// The places, as the options say, by their full paths.
    private static func places(_ arguments: ParsedArguments) throws -> LabPlaces {
        let current = try FileSystem.readLink("/proc/self/cwd")
        func path(_ name: String) -> String? {
            arguments.string(name).map { $0.hasPrefix("/") ? $0 : "\(current)/\($0)" }
        }
        let program = try FileSystem.readLink("/proc/self/exe")
        let tree = path("tree") ?? ""
        let layouts = arguments.strings("layouts")
        var places = LabPlaces(
            mountPoint: path("mount-point") ?? "", tree: tree,
            kernelTree: path("kernel-tree") ?? tree,
            programs: path("programs")
                ?? String(program[..<(program.lastIndex(of: "/") ?? program.startIndex)]),
            layouts: layouts.isEmpty ? ["conf/layouts", "Tests/Lab/layouts"] : layouts,
            logs: path("logs") ?? "")
        if let text = arguments.string("image-sizes") {
            guard let sizes = StandInSizes(text) else {
                throw arguments.usageError("--image-sizes: three numbers of bytes, not \"\(text)\"")
            }
            places.imageSizes = sizes
        }
        return places
    }
}

import CommandLine
import Lab
import Syscalls

/// What scripts call inside a machine.
enum InsideCommands {
    static let promise = CommandSpec(
        name: "promise",
        abstract: "Write files whose names are their checksums",
        operands: [
            OperandSpec(name: "folder", help: "Where", kind: .directory),
            OperandSpec(name: "bytes", help: "How much in all", kind: .integer(1...Int.max)),
            OperandSpec(name: "seed", help: "What the content is made from"),
        ], isHidden: true
    ) { arguments in
        guard let byteCount = Int(arguments.operands[1]), let seed = UInt64(arguments.operands[2])
        else { throw arguments.usageError("the seed has to be a number") }
        for name in try Promise.write(byteCount, to: arguments.operands[0], seed: seed) {
            print(name)
        }
        return ExitCode.done
    }

    static let check = CommandSpec(
        name: "check",
        abstract: "Compare files with their names",
        operands: [
            OperandSpec(name: "folder", help: "Where they are", kind: .directory),
            OperandSpec(name: "list", help: "A file with their names", kind: .file),
        ], isHidden: true
    ) { arguments in
        let names = try FileSystem.readText(arguments.operands[1]).split(separator: "\n")
        let broken = Promise.broken(names.map(String.init), in: arguments.operands[0])
        for line in broken { print(line) }
        return broken.isEmpty ? ExitCode.done : ExitCode.failed
    }

    static let rot = CommandSpec(
        name: "rot",
        abstract: "Turn a byte of a file over, on one leg of its array and behind md's back",
        operands: [
            OperandSpec(name: "leg", help: "The leg's device", kind: .file),
            OperandSpec(name: "file", help: "The file, mounted", kind: .file),
            OperandSpec(name: "byte", help: "Which", kind: .integer(0...Int.max)),
        ], isHidden: true
    ) { arguments in
        try Rot.turn(
            byte: UInt64(arguments.operands[2]) ?? 0, of: arguments.operands[1],
            on: arguments.operands[0])
        return ExitCode.done
    }
}

import CommandLine
import Lab

/// What md stories do to superblocks, right and wrong.
enum ForgeCommands {
    static let leg = CommandSpec(
        name: "forge-leg",
        abstract: "Make a blank disk look like a leg that was away",
        options: [
            OptionSpec(
                name: "mistake",
                value: .required("WHAT", .words(ForgedLeg.Mistake.allCases.map(\.rawValue))),
                help: "What to do wrong", isRepeatable: true)
        ],
        operands: [
            OperandSpec(name: "survivor", help: "A leg that is in sync", kind: .file),
            OperandSpec(name: "device", help: "The blank disk", kind: .file),
            OperandSpec(name: "slot", help: "The slot that is missing", kind: .integer(0...65535)),
        ], isHidden: true
    ) { arguments in
        try ForgedLeg.make(
            from: arguments.operands[0], on: arguments.operands[1],
            slot: UInt16(arguments.operands[2]) ?? 0,
            mistakes: Set(arguments.strings("mistake").compactMap(ForgedLeg.Mistake.init)))
        return ExitCode.done
    }

    static let usedBytes = CommandSpec(
        name: "used-bytes",
        abstract: "Print how much of itself a filesystem uses",
        operands: [
            OperandSpec(name: "device", help: "The device with the filesystem", kind: .file)
        ], isHidden: true
    ) { arguments in
        print(try UsedChunks.byteCount(arguments.operands[0]))
        return ExitCode.done
    }

    static let usedChunks = CommandSpec(
        name: "used-chunks",
        abstract: "Print the chunks that a filesystem uses, as md takes them",
        operands: [
            OperandSpec(name: "device", help: "The array with the filesystem", kind: .file),
            OperandSpec(name: "bytes", help: "Bytes of a chunk", kind: .integer(4096...1 << 30)),
        ], isHidden: true
    ) { arguments in
        let ranges = try UsedChunks.read(
            arguments.operands[0], chunkByteCount: UInt64(arguments.operands[1]) ?? 0)
        for range in ranges { print("\(range.lowerBound)-\(range.upperBound)") }
        return ExitCode.done
    }
}

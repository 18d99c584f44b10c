import Bytes

/// What outside and inside tell one another over the machine's serial line: a letter, a length in
/// 32 bits, bytes.
enum Frame: Equatable {
    /// Inside is ready; the kernel's release.
    case ready(String)
    /// Outside: run the script of this name in the folder of steps.
    case run(String)
    /// A piece of what the script prints, as it comes.
    case piece([UInt8])
    /// What it printed to standard output, all of it.
    case output([UInt8])
    /// The script has ended; its exit status, 128 and a signal's number after a signal.
    case ended(Int)
    /// Outside: turn the machine off.
    case powerOff

    /// No frame is longer; a length beyond it is noise on the line.
    static let payloadLimit = 1 << 20

    private static let headByteCount = 5

    private var letter: Unicode.Scalar {
        switch self {
        case .ready: "R"
        case .run: "r"
        case .piece: "p"
        case .output: "o"
        case .ended: "e"
        case .powerOff: "q"
        }
    }

    private var payload: [UInt8] {
        switch self {
        case .ready(let text), .run(let text): Array(text.utf8)
        case .piece(let bytes), .output(let bytes): bytes
        case .ended(let status): Array(String(status).utf8)
        case .powerOff: []
        }
    }

    /// The frame as bytes.
    var encoded: [UInt8] {
        let payload = payload.prefix(Frame.payloadLimit)
        var writer = ByteWriter(capacity: Frame.headByteCount + payload.count)
        writer.uint8(UInt8(ascii: letter))
        writer.uint32LE(UInt32(payload.count))
        writer.raw(payload)
        return writer.bytes
    }

    /// Takes the first frame from what has come so far.
    ///
    /// - Returns: The frame; nil when it is not complete yet.
    /// - Throws: `LabError.machine` for bytes that are no frame.
    static func take(from bytes: inout [UInt8]) throws(LabError) -> Frame? {
        guard bytes.count >= headByteCount else { return nil }
        let count = (1...4).reduce(0) { $0 | Int(bytes[$1]) << (8 * ($1 - 1)) }
        let letter = Unicode.Scalar(bytes[0])
        guard count <= payloadLimit else { throw noise(letter) }
        guard bytes.count >= headByteCount + count else { return nil }
        let payload = Array(bytes[headByteCount..<(headByteCount + count)])
        bytes.removeFirst(headByteCount + count)
        let text = String(decoding: payload, as: UTF8.self)
        switch letter {
        case "R": return .ready(text)
        case "r": return .run(text)
        case "p": return .piece(payload)
        case "o": return .output(payload)
        case "e":
            guard let status = Int(text) else { throw noise(letter) }
            return .ended(status)
        case "q": return .powerOff
        default: throw noise(letter)
        }
    }

    private static func noise(_ letter: Unicode.Scalar) -> LabError {
        .machine(reason: "noise on the serial line: U+\(String(letter.value, radix: 16))")
    }
}

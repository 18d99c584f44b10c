/// The decompressor of LZO1X, whose library nothing else here needs.
///
/// Format: the kernel's Documentation/staging/lzo.rst, without its run-length version 1.
enum LZO1X {
    /// What came before an instruction; it decides what the first 16 instructions mean.
    private enum State {
        case afterMatch, afterLiteralRun, afterShortLiterals
    }

    private struct Stream {
        let input: UnsafeRawBufferPointer
        let output: UnsafeMutableRawBufferPointer
        var read = 0
        var written = 0

        mutating func byte() throws(CompressionError) -> Int {
            guard read < input.count else { throw corrupt("cut short") }
            defer { read += 1 }
            return Int(input[read])
        }

        /// A length that goes on in bytes of zero, each 255 more.
        mutating func length(_ bits: Int, base: Int) throws(CompressionError) -> Int {
            if bits != 0 { return bits }
            var length = base
            while true {
                let next = try byte()
                if next != 0 { return length + next }
                length += 255
                guard length <= output.count + 255 else { throw corrupt("a run is too long") }
            }
        }

        mutating func literals(_ count: Int) throws(CompressionError) {
            guard count <= input.count - read, count <= output.count - written else {
                throw corrupt("a literal run leaves the block")
            }
            for index in 0..<count { output[written + index] = input[read + index] }
            read += count
            written += count
        }

        mutating func match(_ count: Int, distance: Int) throws(CompressionError) {
            guard distance <= written, count <= output.count - written else {
                throw corrupt("a match leaves the block")
            }
            // Byte by byte: source and target of a run overlap.
            for index in written..<(written + count) { output[index] = output[index - distance] }
            written += count
        }

        func corrupt(_ message: String) -> CompressionError {
            .corrupt(algorithm: .lzo, message: message)
        }
    }

    /// Decompresses a whole block; see `Compression.Decompressor`.
    static func decompress(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> Int {
        var stream = Stream(input: input, output: output)
        var state = State.afterMatch
        if let first = input.first, first > 17 {
            stream.read = 1
            let count = Int(first) - 17
            try stream.literals(count)
            state = count < 4 ? .afterShortLiterals : .afterLiteralRun
        }
        while true {
            let code = try stream.byte()
            var tail = code
            switch code {
            case 64...:
                tail = code
                let high = try stream.byte()
                try stream.match((code >> 5) + 1, distance: 1 + (code >> 2 & 7) + high << 3)
            case 32..<64:
                let count = try stream.length(code & 31, base: 31)
                tail = try stream.byte()
                let high = try stream.byte()
                try stream.match(count + 2, distance: 1 + tail >> 2 + high << 6)
            case 16..<32:
                let count = try stream.length(code & 7, base: 7)
                tail = try stream.byte()
                let distance = (code & 8) << 11 + tail >> 2 + (try stream.byte()) << 6
                if distance == 0 {
                    guard stream.read == input.count else {
                        throw stream.corrupt("bytes after its end")
                    }
                    return stream.written
                }
                try stream.match(count + 2, distance: distance + 0x4000)
            default:
                switch state {
                case .afterMatch:
                    try stream.literals(try stream.length(code, base: 15) + 3)
                    state = .afterLiteralRun
                    continue
                case .afterLiteralRun:
                    let high = try stream.byte()
                    try stream.match(3, distance: 0x801 + code >> 2 + high << 2)
                case .afterShortLiterals:
                    let high = try stream.byte()
                    try stream.match(2, distance: 1 + code >> 2 + high << 2)
                }
            }
            let count = tail & 3
            try stream.literals(count)
            state = count == 0 ? .afterMatch : .afterShortLiterals
        }
    }
}

/// Why a block could not be compressed or decompressed.
package enum CompressionError: Error, Equatable, CustomStringConvertible {
    /// A level that the codec does not have.
    case invalidLevel(codec: String, level: Int, range: ClosedRange<Int>)
    /// The format can be recognised but not be written or read here.
    case unsupported(algorithm: Compression.Algorithm)
    /// The library failed on good input: no memory, or a fault of its own.
    case failed(library: String, message: String)
    /// The compressed bytes are damaged, or do not fit into the room that they must fit into.
    case corrupt(algorithm: Compression.Algorithm, message: String)

    package var description: String {
        switch self {
        case .invalidLevel(let codec, let level, let range):
            "\(codec) has levels \(range.lowerBound) to \(range.upperBound), not \(level)"
        case .unsupported(let algorithm):
            "\(algorithm.rawValue) blocks are not supported"
        case .failed(let library, let message): "\(library): \(message)"
        case .corrupt(let algorithm, let message):
            "damaged \(algorithm.rawValue) data: \(message)"
        }
    }
}

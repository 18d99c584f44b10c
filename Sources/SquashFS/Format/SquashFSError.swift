import Bytes
package import Compression
package import Syscalls

/// Why an image could not be written or read.
package enum SquashFSError: Error, Equatable, CustomStringConvertible {
    /// The image is damaged: a structure's field at an offset has a value that cannot be.
    ///
    /// The offset counts from the start of the image; inside a compressed block of metadata it is
    /// that of the block.
    case malformed(structure: String, field: String, offset: UInt64, problem: String)
    /// The file is no squashfs 4.0 image.
    case notAnImage(problem: String)
    /// The image, or what is to be packed, is larger than a stated limit.
    case limit(what: String, value: UInt64, limit: UInt64)
    /// There is no such path in the image.
    case noSuchPath(String)
    /// The path is of another kind than is needed.
    case wrongKind(path: String, wanted: String)
    /// An option has a value that it cannot have.
    case invalidOption(String)
    /// An entry that cannot be packed.
    case invalidEntry(path: String, problem: String)
    /// A source file changed while it was read: nothing was written under the image's name.
    case sourceChanged(path: String, problem: String)
    /// What is extracted would land outside the target folder, or on something that is there.
    case unsafeExtraction(path: String, problem: String)
    /// A system call failed.
    case system(SystemError)
    /// A stream of entries could not be read; in the stream's own words.
    case stream(reason: String)
    /// A compressor failed.
    case compression(CompressionError)

    package var description: String {
        switch self {
        case .malformed(let structure, let field, let offset, let problem):
            "\(structure) at byte \(offset): \(field): \(problem)"
        case .notAnImage(let problem): "not a squashfs image: \(problem)"
        case .limit(let what, let value, let limit):
            "\(what): \(value) is more than the limit of \(limit)"
        case .noSuchPath(let path): "\(path): no such path in the image"
        case .wrongKind(let path, let wanted): "\(path): not \(wanted)"
        case .invalidOption(let problem): problem
        case .invalidEntry(let path, let problem): "\(path): \(problem)"
        case .sourceChanged(let path, let problem): "\(path): changed while read: \(problem)"
        case .unsafeExtraction(let path, let problem): "\(path): not extracted: \(problem)"
        case .system(let error): error.description
        case .stream(let reason): reason
        case .compression(let error): error.description
        }
    }

    /// A fault of the image found by a codec of fields.
    static func malformed(_ structure: String, _ offset: UInt64, _ error: DecodeError) -> Self {
        switch error {
        case .truncated(let field, _, let byteCount, let available):
            .malformed(
                structure: structure, field: field, offset: offset,
                problem: "\(byteCount) bytes wanted, \(available) are there")
        }
    }
}

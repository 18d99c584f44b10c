/// Why bytes could not be read as the structure they should be.
package enum DecodeError: Error, Equatable, CustomStringConvertible {
    /// The bytes end before the field does.
    case truncated(field: String, offset: Int, byteCount: Int, available: Int)

    package var description: String {
        switch self {
        case .truncated(let field, let offset, let byteCount, let available):
            "\(field): \(byteCount) bytes at offset \(offset), only \(available) are there"
        }
    }
}

/// A place in bytes from outside, which moves on as fields are read.
///
/// It owns the offset only; each call is given the bytes, so that it can be kept and copied
/// without a lifetime. No call traps, whatever the bytes are.
package struct ByteCursor: Sendable, Equatable {
    /// Where the next field starts.
    package private(set) var offset: Int

    /// A cursor at an offset, 0 or more.
    package init(at offset: Int = 0) {
        precondition(offset >= 0)
        self.offset = offset
    }

    /// Reads one byte.
    package mutating func uint8(_ field: String, in bytes: RawSpan) throws(DecodeError) -> UInt8 {
        try integer(field, in: bytes)
    }

    /// Reads 16 bits, the least significant byte first.
    package mutating func uint16LE(
        _ field: String, in bytes: RawSpan
    ) throws(DecodeError) -> UInt16 {
        UInt16(littleEndian: try integer(field, in: bytes))
    }

    /// Reads 32 bits, the least significant byte first.
    package mutating func uint32LE(
        _ field: String, in bytes: RawSpan
    ) throws(DecodeError) -> UInt32 {
        UInt32(littleEndian: try integer(field, in: bytes))
    }

    /// Reads 64 bits, the least significant byte first.
    package mutating func uint64LE(
        _ field: String, in bytes: RawSpan
    ) throws(DecodeError) -> UInt64 {
        UInt64(littleEndian: try integer(field, in: bytes))
    }

    /// Reads a run of bytes.
    ///
    /// - Throws: `DecodeError.truncated` before anything is allocated.
    package mutating func bytes(
        _ count: Int, _ field: String, in bytes: RawSpan
    ) throws(DecodeError) -> [UInt8] {
        try require(count, field, in: bytes)
        let range = offset..<(offset + count)
        offset += count
        return bytes.extracting(range).withUnsafeBytes { [UInt8]($0) }
    }

    /// Passes over bytes that are known to be there.
    package mutating func skip(
        _ count: Int, _ field: String, in bytes: RawSpan
    ) throws(DecodeError) {
        try require(count, field, in: bytes)
        offset += count
    }

    private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ field: String, in bytes: RawSpan
    ) throws(DecodeError) -> Value {
        let size = MemoryLayout<Value>.size
        try require(size, field, in: bytes)
        defer { offset += size }
        return bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    private func require(_ count: Int, _ field: String, in bytes: RawSpan) throws(DecodeError) {
        let available = max(0, bytes.byteCount - offset)
        guard count >= 0, count <= available else {
            throw .truncated(
                field: field, offset: offset, byteCount: count, available: available)
        }
    }
}

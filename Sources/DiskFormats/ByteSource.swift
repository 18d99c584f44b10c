import Bytes

/// Bytes of a disk, a partition or an image file: what the formats here are read from.
package protocol ByteSource {
    /// How many bytes there are.
    var byteCount: UInt64 { get }

    /// Reads bytes.
    ///
    /// - Parameters:
    ///   - count: How many, 0 or more; all of them or an error come back.
    ///   - offset: Where the first one is.
    /// - Returns: So many bytes.
    /// - Throws: When the bytes are not there or cannot be read.
    func bytes(_ count: Int, at offset: UInt64) throws -> [UInt8]
}

/// Bytes in memory.
package struct MemoryBytes: ByteSource, Sendable, Equatable {
    /// The bytes.
    package var content: [UInt8]

    /// Wraps bytes.
    package init(_ content: [UInt8]) { self.content = content }

    package var byteCount: UInt64 { UInt64(content.count) }

    package func bytes(_ count: Int, at offset: UInt64) throws -> [UInt8] {
        guard let start = Int(exactly: offset), start <= content.count,
            count >= 0, count <= content.count - start
        else {
            throw DecodeError.truncated(
                field: "bytes", offset: Int(clamping: offset), byteCount: count,
                available: content.count)
        }
        return Array(content[start..<(start + count)])
    }
}

/// Bytes that are to be written at an offset.
package struct ByteWrite: Sendable, Equatable {
    /// Where the first byte goes, from the start of the device.
    package var offset: UInt64
    /// The bytes.
    package var bytes: [UInt8]

    /// Makes a write.
    package init(offset: UInt64, bytes: [UInt8]) {
        self.offset = offset
        self.bytes = bytes
    }

    /// The bytes of the device that it covers.
    package var extent: Range<UInt64> { offset..<(offset + UInt64(bytes.count)) }
}

extension MemoryBytes {
    /// Puts bytes where they are to go; those beyond the end are an error of the caller's.
    package mutating func apply(_ write: ByteWrite) {
        let start = Int(write.offset)
        content.replaceSubrange(start..<(start + write.bytes.count), with: write.bytes)
    }
}

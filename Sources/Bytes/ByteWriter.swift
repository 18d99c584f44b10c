/// Bytes of an on-disk structure, field after field.
package struct ByteWriter: Sendable {
    /// What has been written.
    package private(set) var bytes: [UInt8] = []

    /// An empty writer.
    ///
    /// - Parameter capacity: The count of bytes to make room for at once.
    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// How many bytes have been written.
    package var count: Int { bytes.count }

    /// Appends one byte.
    package mutating func uint8(_ value: UInt8) { bytes.append(value) }

    /// Appends 16 bits, the least significant byte first.
    package mutating func uint16LE(_ value: UInt16) { append(value.littleEndian) }

    /// Appends 32 bits, the least significant byte first.
    package mutating func uint32LE(_ value: UInt32) { append(value.littleEndian) }

    /// Appends 64 bits, the least significant byte first.
    package mutating func uint64LE(_ value: UInt64) { append(value.littleEndian) }

    /// Appends bytes as they are.
    package mutating func raw(_ other: some Sequence<UInt8>) { bytes.append(contentsOf: other) }

    /// Appends bytes as they are.
    package mutating func raw(_ other: UnsafeRawBufferPointer) { bytes.append(contentsOf: other) }

    private mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }
}

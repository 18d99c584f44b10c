/// Integers inside of bytes whose length has been checked.
extension [UInt8] {
    /// The integer at an offset, the least significant byte first.
    func integer<Value: FixedWidthInteger>(at offset: Int) -> Value {
        let size = Value.bitWidth / 8
        return self[offset..<(offset + size)].reversed().reduce(0) { value, byte in
            // Shifting a byte by its own width is well defined, and 0.
            value << 8 | Value(truncatingIfNeeded: byte)
        }
    }

    /// Puts an integer at an offset, the least significant byte first.
    mutating func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        var rest = value
        for index in offset..<(offset + Value.bitWidth / 8) {
            self[index] = UInt8(truncatingIfNeeded: rest)
            rest >>= 8
        }
    }

    /// Text that ends at a zero byte, or with the field.
    func text(at offset: Int, count: Int) -> String {
        String(decoding: self[offset..<(offset + count)].prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension UInt64 {
    /// The next multiple of a power of two, or nil when there is none.
    func roundedUp(to unit: UInt64) -> UInt64? {
        let (sum, overflows) = addingReportingOverflow(unit - 1)
        return overflows ? nil : sum & ~(unit - 1)
    }
}

/// A long name, which lies in slots of its own in front of the entry that it is for.
struct FAT32LongName {
    /// Where its slots lie.
    private(set) var places: [UInt64] = []

    /// The parts in the order in which they come: the end of the name first.
    private var parts: [[UInt16]] = []
    private var checksum: UInt8?
    /// The number that the next slot must have; nil when one was missing.
    private var expected: UInt8?

    /// Takes a slot with attribute 0x0F.
    mutating func append(_ slot: [UInt8], at place: UInt64) {
        let order = slot[0] & 0x3F
        if slot[0] & 0x40 != 0 {
            self = FAT32LongName()
            checksum = slot[13]
            expected = order
        }
        places.append(place)
        guard order >= 1, order == expected, slot[13] == checksum else {
            expected = nil
            return
        }
        let offsets = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30]
        parts.append(offsets.map { slot.integer(at: $0) })
        expected = order - 1
    }

    /// The name, if all its slots are there and belong to this entry.
    func name(for slot: [UInt8]) -> String? {
        guard expected == 0, checksum == FAT32LongName.checksum(slot) else { return nil }
        let units = parts.reversed().joined().prefix { $0 != 0 && $0 != 0xFFFF }
        return String(decoding: Array(units), as: UTF16.self)
    }

    /// The name of 8 and 3 characters; two bits say which part is in small letters.
    static func shortName(_ slot: [UInt8]) -> String {
        func part(_ range: Range<Int>, small: UInt8) -> String {
            var bytes = Array(slot[range])
            // 0xE5 would mark a free slot, so 0x05 stands for it.
            if range.lowerBound == 0, bytes[0] == 0x05 { bytes[0] = 0xE5 }
            while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
            let text = String(decoding: bytes, as: UTF8.self)
            return slot[12] & small == 0 ? text : text.lowercased()
        }
        let base = part(0..<8, small: 0x08)
        let suffix = part(8..<11, small: 0x10)
        return suffix.isEmpty ? base : "\(base).\(suffix)"
    }

    /// The sum over a short name's 11 bytes.
    private static func checksum(_ slot: [UInt8]) -> UInt8 {
        slot[0..<11].reduce(0) { sum, byte in (sum << 7 | sum >> 1) &+ byte }
    }
}

/// The CRC of Ethernet, zip and GPT: polynomial 0x04C11DB7, reflected, inverted at both ends.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in
            crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320
        }
    }

    /// The checksum of bytes.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xff)]
        }
    }
}

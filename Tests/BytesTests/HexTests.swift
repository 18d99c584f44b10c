import Bytes
import Testing

@Suite struct HexTests {
    @Test("bytes come back from their text", arguments: [[], [0], [255, 1, 16], Array(0...255)])
    func roundTrip(bytes: [UInt8]) {
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
    }

    @Test("text that is not hexadecimal is refused", arguments: ["a", "0g", "zz", "0x", " 1"])
    func refusal(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}

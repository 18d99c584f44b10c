import DiskFormats
import TestSamples
import Testing

@Suite struct GUIDTests {
    @Test("a GUID's first three groups are stored with their bytes reversed")
    func mixedEndian() throws {
        let guid = try #require(GUID("00112233-4455-6677-8899-aabbccddeeff"))
        #expect(
            guid.bytes == [
                0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd,
                0xee, 0xff,
            ])
        #expect(guid.description == "00112233-4455-6677-8899-AABBCCDDEEFF")
        #expect(GUID(bytes: guid.bytes) == guid)
        // The type of GRUB's partition spells a joke only in this order.
        #expect(String(decoding: GUID.biosBoot.bytes, as: UTF8.self) == "Hah!IdontNeedEFI")
    }

    @Test("a UUID has two texts")
    func uuid() throws {
        let uuid = try #require(UUID("00112233-4455-6677-8899-aabbccddeeff"))
        #expect(uuid.bytes == (0..<16).map { UInt8($0 * 0x11) })
        #expect(uuid.mdadmText == "00112233:44556677:8899aabb:ccddeeff")
        #expect(UUID(uuid.mdadmText) == uuid)
        #expect(UUID(uuid.description.uppercased()) == uuid)
    }

    @Test(
        "what is no UUID is refused",
        arguments: [
            "", "-", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeefg",
            "0011223-34455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff-",
            "00112233:44556677:8899aabb:ccddeef", "{00112233-4455-6677-8899-aabbccddee}",
        ])
    func refused(text: String) {
        #expect(UUID(text) == nil)
        #expect(GUID(text) == nil)
    }

    @Test("a GUID has no text with colons, and 16 bytes")
    func refusedGUID() {
        #expect(GUID("00112233:44556677:8899aabb:ccddeeff") == nil)
        #expect(GUID(bytes: [1, 2, 3]) == nil)
        #expect(UUID(bytes: []) == nil)
    }

    @Test("a random one says that it is random")
    func random() {
        var generator = SplitMix64(seed: 1)
        for _ in 0..<20 {
            let text = Array(GUID(randomFrom: &generator).description)
            #expect(text[14] == "4")
            #expect("89AB".contains(text[19]))
        }
    }
}

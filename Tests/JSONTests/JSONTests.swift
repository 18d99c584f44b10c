import JSON
import Testing

@Suite struct JSONTests {
    static let sample: JSON = [
        "text": "a\"b\\c\n\u{1}é😀", "list": [1, -2, true, .null, .double(1.5)], "empty": [],
        "object": ["z": 1, "a": 2], "none": .object([]),
    ]

    @Test("both layouts read back as the same value", arguments: [JSON.Layout.line, .pretty])
    func roundTrip(layout: JSON.Layout) throws {
        #expect(try JSON(parsing: Self.sample.text(layout)) == Self.sample)
    }

    @Test("the line layout has one spelling")
    func spelling() {
        let value: JSON = ["b": [1, "x\u{7F}"], "a": .object([])]
        #expect(value.text() == #"{"b":[1,"x\u007f"],"a":{}}"#)
    }

    @Test("escapes and surrogate pairs are read")
    func escapes() throws {
        #expect(try JSON(parsing: #""\u00e9\ud83d\ude00\/\t""#) == .string("é😀/\t"))
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,}", "01", "1.", "+1", "nul", "\"\u{1}\"", "\"\\ud83d\"",
            "\"\\x\"", "{\"a\" 1}", "[1] 2", "'a'", "1e999", "-", "{\"a\":1,\"a\":2}",
        ])
    func refusal(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test("bytes that are not UTF-8 are refused")
    func encoding() {
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test("nesting has an end")
    func depth() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.tooDeep(limit: 64)) { try JSON(parsing: text) }
    }

    @Test("every truncation of a document is refused, and none traps")
    func truncation() {
        let bytes = Array(Self.sample.text().utf8)
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(bytes[..<count])) }
        }
    }
}

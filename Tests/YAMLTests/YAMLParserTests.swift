import Testing

@testable import YAML

@Suite struct YAMLParserTests {
    static let sample = """
        # a comment
        name: "quoted: text"
        list:
        - plain
        - 'it''s'
        - [flow, {a: b}]
        folded: >-
          one
          two
        literal: |
          first
          second
        empty:
        deep: {x: {y: [1, 2]}}
        """

    @Test("every kind of scalar and collection, with its place")
    func kinds() throws {
        let root = try YAMLNode(parsing: Self.sample)
        guard case .mapping(let entries) = root.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.key) == ["name", "list", "folded", "literal", "empty", "deep"])
        #expect(entries[0].value.content == .scalar("quoted: text", isPlain: false))
        #expect(entries[0].value.mark == YAMLMark(line: 2, column: 7))
        #expect(entries[2].value.content == .scalar("one two", isPlain: false))
        #expect(entries[3].value.content == .scalar("first\nsecond\n", isPlain: false))
        #expect(entries[4].value.content == .scalar("", isPlain: true))
        guard case .sequence(let list) = entries[1].value.content else {
            Issue.record("no list")
            return
        }
        #expect(list[1].content == .scalar("it's", isPlain: false))
        #expect(list[2].mark == YAMLMark(line: 6, column: 3))
    }

    struct Refusal: CustomTestStringConvertible {
        let text: String
        let line: Int
        let message: String
        var testDescription: String { text }
    }

    @Test(
        "what a manifest has no need for is refused",
        arguments: [
            Refusal(text: "a: &x 1\nb: 2", line: 1, message: "an anchor is not supported here"),
            Refusal(text: "a: 1\nb: *x", line: 2, message: "an alias is not supported here"),
            Refusal(
                text: "a:\n  <<: {b: 1}", line: 2, message: "a merge key is not supported here"),
            Refusal(text: "a: !!int 1", line: 1, message: "a tag is not supported here"),
            Refusal(
                text: "a: 1\n--- \nb: 2", line: 2,
                message: "a second document is not supported here"),
            Refusal(
                text: "a: 1\nb: 1\na: 2", line: 3,
                message: "key \"a\" a second time; the first is in line 1"),
            Refusal(text: "? [a]\n: 1", line: 1, message: "expected a key that is text"),
            Refusal(text: "", line: 1, message: "expected a document, got nothing"),
            Refusal(text: "# only a comment", line: 1, message: "expected a document, got nothing"),
        ])
    func refusals(_ refusal: Refusal) {
        let error = #expect(throws: YAMLError.self) { try YAMLNode(parsing: refusal.text) }
        #expect(error?.description == refusal.message)
        #expect(error?.mark.line == refusal.line)
    }

    @Test(
        "syntax errors have a place",
        arguments: ["a: b: c", "\tx: 1", "a: [1", "a: \"x", "- a\nb: 1"])
    func syntax(text: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLNode(parsing: text) }
        #expect((1...2).contains(error?.mark.line ?? 0))
        #expect(error?.description.isEmpty == false)
    }

    @Test("depth and length have an end")
    func limits() throws {
        let deep = String(repeating: "[", count: 100_000)
        let error = #expect(throws: YAMLError.self) { try YAMLNode(parsing: deep) }
        #expect(error == .tooDeep(limit: 32, YAMLMark(line: 1, column: 34)))
        let inside = String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
        _ = try YAMLNode(parsing: inside)
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: YAMLNode.lengthLimit + 1)
        #expect(throws: YAMLError.tooLong(limit: YAMLNode.lengthLimit)) {
            try YAMLNode(parsing: long)
        }
    }

    @Test("only UTF-8 is text")
    func encoding() {
        let place = YAMLMark(line: 2, column: 4)
        #expect(throws: YAMLError.encoding(place)) {
            try YAMLNode(parsing: Array("a: é\nb: ".utf8) + [0xC3, 0x28])
        }
        #expect(throws: YAMLError.encoding(YAMLMark(line: 1, column: 1))) {
            try YAMLNode(parsing: [0xFF, 0xFE, 0x61, 0x00])
        }
        #expect(throws: YAMLError.encoding(YAMLMark(line: 1, column: 2))) {
            try YAMLNode(parsing: [0x61, 0x00, 0x62])
        }
    }

    @Test("no truncation and no flipped byte traps")
    func damage() {
        let bytes = Array(Self.sample.utf8)
        for count in 0..<bytes.count { _ = try? YAMLNode(parsing: Array(bytes[..<count])) }
        for index in bytes.indices {
            for flip: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                var damaged = bytes
                damaged[index] ^= flip
                _ = try? YAMLNode(parsing: damaged)
            }
        }
    }
}

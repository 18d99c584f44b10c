import Testing

@testable import YAML

@Suite struct YAMLDecoderTests {
    private struct Value: Equatable {
        var name = ""
        var count = 0
        var flag = false
        var list: [String] = []
    }

    private func decode(_ text: String) throws(YAMLIssues) -> Value {
        try YAMLDecoder.decode(Array(text.utf8), file: "x.yaml") { _, root in
            let map = root.mapping(["name", "count", "flag", "list"])
            return Value(
                name: map.string("name"),
                count: map.required("count", or: 0) { $0.integer(in: 1...9) },
                flag: map.bool("flag", default: false), list: map.strings("list"))
        }
    }

    @Test("a good file becomes its value")
    func good() throws {
        #expect(
            try decode("name: 13\ncount: 7\nflag: true\nlist: [a, 'b c']")
                == Value(name: "13", count: 7, flag: true, list: ["a", "b c"]))
    }

    @Test("all mistakes are told at once, in the order of lines")
    func allAtOnce() {
        let error = #expect(throws: YAMLIssues.self) {
            try decode("list: [a, [b]]\nflag: 'true'\nextra: 1\ncount: 12\n")
        }
        #expect(
            error?.description == """
                x.yaml:1:1: missing key "name"
                x.yaml:1:11: list[1]: expected text, got a list
                x.yaml:2:7: flag: expected true or false, got text "true"
                x.yaml:3:1: unknown key "extra"; known are count, flag, list, name
                x.yaml:4:8: count: expected a number from 1 to 9, got 12
                """)
    }

    @Test(
        "types are not guessed",
        arguments: [
            ("name: [a]\ncount: 1", "name: expected text, got a list"),
            ("name:\ncount: 1", "name: expected text, got nothing"),
            ("name: ''\ncount: 1", "name: expected text, got nothing"),
            ("name: a\ncount: '1'", "count: expected a whole number, got text \"1\""),
            ("name: a\ncount: 1.5", "count: expected a whole number, got 1.5"),
            ("name: a\ncount: 0x1", "count: expected a whole number, got 0x1"),
            ("name: a\ncount: 99999999999999999999", "expected a whole number"),
            ("name: a\ncount: 1\nflag: yes", "flag: expected true or false, got yes"),
            ("name: a\ncount: 1\nlist: b", "list: expected a list, got b"),
            ("- a", "expected a mapping, got a list"),
            ("a: b: c", "mapping values are not allowed in this context"),
        ])
    func types(text: String, message: String) {
        let error = #expect(throws: YAMLIssues.self) { try decode(text) }
        #expect(error?.description.contains(message) == true)
        #expect(error?.issues.count == 1)
    }
}

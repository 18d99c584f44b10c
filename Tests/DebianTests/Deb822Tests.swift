import Debian
import Testing

@Suite struct Deb822Tests {
    @Test("fields, folded values, comments and stanzas")
    func parsing() throws {
        let text = """
            # a comment
            Package: bash
            Description: shell
             a longer text
             .
            Conffiles:
             /etc/a 123

            package: dash

            """
        let stanzas = try Deb822.parse(text)
        #expect(stanzas.count == 2)
        #expect(stanzas[0]["package"] == "bash")
        #expect(stanzas[0]["Description"] == "shell\n a longer text\n .")
        #expect(stanzas[0]["Conffiles"] == "\n /etc/a 123")
        #expect(stanzas[1]["Package"] == "dash")
    }

    @Test("text comes back")
    func roundTrip() throws {
        var stanza = Stanza()
        stanza["A"] = "one"
        stanza["B"] = "\n folded\n .\n more"
        stanza["C"] = "two\n lines"
        #expect(try Deb822.parse(stanza.text) == [stanza])
        stanza["B"] = nil
        #expect(stanza.text == "A: one\nC: two\n lines\n")
    }

    @Test("what is no control file is refused with its line")
    func refusal() {
        #expect(throws: Deb822Error.continuesNothing(line: 1)) { try Deb822.parse(" x") }
        #expect(throws: Deb822Error.notAField(line: 2, text: "no colon")) {
            try Deb822.parse("A: b\nno colon")
        }
        #expect(throws: Deb822Error.duplicateField(name: "a", line: 2)) {
            try Deb822.parse("A: b\na: c")
        }
    }
}

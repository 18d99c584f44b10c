import Release
import Testing

@Suite struct ReleaseNameTests {
    @Test(
        "good names",
        arguments: [
            "1", "2026.11.20-1", "6.12.57+deb13-amd64", "a.b", "x_y~z",
            String(repeating: "a", count: 64),
        ])
    func good(text: String) throws {
        #expect(try ReleaseName(text, field: "version").text == text)
    }

    @Test(
        "names that could leave their folder, be an option or need quoting",
        arguments: [
            "", "a/b", "/a", "..", "a..b", ".a", "-a", "_a", "~a", "a b", "a\n", "a\0", "ä", "a$b",
            "a\"b", String(repeating: "a", count: 65),
        ])
    func bad(text: String) {
        #expect(throws: ReleaseError.self) { try ReleaseName(text, field: "version") }
    }

    @Test("good paths", arguments: ["vmlinuz", "loader/core.img", "a/b/c/d/e/f/g/h"])
    func goodPath(text: String) throws {
        #expect(try PayloadPath(text).names.joined(separator: "/") == text)
    }

    @Test(
        "bad paths",
        arguments: [
            "", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a/.b", "__main__.py",
            "a/b/c/d/e/f/g/h/i",
        ])
    func badPath(text: String) {
        #expect(throws: ReleaseError.self) { try PayloadPath(text) }
    }

    @Test("a TrueNAS payload may have names with a leading underscore, and no more than that")
    func truenasPath() throws {
        #expect(try PayloadPath(truenas: "truenas_install/__main__.py").names.count == 2)
        #expect(throws: ReleaseError.self) { try PayloadPath(truenas: "_/../a") }
    }

    @Test("the message says the field, the name and the rule")
    func message() {
        let error = #expect(throws: ReleaseError.self) {
            try ReleaseName("1/2", field: "version")
        }
        #expect(
            error?.description
                == "version \"1/2\": a name has only letters, digits and . _ + ~ -")
    }
}

@Suite struct ReleaseDateTests {
    @Test(
        "known dates",
        arguments: [
            (0, "1970-01-01T00:00:00"), (951_782_400, "2000-02-29T00:00:00"),
            (1_763_596_800, "2025-11-20T00:00:00"), (4_107_542_399, "2100-02-28T23:59:59"),
            (253_402_300_799, "9999-12-31T23:59:59"),
        ] as [(Int64, String)])
    func known(seconds: Int64, text: String) {
        #expect(ReleaseDate.text(seconds) == text)
        #expect(ReleaseDate.seconds(text) == seconds)
    }

    @Test("every day of four centuries comes back")
    func roundTrip() {
        for day in stride(from: Int64(0), to: 146_097, by: 1) {
            let text = ReleaseDate.text(day * 86400 + 86399)
            #expect(ReleaseDate.seconds(text) == day * 86400 + 86399)
        }
    }

    @Test(
        "what is no date is refused",
        arguments: [
            "", "2025-02-30T00:00:00", "2025-13-01T00:00:00", "2025-01-01T25:00:00",
            "2025-01-01 00:00:00", "2025-01-01T00:00:00Z", "1969-12-31T23:59:59",
            "2025-01-01T00:00:60", "2100-02-29T00:00:00",
        ])
    func refusal(text: String) {
        #expect(ReleaseDate.seconds(text) == nil)
    }
}

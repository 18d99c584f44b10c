import Testing

@testable import Lab

@Suite struct LibraryTests {
    private func story(_ name: String, from base: String? = nil) throws -> Story {
        try Story(parsing: base.map { "from \($0)\n" } ?? "", file: "\(name).story")
    }

    @Test("a story is told after those that it stands on, each once")
    func levels() throws {
        let library = try Library([
            story("a", from: "c"), story("b", from: "c"), story("c"), story("d", from: "a"),
            story("e"),
        ])
        #expect(
            try library.levels(for: []).map { $0.map(\.name) } == [["c", "e"], ["a", "b"], ["d"]])
        #expect(
            try library.levels(for: ["d"]).map { $0.map(\.name) } == [["c"], ["a"], ["d"]])
    }

    @Test("a story that is not there is told with who wants it")
    func missing() throws {
        let stories = [try story("a", from: "b")]
        #expect(
            throws: LabError.badStory(name: "b", reason: "there is none (a begins with it)")
        ) { try Library(stories) }
        let library = try Library([])
        #expect(throws: LabError.badStory(name: "z", reason: "there is none (asked for)")) {
            try library.levels(for: ["z"])
        }
    }

    @Test("stories that stand on one another are refused")
    func circle() throws {
        let stories = [try story("a", from: "b"), try story("b", from: "a")]
        #expect(throws: LabError.badStory(name: "a", reason: "it begins with itself")) {
            try Library(stories)
        }
    }
}

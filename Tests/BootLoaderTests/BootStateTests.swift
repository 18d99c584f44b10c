import BootLoader
import JSON
import Release
import Storage
import Testing

@Suite struct BootStateTests {
    static func name(_ text: String) throws -> ReleaseName {
        try ReleaseName(text, field: "version")
    }

    static func sample() throws -> BootState {
        BootState(
            generation: 7, confirmed: try name("2.0"), previous: try name("1.0"),
            trying: try name("3.0~rc1"), failed: [try name("2.5")], options: "console=ttyS0 quiet",
            legs: [
                "card": BootState.LegRecord(generation: 7, images: [try name("2.0")]),
                "nvme": BootState.LegRecord(generation: 6, images: []),
            ])
    }

    @Test("what is saved is read back")
    func roundTrip() throws {
        for state in [try Self.sample(), BootState()] {
            let text = state.json.text(.pretty)
            #expect(try BootState(json: JSON(parsing: Array(text.utf8))) == state)
        }
    }

    @Test("boot legs hold each image that is named once")
    func images() throws {
        var state = try Self.sample()
        #expect(state.images.map(\.text) == ["2.0", "3.0~rc1", "1.0"])
        state.trying = state.previous
        #expect(state.images.map(\.text) == ["2.0", "1.0"])
        #expect(BootState().images.isEmpty)
    }

    /// A change of the sample's text, and what is said of it.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let old: String
        let new: String
        let error: SavedFormError
        var testDescription: String { new }
    }

    static let mistakes = [
        Mistake(
            old: "\"format\":1", new: "\"format\":2", error: .unknownFormat(found: 2, known: 1)),
        Mistake(
            old: "\"generation\":7,\"confirmed\"", new: "\"generation\":-7,\"confirmed\"",
            error: .wrong(".generation", wanted: "a number from 0 on")),
        Mistake(
            old: "\"confirmed\":\"2.0\"", new: "\"confirmed\":\"../2.0\"",
            error: .wrong(".confirmed", wanted: "a version")),
        Mistake(
            old: "\"trying\":", new: "\"triyng\":", error: .unknown(".triyng")),
        Mistake(
            old: "[\"2.5\"]", new: "[5]", error: .wrong(".failed[0]", wanted: "a version")),
        Mistake(
            old: "ttyS0 quiet", new: "ttyS0\\nquiet",
            error: .wrong(".options", wanted: "words for a kernel, of printable ASCII")),
        Mistake(
            old: "\"nvme\":{\"generation\":6,", new: "\"nvme\":{\"generation\":6,\"x\":1,",
            error: .unknown(".legs.nvme.x")),
        Mistake(
            old: "\"images\":[\"2.0\"]", new: "\"images\":{}",
            error: .wrong(".legs.card.images", wanted: "a list")),
    ]

    @Test("a mistake is named with its place", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        let text = try Self.sample().json.text()
        let parts = text.split(separator: mistake.old, omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        let changed = parts.joined(separator: mistake.new)
        #expect(throws: mistake.error) {
            try BootState(json: JSON(parsing: Array(changed.utf8)))
        }
    }
}

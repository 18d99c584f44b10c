import JSON
import Testing

@testable import Storage

@Suite struct SavedFormTests {
    @Test("an observation comes back from its text as it was", arguments: 0..<200 as Range<UInt64>)
    func observation(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let observation = random.observation()
        let text = observation.json.text(.pretty)
        #expect(try Observation(json: JSON(parsing: text)) == observation)
        #expect(try Observation(json: JSON(parsing: text)).json.text(.pretty) == text)
    }

    @Test("a plan comes back from its text as it was", arguments: 0..<200 as Range<UInt64>)
    func plan(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let plan = random.plan()
        let text = plan.json.text(.pretty)
        #expect(try Plan(json: JSON(parsing: text)) == plan)
        #expect(try Plan(json: JSON(parsing: text)).json.text(.pretty) == text)
    }

    @Test("every action comes back", arguments: 0..<RandomValues.actionCount)
    func action(kind: Int) throws {
        var random = RandomValues(seed: UInt64(kind))
        let action = random.action(kind)
        #expect(try Action(json: action.json, at: "") == action)
    }

    @Test("what is not known, missing, or of another kind is named")
    func faults() throws {
        func read(_ text: String) throws { _ = try Plan(json: JSON(parsing: text)) }
        #expect(throws: SavedFormError.missing(".format")) { try read("{}") }
        #expect(throws: SavedFormError.unknownFormat(found: 2, known: 1)) {
            try read(#"{"format": 2}"#)
        }
        #expect(throws: SavedFormError.unknown(".extra")) {
            try read(#"{"format": 1, "extra": 1}"#)
        }
        let start = #"{"format": 1, "layout": "x", "disks": {}, "notes": [], "steps": [{"#
        let end = #""why": "", "erases": [], "conditions": []}]}"#
        #expect(throws: SavedFormError.unknown(".steps[0].action.also")) {
            try read(start + #""action": {"do": "waitForSync", "also": 1},"# + end)
        }
        #expect(throws: SavedFormError.missing(".steps[0].action.uuid")) {
            try read(start + #""action": {"do": "stopArray", "path": "/dev/md0"},"# + end)
        }
        let place = #""disk": "card", "#
        #expect(
            throws: SavedFormError.wrong(
                ".steps[0].action.extent.start", wanted: "a number from 0 on")
        ) {
            try read(
                start + #""action": {"do": "wipe", "# + place
                    + #""extent": {"start": -1, "byteCount": 1}},"# + end)
        }
        #expect(
            throws: SavedFormError.wrong(".steps[0].action.extent", wanted: "an end within 64 bits")
        ) {
            try read(
                start + #""action": {"do": "wipe", "# + place
                    + #""extent": {"start": "18446744073709551615", "byteCount": 1}},"# + end)
        }
    }

    @Test("no text that was cut is taken")
    func truncation() throws {
        var random = RandomValues(seed: 7)
        let bytes = Array(random.plan().json.text().utf8)
        for count in 0..<bytes.count {
            #expect(throws: (any Error).self) {
                try Plan(json: JSON(parsing: Array(bytes[..<count])))
            }
        }
    }
}

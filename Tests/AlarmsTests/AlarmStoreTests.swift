import CSyscalls
import JSON
import Storage
import Syscalls
import Testing

@testable import Alarms

@Suite struct AlarmStoreTests {
    private let folder: TemporaryFolder
    private let store: AlarmStore
    private let full = AlarmCondition(.diskFull, "boot", "boot has 3 % left")

    init() throws {
        folder = try TemporaryFolder()
        store = AlarmStore(in: "\(folder.path)/a/b")
    }

    private func take(_ conditions: [AlarmCondition], at time: Int64) throws -> [AlarmEvent] {
        try store.update(onDamage: { Issue.record("\($0)") }) { state in
            state.take([.conditions([.diskFull], conditions)], at: time)
        }
    }

    @Test("another program sees what one has written, and raises nothing again")
    func shared() throws {
        #expect(try store.read() == AlarmState())
        #expect(try take([full], at: 5).map(\.kind) == [.raised])
        let state = try AlarmStore(in: "\(folder.path)/a/b").read()
        #expect(state.book.alarms[full.id]?.raisedAt == 5)
        #expect(state.messages.count == 1)
        #expect(try take([full], at: 6).isEmpty)
        #expect(try store.read() == state)
    }

    @Test("what is as it was is not written")
    func unchanged() throws {
        _ = try take([full], at: 1)
        let before = try FileSystem.status(store.path)?.st_ino
        _ = try take([full], at: 2)
        #expect(try FileSystem.status(store.path)?.st_ino == before)
    }

    @Test("nothing is written when a change fails")
    func failure() throws {
        struct Failure: Error {}
        #expect(throws: Failure.self) {
            try store.update(onDamage: { _ in }) { state in
                _ = state.take([.conditions([.diskFull], [full])], at: 1)
                throw Failure()
            }
        }
        #expect(try store.read() == AlarmState())
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let text: String
        let error: SavedFormError
        var testDescription: String { text }
    }

    @Test(
        "a damaged file is put aside, and alarms go on",
        arguments: [
            Damage(text: "{}", error: .missing(".format")),
            Damage(text: "{\"format\": 9}", error: .unknownFormat(found: 9, known: 1)),
            Damage(
                text: "{\"format\": 1, \"alarms\": [], \"x\": 1}", error: .unknown(".x")),
            Damage(
                text: "{\"format\": 1, \"alarms\": [{\"kind\": \"none\"}]}",
                error: .wrong(".alarms[0].kind", wanted: "a kind of alarm")),
            Damage(
                text: "{\"format\": 1, \"alarms\": 3}", error: .wrong(".alarms", wanted: "a list")),
        ])
    func damaged(_ damage: Damage) throws {
        try FileSystem.makeDirectory("\(folder.path)/a/b")
        try FileSystem.writeAtomically(damage.text, to: store.path)
        var told: [AlarmError] = []
        let events = try store.update(onDamage: { told.append($0) }) { state in
            state.take([.conditions([.diskFull], [full])], at: 1)
        }
        #expect(events.map(\.kind) == [.raised])
        #expect(told == [.damaged(path: store.path, damage.error)])
        #expect(try FileSystem.readText("\(store.path).damaged") == damage.text)
        #expect(try store.read().book.alarms.count == 1)
    }

    @Test("a state that was cut or changed anywhere never traps")
    func cut() throws {
        _ = try take([full], at: 1)
        let bytes = try FileSystem.read(store.path)
        for count in 0..<bytes.count {
            _ = try? AlarmState(json: JSON(parsing: Array(bytes[..<count])))
            var changed = bytes
            changed[count] = UInt8(ascii: "9")
            _ = try? AlarmState(json: JSON(parsing: changed))
        }
    }

    @Test("a message waits until every way has taken it; the oldest make room")
    func messages() throws {
        var state = AlarmState()
        state.keep(.test, at: 1)
        state.sent(1, by: "mail", of: ["mail", "webhook"])
        #expect(state.messages.map(\.sentBy) == [["mail"]])
        #expect(try AlarmState(json: state.json) == state)
        state.sent(1, by: "webhook", of: ["mail", "webhook"])
        #expect(state.messages.isEmpty)
        for time in 0..<Int64(AlarmState.messageLimit + 7) { state.keep(.test, at: time) }
        #expect(state.messages.count == AlarmState.messageLimit)
        #expect(state.droppedCount == 7)
        #expect(state.messages.first?.time == 7)
        #expect(try AlarmState(json: state.json) == state)
    }

    @Test("an alarm's name is read as it is written")
    func names() {
        for kind in AlarmKind.allCases {
            for subject in ["", "boot/card", "a:b"] {
                let id = AlarmID(kind, subject)
                #expect(AlarmID(id.description) == id)
            }
        }
        for text in ["", "leg-lost", "lost:card", ":"] { #expect(AlarmID(text) == nil) }
    }
}

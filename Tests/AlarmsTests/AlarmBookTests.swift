import TestSamples
import Testing

@testable import Alarms

@Suite struct AlarmBookTests {
    private static let arrays: Set<AlarmKind> = [.legLost, .rebuilding]
    private let lost = AlarmCondition(
        .legLost, "boot/card", "card has failed in array boot", bay: 1)

    private func rebuilding(_ percent: Int) -> AlarmCondition {
        AlarmCondition(.rebuilding, "boot", "array boot is being rebuilt", percent: percent)
    }

    private func kinds(_ events: [AlarmEvent]) -> [String] {
        events.map { "\($0.kind.rawValue) \($0.alarm.id)" }
    }

    @Test("a card is lost, comes back, is filled, and all of it is seen")
    func story() {
        var book = AlarmBook()
        func see(_ conditions: AlarmCondition...) -> [String] {
            kinds(book.take(.conditions(Self.arrays, conditions), at: 1))
        }
        #expect(see().isEmpty)
        #expect(see(lost) == ["raised leg-lost:boot/card"])
        #expect(see(lost).isEmpty)
        #expect(see(rebuilding(0)) == ["cured leg-lost:boot/card", "raised rebuilding:boot"])
        #expect(see(rebuilding(9)).isEmpty)
        #expect(see(rebuilding(10)) == ["changed rebuilding:boot"])
        #expect(see(rebuilding(95)) == ["changed rebuilding:boot"])
        #expect(see() == ["cured rebuilding:boot", "raised rebuilt:boot"])
        #expect(book.sorted.map(\.id.description) == ["leg-lost:boot/card", "rebuilt:boot"])
        #expect(
            kinds(book.acknowledge(nil, at: 2)) == [
                "acknowledged leg-lost:boot/card", "acknowledged rebuilt:boot",
            ])
        #expect(book.alarms.isEmpty)
        #expect(see().isEmpty)
    }

    @Test("one that is acknowledged first is gone when it is cured")
    func acknowledgedFirst() {
        var book = AlarmBook()
        _ = book.take(.conditions(Self.arrays, [lost]), at: 1)
        #expect(book.acknowledge([lost.id], at: 2).count == 1)
        #expect(book.acknowledge(nil, at: 3).isEmpty)
        #expect(book.alarms[lost.id]?.isAcknowledged == true)
        #expect(kinds(book.take(.conditions(Self.arrays, []), at: 4)) == ["cured \(lost.id)"])
        #expect(book.alarms.isEmpty)
    }

    @Test("what comes back before anybody saw it is the same alarm")
    func flapping() {
        var book = AlarmBook()
        var raised = 0
        for round in 0..<50 as Range<Int64> {
            let events =
                book.take(.conditions(Self.arrays, [lost]), at: round)
                + book.take(.conditions(Self.arrays, []), at: round)
            raised += events.count { $0.kind == .raised }
        }
        #expect(raised == 1)
        #expect(book.alarms[lost.id]?.raisedAt == 0)
    }

    @Test("a rebuild that ends because the leg was lost again is not told as done")
    func notRebuilt() {
        var book = AlarmBook()
        _ = book.take(.conditions(Self.arrays, [rebuilding(50)]), at: 1)
        #expect(
            kinds(book.take(.conditions(Self.arrays, [lost]), at: 2))
                == ["cured rebuilding:boot", "raised leg-lost:boot/card"])
        _ = book.take(.conditions(Self.arrays, [rebuilding(50)]), at: 3)
        let stopped = AlarmCondition(.legLost, "boot", "array boot does not run")
        let events = book.take(.conditions(Self.arrays, [stopped]), at: 4)
        #expect(!events.contains { $0.alarm.id.kind == .rebuilt })
        // Another array's legs say nothing of this one.
        _ = book.take(.conditions(Self.arrays, [rebuilding(50)]), at: 5)
        let other = AlarmCondition(.legLost, "boot2/card", "card has failed in array boot2")
        let last = book.take(.conditions(Self.arrays, [other]), at: 6)
        #expect(last.contains { $0.alarm.id == AlarmID(.rebuilt, "boot") })
    }

    @Test("an observation of some kinds cures no others")
    func kindsApart() {
        var book = AlarmBook()
        _ = book.take(.conditions([.diskFull], [AlarmCondition(.diskFull, "boot", "full")]), at: 1)
        #expect(book.take(.conditions(Self.arrays, []), at: 2).isEmpty)
        // A condition of a kind that is not observed does not count.
        #expect(book.take(.conditions([.diskFull], [lost]), at: 3).map(\.kind) == [.cured])
    }

    @Test("booted degraded: once a start, and not for what is lost later")
    func start() {
        var book = AlarmBook()
        func start(_ id: String, _ degraded: String?, whole: Bool) -> [String] {
            kinds(book.take(.start(id: id, degraded: degraded, isWhole: whole), at: 1))
        }
        #expect(start("a", nil, whole: true).isEmpty)
        #expect(start("a", nil, whole: false).isEmpty)
        #expect(start("b", "card was missing", whole: false) == ["raised booted-degraded:start"])
        #expect(start("b", "card was missing", whole: false).isEmpty)
        #expect(start("b", "card was missing", whole: true) == ["cured booted-degraded:start"])
        #expect(start("b", "card was missing", whole: false).isEmpty)
        #expect(book.acknowledge(nil, at: 2).count == 1)
        #expect(start("b", "card was missing", whole: false).isEmpty)
        #expect(start("c", "card was missing", whole: false) == ["raised booted-degraded:start"])
        #expect(start("d", nil, whole: true) == ["cured booted-degraded:start"])
    }

    @Test("what was reported stays until its disk leaves")
    func report() {
        var book = AlarmBook()
        let failing = AlarmCondition(.diskFailing, "S1", "pending sectors")
        #expect(book.take(.report(failing), at: 1).map(\.kind) == [.raised])
        #expect(book.take(.report(failing), at: 2).isEmpty)
        #expect(book.take(.conditions([.diskFailing], []), at: 3).isEmpty)
        #expect(book.take(.disks(["S1", "S2"]), at: 4).isEmpty)
        #expect(book.acknowledge(nil, at: 5).count == 1)
        #expect(book.alarms.count == 1)
        #expect(book.take(.disks(["S2"]), at: 6).map(\.kind) == [.cured])
        #expect(book.alarms.isEmpty)
    }

    @Test(
        "whatever is observed: raised once, cured once, gone when cured and seen",
        arguments: 0..<32)
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var book = AlarmBook()
        // What the events alone say of each alarm.
        var open: [AlarmID: (isPresent: Bool, isAcknowledged: Bool)] = [:]
        for time in 0..<400 as Range<Int64> {
            let events: [AlarmEvent]
            if Int.random(in: 0..<5, using: &random) == 0 {
                let some = book.alarms.keys.sorted().filter { _ in Bool.random(using: &random) }
                events = book.acknowledge(
                    Bool.random(using: &random) ? nil : Set(some), at: time)
            } else {
                let observation = RandomObservation.make(&random)
                events = book.take(observation, at: time)
                // The same once more says nothing new.
                var again = book
                #expect(again.take(observation, at: time).isEmpty)
            }
            for event in events {
                let id = event.alarm.id
                switch event.kind {
                case .raised:
                    #expect(open[id] == nil)
                    open[id] = (id.kind != .rebuilt, false)
                case .changed:
                    #expect(open[id] != nil)
                    open[id]?.isPresent = id.kind != .rebuilt
                case .cured:
                    #expect(open[id]?.isPresent == true)
                    open[id]?.isPresent = false
                    if open[id]?.isAcknowledged == true || !id.kind.isLatched { open[id] = nil }
                case .acknowledged:
                    #expect(open[id]?.isAcknowledged == false)
                    open[id]?.isAcknowledged = true
                    if open[id]?.isPresent == false { open[id] = nil }
                }
            }
            #expect(Set(open.keys) == Set(book.alarms.keys))
            for (id, alarm) in book.alarms {
                #expect(alarm.isPresent == open[id]?.isPresent)
                #expect(alarm.isAcknowledged == open[id]?.isAcknowledged)
                #expect(alarm.raisedAt <= alarm.changedAt)
            }
            let saved = AlarmState(book: book)
            #expect(try AlarmState(json: saved.json) == saved)
        }
    }
}

/// Observations of few subjects, so that they meet.
private enum RandomObservation {
    static func make(_ random: inout SplitMix64) -> AlarmBook.Observation {
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            let id = ["a", "b", "c"].randomElement(using: &random) ?? "a"
            return .start(
                id: id, degraded: Bool.random(using: &random) ? "missing" : nil,
                isWhole: Bool.random(using: &random))
        case 1:
            return .report(condition(.diskFailing, &random))
        case 2:
            return .disks(Set(["0", "1", "2"].filter { _ in Bool.random(using: &random) }))
        default:
            let kinds = Set(
                AlarmKind.allCases.filter { kind in
                    ![.rebuilt, .bootedDegraded].contains(kind) && Bool.random(using: &random)
                })
            var ids: Set<AlarmID> = []
            let conditions = (0..<4).compactMap { _ -> AlarmCondition? in
                guard
                    let kind = kinds.sorted(by: { $0.rawValue < $1.rawValue })
                        .randomElement(using: &random)
                else { return nil }
                let new = condition(kind, &random)
                return ids.insert(new.id).inserted ? new : nil
            }
            return .conditions(kinds, conditions)
        }
    }

    private static func condition(_ kind: AlarmKind, _ random: inout SplitMix64) -> AlarmCondition {
        AlarmCondition(
            kind, "\(Int.random(in: 0..<3, using: &random))",
            "text \(Int.random(in: 0..<2, using: &random))",
            percent: kind == .rebuilding ? Int.random(in: -5...120, using: &random) : nil)
    }
}

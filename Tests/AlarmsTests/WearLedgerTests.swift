import JSON
import TestSamples
import Testing

@testable import Alarms

@Suite struct WearLedgerTests {
    private static let day: Int64 = 86400

    @Test("bytes are counted once, across starts and a disk that was taken out", arguments: 0..<32)
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var ledger = WearLedger()
        var written: [String: UInt64] = [:]
        var counters: [String: UInt64] = [:]
        var start = 0
        for time in 0..<300 as Range<Int64> {
            let disk = ["card", "nvme"].randomElement(using: &random) ?? "card"
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                start += 1
                // A start that is counted from its beginning.
                counters = [:]
            default:
                let more = UInt64.random(in: 0...1_000_000, using: &random)
                counters[disk, default: 0] += more
                written[disk, default: 0] += more
            }
            // The kernel's counter is only looked at now and then, but before the machine goes down.
            for (disk, counter) in counters {
                ledger.count(disk, counter: counter, start: "\(start)", at: time)
            }
            for (disk, total) in written {
                #expect(ledger.entries[disk]?.byteCount == total)
            }
            #expect(try WearLedger(json: ledger.json) == ledger)
        }
    }

    @Test("a counter that went back is a disk that came again")
    func again() {
        var ledger = WearLedger()
        ledger.count("card", counter: 100, start: "a", at: 0)
        ledger.count("card", counter: 30, start: "a", at: 1)
        #expect(ledger.entries["card"]?.byteCount == 130)
        ledger.count("card", counter: 30, start: "b", at: 2)
        #expect(ledger.entries["card"]?.byteCount == 160)
    }

    @Test("what becomes of a disk")
    func projection() {
        var ledger = WearLedger()
        #expect(ledger.projection(of: "card", endurance: 1000) == nil)
        ledger.count("card", counter: 100, start: "a", at: 0)
        #expect(
            ledger.projection(of: "card", endurance: 1000)
                == WearLedger.Projection(percent: 10))
        ledger.count("card", counter: 200, start: "a", at: 10 * Self.day)
        #expect(
            ledger.projection(of: "card", endurance: 1000)
                == WearLedger.Projection(percent: 20, bytesPerDay: 20, daysLeft: 40))
        #expect(
            ledger.projection(of: "card", endurance: 150)
                == WearLedger.Projection(percent: 133, bytesPerDay: 20, daysLeft: 0))
        #expect(ledger.projection(of: "card", endurance: 0) == nil)
    }

    @Test("no number and no clock traps", arguments: 0..<16)
    func extremes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let numbers: [UInt64] = [0, 1, 1 << 32, .max / 2, .max - 1, .max]
        let times: [Int64] = [.min, -1, 0, 1, Self.day, .max]
        var ledger = WearLedger()
        var last: UInt64 = 0
        for start in 0..<50 {
            ledger.count(
                "card", counter: numbers.randomElement(using: &random) ?? 0, start: "\(start / 3)",
                at: times.randomElement(using: &random) ?? 0)
            // It only grows.
            #expect(ledger.entries["card"].map { $0.byteCount >= last } == true)
            last = ledger.entries["card"]?.byteCount ?? 0
            for endurance in numbers { _ = ledger.projection(of: "card", endurance: endurance) }
        }
    }
}

import Command
import CommandLine
import JSON
import Testing

@testable import Benchmarks

@Suite struct RowTests {
    private func measurement(_ wall: Double) -> Measurement {
        Measurement(wallSeconds: wall, cpuSeconds: wall * 2, peakByteCount: 1_000_000)
    }

    private func result(_ bound: Row.Bound, ours: [Double], peer: [Double]) -> RowResult {
        RowResult(
            name: "row", metric: .wall, bound: bound, ours: ours.map(measurement),
            peer: peer.map(measurement))
    }

    @Test("the median is the one in the middle, whatever the order")
    func median() {
        #expect(Summary(samples: [5, 1, 9]).median == 5)
        #expect(Summary(samples: [4, 1, 3, 2]).median == 2.5)
        #expect(Summary(samples: [7]).median == 7)
        #expect(Summary(samples: [3, 1, 2]).least == 1)
        #expect(Summary(samples: [3, 1, 2]).greatest == 3)
    }

    @Test("a row is one line")
    func line() {
        #expect(
            result(.ratio(0.65), ours: [1, 2, 3], peer: [4, 3, 5]).line
                == "row | 2.000 s (1.000 s to 3.000 s) | 4.000 s (3.000 s to 5.000 s) | 0.500"
                + " | <= 0.65 | ok")
        #expect(
            result(.below(0.5), ours: [0.6], peer: []).line
                == "row | 0.600 s (0.600 s to 0.600 s) | - | - | < 0.500 s | MISS")
    }

    @Test("the bound decides")
    func bounds() {
        #expect(result(.ratio(0.5), ours: [1], peer: [2]).isMet)
        #expect(!result(.ratio(0.49), ours: [1], peer: [2]).isMet)
        #expect(!result(.ratio(1), ours: [1], peer: []).isMet)
        #expect(!result(.below(1), ours: [1], peer: []).isMet)
    }

    @Test("every sample is kept")
    func json() throws {
        let json = result(.ratio(0.65), ours: [1, 3], peer: [4]).json
        #expect(json["ours"]?["wall"]?["samples"] == .array([.double(1), .double(3)]))
        #expect(json["peer"]?["cpu"]?["median"] == .double(8))
        #expect(json["bound"]?["ratio"] == .double(0.65))
        #expect(try JSON(parsing: json.text(.pretty))["ok"] == true)
    }

    @Test("names are unique, and a name that there is none of is a mistake")
    func names() {
        let names = Rows.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(BenchCommand.program.main(["--only", "nothing"]) == ExitCode.usage)
    }

    @Test("a command is measured, and a failing one gives no number")
    func measuring() throws {
        let taken = try Measurement.taking(Command("sh", ["-c", "sleep 0.05"]))
        #expect(taken.wallSeconds >= 0.05)
        #expect(taken.peakByteCount > 100_000)
        #expect(throws: (any Error).self) { try Measurement.taking(Command("false")) }
    }
}

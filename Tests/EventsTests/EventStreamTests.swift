import JSON
import Synchronization
import Testing

@testable import Events

/// A stream whose clock stands still until it is told, and whose output is kept.
private final class Recorder: Sendable {
    private let moment = Mutex(Moment(monotonic: 1_000_000_000, wall: 0))
    private let text = Mutex("")

    func stream(_ renderer: some EventRenderer, _ level: Level = .info) -> EventStream {
        EventStream(renderer: renderer, minimumLevel: level) { [self] in
            moment.withLock { $0 }
        } write: { [self] written in
            text.withLock { $0 += written }
        }
    }

    func wait(_ seconds: Double) {
        moment.withLock {
            $0.monotonic += UInt64(seconds * 1e9)
            $0.wall += Int64(seconds * 1e9)
        }
    }

    /// What has been written since the last look.
    func take() -> String {
        text.withLock { text in
            defer { text = "" }
            return text
        }
    }
}

private struct Broken: Error, CustomStringConvertible {
    let description = "disk full"
}

@Suite struct EventStreamTests {
    private let recorder = Recorder()

    @Test("plain lines: start, every five seconds, end")
    func plain() {
        let events = recorder.stream(PlainRenderer())
        let step = events.begin("unpack", total: 182)
        #expect(recorder.take() == "info    unpack: start total=182\n")
        step.note("libc6")
        step.advance(by: 90)
        recorder.wait(4)
        step.advance()
        #expect(recorder.take() == "")
        recorder.wait(1)
        step.advance(by: 0)
        #expect(recorder.take() == "info    unpack: 91/182 50% 18/s eta 5s libc6\n")
        recorder.wait(5)
        step.advance(by: 91)
        _ = recorder.take()
        step.finish(["debs": "182", "where": "a b"])
        #expect(
            recorder.take()
                == "info    unpack: done done=182 elapsed=10.0s debs=182 where=\"a b\"\n")
        step.finish()
        step.fail(Broken())
        step.advance()
        #expect(recorder.take() == "")
    }

    @Test("an error ends its step, and goes on")
    func failure() {
        let events = recorder.stream(PlainRenderer())
        #expect(throws: Broken.self) {
            try events.step("write") { _ in
                recorder.wait(0.25)
                throw Broken()
            }
        }
        let lines = recorder.take().split(separator: "\n")
        #expect(lines.last == "error   write: failed elapsed=0.25s")
    }

    @Test("a step that is let go leaves nothing behind")
    func abandoned() {
        let events = recorder.stream(PlainRenderer())
        do { _ = events.begin("lost") }
        #expect(recorder.take().contains("error   lost: failed "))
    }

    @Test("what matters less than asked is left out")
    func levels() {
        let events = recorder.stream(PlainRenderer(), .warning)
        events.begin("quiet").finish()
        events.log(.info, "no")
        events.log(.warning, "yes", ["why": "x=1"])
        #expect(recorder.take() == "warning yes why=\"x=1\"\n")
        events.begin("loud").fail(Broken())
        #expect(recorder.take().contains("loud: failed"))
    }

    @Test("every JSON line parses and has its fields")
    func json() throws {
        let events = recorder.stream(JSONRenderer())
        let step = events.begin("fetch", total: 1000, unit: .bytes)
        recorder.wait(2)
        step.advance(by: 500)
        step.finish(["hash": "a\"b"])
        events.log(.error, "two\nlines", ["a": "1", "a": "2"])
        let lines = recorder.take().split(separator: "\n").map(String.init)
        let objects = try lines.map { try JSON(parsing: $0) }
        #expect(objects.map { $0["event"]?.string } == ["start", "progress", "done", "log"])
        #expect(
            lines[1] == """
                {"time":"1970-01-01T00:00:02.000Z","level":"info","event":"progress",\
                "step":"fetch","id":1,"done":500,"total":1000,"unit":"bytes","rate":250.0,\
                "eta":2.0,"elapsed":2.0}
                """)
        #expect(objects[2]["fields"]?["hash"] == "a\"b")
        #expect(objects[3]["message"] == "two\nlines")
    }

    @Test("bars are drawn in place, at most ten times a second, and leave nothing")
    func terminal() {
        let renderer = TerminalRenderer { TerminalRenderer.Size(columns: 80, rows: 24) }
        let events = recorder.stream(renderer)
        let step = events.begin("squash", total: 200, unit: .bytes)
        #expect(recorder.take().hasPrefix("squash  [....................]   0%  0 B/200 B"))
        for _ in 0..<50 { step.advance(by: 2) }
        #expect(recorder.take() == "")
        recorder.wait(0.1)
        step.advance(by: 0)
        let drawn = recorder.take()
        #expect(drawn.hasPrefix("\r\u{1B}[1Asquash  [##########..........]  50%  100 B/200 B"))
        #expect(drawn.hasSuffix("eta 0s\u{1B}[K\n"))
        events.log(.info, "hello")
        #expect(recorder.take().hasPrefix("\r\u{1B}[1Ainfo    hello\u{1B}[K\nsquash  ["))
        events.clear()
        #expect(recorder.take() == "\r\u{1B}[1A\u{1B}[J")
        step.finish()
        let last = "info    squash: done done=\"100 B\" elapsed=0.10s\u{1B}[K\n\u{1B}[J"
        #expect(recorder.take() == last)
        events.tick()
        #expect(recorder.take() == "")
    }

    @Test(
        "no line is as wide as the terminal, no stack of bars as high",
        arguments: [20, 59, 80, 300])
    func geometry(columns: Int) {
        var steps: [StepState] = []
        for id in 1...40 {
            var step = StepState(
                id: UInt64(id), name: "a step with quite a long name \(id)", unit: .bytes,
                total: 1 << 40, began: 0)
            step.observe(
                done: 1 << 39, total: 1 << 40, detail: "linux-image-\u{1B}[31m",
                at: Moment(monotonic: 1_000_000_000, wall: 0))
            steps.append(step)
        }
        for rows in [1, 2, 5, 24, 50] {
            let lines = TerminalRenderer.lines(
                for: steps, at: Moment(monotonic: 2_000_000_000, wall: 0),
                size: .init(columns: columns, rows: rows))
            #expect(lines.count <= max(1, rows - 2))
            #expect(lines.allSatisfy { $0.count < columns && !$0.contains("\u{1B}") })
        }
    }

    @Test("the rate is smoothed and follows")
    func rate() {
        var step = StepState(id: 1, name: "x", unit: .items, total: nil, began: 0)
        func observe(_ done: UInt64, _ seconds: Double) {
            let moment = Moment(monotonic: UInt64(seconds * 1e9), wall: 0)
            step.observe(done: done, total: 1000, detail: "", at: moment)
        }
        observe(100, 1)
        #expect(step.rate == 100)
        observe(100, 2)
        #expect((70...90).contains(step.rate ?? 0))
        observe(100, 60)
        #expect((step.rate ?? 1) < 0.1)
        observe(50, 61)
        #expect(step.rate ?? -1 >= 0)
    }

    @Test("many threads count without losing anything")
    func threads() async {
        let step = EventStream.discarding.begin("count")
        let events = recorder.stream(JSONRenderer())
        let shown = events.begin("count")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        shown.advance()
                        step.advance()
                    }
                }
            }
        }
        shown.finish()
        #expect(
            recorder.take().contains("\"event\":\"done\",\"step\":\"count\",\"id\":1,\"done\":8000")
        )
    }
}

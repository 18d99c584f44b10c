import Synchronization

/// The handle of a step that runs; may be used from any thread.
///
/// Reporting is cheap: counts are atomic, and the stream is asked only when it is time to show
/// something. A handle that is let go before `finish` or `fail` counts as failed, so that an error
/// that passes by leaves no bar behind.
package final class StepProgress: Sendable {
    private struct Text {
        var total: UInt64?
        var detail = ""
        var isEnded = false
    }

    private let stream: EventStream
    private let id: UInt64
    private let done = Atomic<UInt64>(0)
    private let shownAt: Atomic<UInt64>
    private let text: Mutex<Text>

    init(stream: EventStream, id: UInt64, total: UInt64?, now: UInt64) {
        self.stream = stream
        self.id = id
        shownAt = Atomic(now)
        text = Mutex(Text(total: total))
    }

    deinit { end(.failed("given up")) }

    /// Counts what has been done.
    package func advance(by count: UInt64 = 1) {
        done.wrappingAdd(count, ordering: .relaxed)
        show()
    }

    /// Says how far the step is, for who counts himself.
    package func setDone(_ count: UInt64) {
        done.store(count, ordering: .relaxed)
        show()
    }

    /// Says how much there is, once that is known.
    package func setTotal(_ total: UInt64?) {
        text.withLock { $0.total = total }
        show()
    }

    /// Says what is being worked on.
    package func note(_ detail: String) {
        text.withLock { $0.detail = detail }
        show()
    }

    /// Ends the step well.
    package func finish(_ fields: KeyValuePairs<String, String> = [:]) {
        end(.done, fields.map { Field($0.key, $0.value) })
    }

    /// Ends the step with an error.
    package func fail(_ error: any Error) {
        end(.failed(String(describing: error)))
    }

    private func show() {
        let interval = stream.interval
        guard interval != .max else { return }
        let moment = stream.now()
        let last = shownAt.load(ordering: .relaxed)
        guard moment.monotonic >= last &+ interval else { return }
        // Of several threads that find it is time, one shows.
        let (won, _) = shownAt.compareExchange(
            expected: last, desired: moment.monotonic, ordering: .relaxed)
        guard won else { return }
        let now = text.withLock { $0 }
        guard !now.isEnded else { return }
        stream.update(
            step: id, done: done.load(ordering: .relaxed), total: now.total, detail: now.detail,
            at: moment)
    }

    private func end(_ outcome: Outcome, _ fields: [Field] = []) {
        let last: Text? = text.withLock { text in
            guard !text.isEnded else { return nil }
            text.isEnded = true
            return text
        }
        guard let last else { return }
        stream.end(
            step: id, done: done.load(ordering: .relaxed), total: last.total, detail: last.detail,
            outcome: outcome, fields: fields)
    }
}

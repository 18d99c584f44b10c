import Glibc
import Synchronization

/// How events are written.
package enum EventFormat: String, Sendable, CaseIterable {
    /// Bars on a terminal, plain lines elsewhere.
    case auto
    /// Plain lines.
    case plain
    /// JSON lines.
    case json
}

/// The one stream of what a program does: steps with their progress, and log lines.
///
/// It is a value passed in, may be used from any thread, and starts none of its own: bars move when
/// somebody reports progress or calls `tick()`. (A build forks into namespaces, which only a program
/// of one thread can do.)
package final class EventStream: Sendable {
    private struct State {
        var renderer: any EventRenderer
        var steps: [StepState] = []
        var nextID: UInt64 = 1
    }

    private let state: Mutex<State>
    private let minimumLevel: Level
    private let write: @Sendable (String) -> Void
    private let clock: @Sendable () -> Moment
    /// Nanoseconds between two showings of one step.
    let interval: UInt64

    /// Makes a stream.
    ///
    /// - Parameters:
    ///   - renderer: What turns events into text.
    ///   - minimumLevel: What matters less is left out; steps count as `.info`.
    ///   - clock: What time it is.
    ///   - write: Where the text goes; called by one thread at a time.
    package init(
        renderer: some EventRenderer, minimumLevel: Level = .info,
        clock: @escaping @Sendable () -> Moment = EventStream.systemClock,
        write: @escaping @Sendable (String) -> Void
    ) {
        interval = renderer.interval
        state = Mutex(State(renderer: renderer))
        self.minimumLevel = minimumLevel
        self.clock = clock
        self.write = write
    }

    /// Starts a step.
    ///
    /// - Parameters:
    ///   - step: What is being done, in a word or two.
    ///   - total: How much there is, where that is known.
    ///   - unit: What the numbers count.
    /// - Returns: The handle that counts, and ends the step.
    package func begin(_ step: String, total: UInt64? = nil, unit: ProgressUnit = .items)
        -> StepProgress
    {
        let moment = clock()
        let id = state.withLock { state in
            let new = StepState(
                id: state.nextID, name: step, unit: unit, total: total, began: moment.monotonic)
            state.nextID += 1
            state.steps.append(new)
            emit(.began(new), &state, at: moment)
            return new.id
        }
        return StepProgress(stream: self, id: id, total: total, now: moment.monotonic)
    }

    /// Runs a step that ends when the body does; an error fails it and goes on.
    package func step<Result>(
        _ name: String, total: UInt64? = nil, unit: ProgressUnit = .items,
        _ body: (StepProgress) throws -> Result
    ) rethrows -> Result {
        let progress = begin(name, total: total, unit: unit)
        do {
            let result = try body(progress)
            progress.finish()
            return result
        } catch {
            progress.fail(error)
            throw error
        }
    }

    /// Writes a line of the log.
    package func log(
        _ level: Level, _ message: String, _ fields: KeyValuePairs<String, String> = [:]
    ) {
        let moment = clock()
        let event = Event.logged(level, message, fields.map { Field($0.key, $0.value) })
        state.withLock { emit(event, &$0, at: moment) }
    }

    /// Redraws the bars, for who waits for something that reports no progress of its own.
    package func tick() {
        let moment = clock()
        state.withLock { state in
            output(state.renderer.redraw(steps: state.steps, at: moment))
        }
    }

    /// Takes the bars off the terminal, before another process (a shell, a forked half of this one)
    /// writes there; the next event draws them again.
    package func clear() {
        state.withLock { output($0.renderer.clear()) }
    }

    func now() -> Moment { clock() }

    func update(
        step id: UInt64, done: UInt64, total: UInt64?, detail: String, at moment: Moment
    ) {
        state.withLock { state in
            guard let index = state.steps.firstIndex(where: { $0.id == id }) else { return }
            state.steps[index].observe(done: done, total: total, detail: detail, at: moment)
            emit(.progressed(state.steps[index]), &state, at: moment)
        }
    }

    func end(
        step id: UInt64, done: UInt64, total: UInt64?, detail: String, outcome: Outcome,
        fields: [Field]
    ) {
        let moment = clock()
        state.withLock { state in
            guard let index = state.steps.firstIndex(where: { $0.id == id }) else { return }
            var step = state.steps.remove(at: index)
            step.observe(done: done, total: total, detail: detail, at: moment)
            emit(.ended(step, outcome, fields), &state, at: moment)
        }
    }

    private func emit(_ event: Event, _ state: inout State, at moment: Moment) {
        guard event.level >= minimumLevel else { return }
        output(state.renderer.render(event, steps: state.steps, at: moment))
    }

    private func output(_ text: String) {
        if !text.isEmpty { write(text) }
    }
}

extension EventStream {
    /// A stream that says nothing.
    package static var discarding: EventStream {
        EventStream(renderer: DiscardingRenderer()) { _ in }
    }

    /// A stream to a file descriptor, standard error as a rule.
    ///
    /// - Parameters:
    ///   - descriptor: Where lines go.
    ///   - format: How they look; `.auto` draws bars where the descriptor is a terminal.
    ///   - minimumLevel: What matters less is left out.
    /// - Returns: The stream.
    package static func automatic(
        for descriptor: Int32 = STDERR_FILENO, format: EventFormat = .auto,
        minimumLevel: Level = .info
    ) -> EventStream {
        let sink: @Sendable (String) -> Void = { writeAll($0, to: descriptor) }
        switch format {
        case .json:
            return EventStream(renderer: JSONRenderer(), minimumLevel: minimumLevel, write: sink)
        case .auto where isatty(descriptor) == 1 && !terminalIsDumb:
            let renderer = TerminalRenderer { terminalSize(of: descriptor) }
            return EventStream(renderer: renderer, minimumLevel: minimumLevel, write: sink)
        case .auto, .plain:
            return EventStream(renderer: PlainRenderer(), minimumLevel: minimumLevel, write: sink)
        }
    }

    /// What time it is, by the kernel.
    package static let systemClock: @Sendable () -> Moment = {
        var monotonic = timespec()
        var wall = timespec()
        clock_gettime(CLOCK_MONOTONIC, &monotonic)
        clock_gettime(CLOCK_REALTIME, &wall)
        return Moment(
            monotonic: UInt64(monotonic.tv_sec) * 1_000_000_000 + UInt64(monotonic.tv_nsec),
            wall: Int64(wall.tv_sec) * 1_000_000_000 + Int64(wall.tv_nsec))
    }

    private static var terminalIsDumb: Bool {
        guard let name = getenv("TERM") else { return true }
        return strcmp(name, "dumb") == 0
    }

    private static func terminalSize(of descriptor: Int32) -> TerminalRenderer.Size {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
        else { return TerminalRenderer.Size(columns: 80, rows: 24) }
        return TerminalRenderer.Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// Writes all of a text.
    ///
    /// An output that has gone away ends the log, not the work.
    private static func writeAll(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}

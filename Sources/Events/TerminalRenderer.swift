/// Bars at the foot of a terminal, log lines rolling above them.
///
/// The bars are redrawn in place: the cursor goes up by the lines drawn last, each line is written
/// and cleared to its end, and what is left below is cleared too. Nothing is left after the last
/// step has ended.
package struct TerminalRenderer: EventRenderer {
    /// The columns and rows of a terminal.
    package struct Size: Sendable, Equatable {
        /// Characters in a line.
        package let columns: Int
        /// Lines.
        package let rows: Int

        /// Makes a size.
        package init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// Ten times a second at most.
    package let interval: UInt64 = 100_000_000
    private let size: @Sendable () -> Size
    private var linesDrawn = 0
    private var drawnAt: UInt64 = 0

    /// Makes a renderer; `size` is asked at every drawing, since windows change.
    package init(size: @escaping @Sendable () -> Size) {
        self.size = size
    }

    package mutating func render(_ event: Event, steps: [StepState], at moment: Moment) -> String {
        switch event {
        case .began, .progressed:
            return redraw(steps: steps, at: moment)
        case .ended(let step, let outcome, let fields):
            let line = PlainRenderer.ended(step, outcome, fields, at: moment)
            return place(above: line, steps: steps, at: moment)
        case .logged(let level, let message, let fields):
            let line = PlainRenderer.line(level, message, fields)
            return place(above: line, steps: steps, at: moment)
        }
    }

    package mutating func redraw(steps: [StepState], at moment: Moment) -> String {
        // Several steps that go on at once still share one drawing.
        guard linesDrawn == 0 || moment.monotonic >= drawnAt + interval else { return "" }
        return place(above: "", steps: steps, at: moment)
    }

    package mutating func clear() -> String {
        defer { linesDrawn = 0 }
        return linesDrawn == 0 ? "" : "\r\u{1B}[\(linesDrawn)A\u{1B}[J"
    }

    private mutating func place(above text: String, steps: [StepState], at moment: Moment) -> String
    {
        let size = size()
        let lines = TerminalRenderer.lines(for: steps, at: moment, size: size)
        var output = linesDrawn == 0 ? "" : "\r\u{1B}[\(linesDrawn)A"
        if !text.isEmpty { output += String(text.dropLast()) + "\u{1B}[K\n" }
        for line in lines { output += line + "\u{1B}[K\n" }
        if linesDrawn > lines.count || !text.isEmpty { output += "\u{1B}[J" }
        linesDrawn = lines.count
        drawnAt = moment.monotonic
        return output
    }

    /// The lines of all bars; on a low terminal the oldest steps and a count of the others.
    static func lines(for steps: [StepState], at moment: Moment, size: Size) -> [String] {
        let room = max(1, min(12, size.rows - 2))
        let shown = steps.count <= room ? steps : Array(steps.prefix(max(1, room - 1)))
        let nameWidth = min(24, shown.map(\.name.count).max() ?? 0)
        var lines = shown.map {
            line(for: $0, at: moment, nameWidth: nameWidth, columns: size.columns)
        }
        if shown.count < steps.count, room > 1 {
            lines.append("and \(steps.count - shown.count) more")
        }
        return lines
    }

    /// One bar: `name  [####......]  45%  12.3 MB/27 MB  4.2 MB/s  eta 4s  detail`.
    ///
    /// A step without a total shows how long it has run instead. The line is one short of the
    /// terminal's width, because a character in the last column makes some terminals wrap.
    static func line(for step: StepState, at moment: Moment, nameWidth: Int, columns: Int)
        -> String
    {
        let name = HumanText.line(step.name)
        let padding = String(repeating: " ", count: max(0, nameWidth - name.count))
        var words: [String] = []
        if let fraction = step.fraction {
            let percent = HumanText.fixed((fraction * 100).rounded(.down), decimals: 0)
            let bar = columns >= 60 ? bar(fraction, width: min(30, columns / 4)) + " " : ""
            words.append(
                bar + String(repeating: " ", count: max(0, 3 - percent.count)) + percent + "%")
        }
        if let total = step.total {
            words.append(
                HumanText.amount(Double(step.done), step.unit) + "/"
                    + HumanText.amount(Double(total), step.unit))
        } else if step.done > 0 {
            words.append(HumanText.amount(Double(step.done), step.unit))
        }
        if step.done > 0, let rate = step.rate { words.append(HumanText.rate(rate, step.unit)) }
        if let remaining = step.remaining {
            words.append("eta " + HumanText.remaining(remaining))
        } else {
            words.append(HumanText.elapsed(moment.seconds(since: step.began)))
        }
        if !step.detail.isEmpty { words.append(HumanText.line(step.detail)) }
        let line = name + padding + "  " + words.joined(separator: "  ")
        return String(line.prefix(max(10, columns - 1)))
    }

    private static func bar(_ fraction: Double, width: Int) -> String {
        let filled = Int((fraction * Double(width)).rounded(.down))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: ".", count: width - filled) + "]"
    }
}

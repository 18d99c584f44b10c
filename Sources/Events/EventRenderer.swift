/// Turns events into text.
///
/// A renderer is a value: text follows from what it was told, and tests need
/// neither a terminal nor a clock.
package protocol EventRenderer: Sendable {
    /// Nanoseconds that a step's progress waits before it is shown again.
    var interval: UInt64 { get }

    /// Writes an event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - steps: All steps that run, in the order in which they began, after the event.
    ///   - moment: When it happened.
    /// - Returns: What goes to the output, line ends included; possibly nothing.
    mutating func render(_ event: Event, steps: [StepState], at moment: Moment) -> String

    /// Shows all steps as they stand; only a renderer that draws in place has anything to do.
    mutating func redraw(steps: [StepState], at moment: Moment) -> String

    /// Takes away what is not meant to stay.
    mutating func clear() -> String
}

extension EventRenderer {
    package mutating func redraw(steps: [StepState], at moment: Moment) -> String { "" }
    package mutating func clear() -> String { "" }
}

/// One plain line per event, for pipes, files and journals.
package struct PlainRenderer: EventRenderer {
    /// A step that runs long says so every few seconds.
    package let interval: UInt64 = 5_000_000_000

    /// Makes the renderer.
    package init() {}

    package mutating func render(_ event: Event, steps: [StepState], at moment: Moment) -> String {
        switch event {
        case .began(let step):
            PlainRenderer.line(.info, "\(step.name): start", PlainRenderer.total(of: step))
        case .progressed(let step):
            PlainRenderer.line(.info, "\(step.name): \(PlainRenderer.standing(of: step))", [])
        case .ended(let step, let outcome, let fields):
            PlainRenderer.ended(step, outcome, fields, at: moment)
        case .logged(let level, let message, let fields):
            PlainRenderer.line(level, message, fields)
        }
    }

    /// One line of the log.
    static func line(_ level: Level, _ message: String, _ fields: [Field]) -> String {
        let pairs = fields.map { " \($0.key)=\(HumanText.quoted($0.value))" }.joined()
        let name = level.rawValue
        let padding = String(repeating: " ", count: 8 - name.count)
        return name + padding + HumanText.line(message) + pairs + "\n"
    }

    /// The line that ends a step.
    static func ended(
        _ step: StepState, _ outcome: Outcome, _ fields: [Field], at moment: Moment
    ) -> String {
        let elapsed = Field("elapsed", HumanText.elapsed(moment.seconds(since: step.began)))
        switch outcome {
        case .done:
            let amount =
                step.done == 0
                ? [] : [Field("done", HumanText.amount(Double(step.done), step.unit))]
            return line(.info, "\(step.name): done", amount + [elapsed] + fields)
        case .failed:
            // Why is told once, by whoever ends the run with the error.
            return line(.error, "\(step.name): failed", [elapsed] + fields)
        }
    }

    private static func total(of step: StepState) -> [Field] {
        step.total.map { [Field("total", HumanText.amount(Double($0), step.unit))] } ?? []
    }

    /// How far a step is, in words: `91/182 50% 12/s eta 8s libc6`.
    package static func standing(of step: StepState) -> String {
        // A step that counts nothing says only what it is at.
        var words =
            step.done == 0 && step.total == nil && !step.detail.isEmpty
            ? [] : [HumanText.amount(Double(step.done), step.unit)]
        if let total = step.total {
            words[0] += "/" + HumanText.amount(Double(total), step.unit)
        }
        if let fraction = step.fraction {
            words.append(HumanText.fixed((fraction * 100).rounded(.down), decimals: 0) + "%")
        }
        if let rate = step.rate { words.append(HumanText.rate(rate, step.unit)) }
        if let remaining = step.remaining {
            words.append("eta " + HumanText.remaining(remaining))
        }
        if !step.detail.isEmpty { words.append(step.detail) }
        return words.joined(separator: " ")
    }
}

/// Says nothing.
package struct DiscardingRenderer: EventRenderer {
    package let interval: UInt64 = .max

    /// Makes the renderer.
    package init() {}

    package mutating func render(_ event: Event, steps: [StepState], at moment: Moment) -> String {
        ""
    }
}

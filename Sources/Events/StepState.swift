import Glibc

/// Where a step stands, as a value that renderers draw from.
package struct StepState: Sendable, Equatable {
    /// Tells steps apart that have one name.
    package let id: UInt64
    /// What is being done, in a word or two.
    package let name: String
    /// What the numbers count.
    package let unit: ProgressUnit
    /// When it began, on the clock that never goes back.
    package let began: UInt64
    /// How much is done.
    package private(set) var done: UInt64 = 0
    /// How much there is, where that is known.
    package private(set) var total: UInt64?
    /// What is being worked on right now.
    package private(set) var detail: String = ""
    /// What is done a second, smoothed; nil until something has been measured.
    package private(set) var rate: Double?
    private var measuredAt: UInt64
    private var measuredDone: UInt64 = 0

    /// Makes the state of a step that begins.
    package init(id: UInt64, name: String, unit: ProgressUnit, total: UInt64?, began: UInt64) {
        self.id = id
        self.name = name
        self.unit = unit
        self.total = total
        self.began = began
        measuredAt = began
    }

    /// Seconds over which the rate forgets: a stall shows, a hiccup does not.
    private static let memory = 5.0
    /// Seconds below which two counts say nothing about a rate.
    private static let shortest = 0.05

    /// Takes the latest numbers, and measures the rate between this look and the one before.
    package mutating func observe(done: UInt64, total: UInt64?, detail: String, at moment: Moment) {
        self.done = done
        self.total = total
        self.detail = detail
        let elapsed = moment.seconds(since: measuredAt)
        guard elapsed >= StepState.shortest else { return }
        let sample = Double(done - min(done, measuredDone)) / elapsed
        measuredAt = moment.monotonic
        measuredDone = done
        if let before = rate {
            rate = before + (sample - before) * (1 - exp(-elapsed / StepState.memory))
        } else if sample > 0 {
            rate = sample
        }
    }

    /// The part that is done, 0 to 1, where the total is known.
    package var fraction: Double? {
        guard let total, total > 0 else { return nil }
        return min(1, Double(done) / Double(total))
    }

    /// Seconds to the end at the present rate, where both are known.
    package var remaining: Double? {
        guard let total, total > done, let rate, rate > 0 else { return nil }
        return Double(total - done) / rate
    }
}

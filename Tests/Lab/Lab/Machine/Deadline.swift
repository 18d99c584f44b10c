import Glibc

/// A moment of the monotonic clock by which something has to be done.
package struct Deadline: Sendable {
    /// How long there was at first.
    package let seconds: Int
    private let end: UInt64

    /// A moment some seconds from now.
    package init(seconds: Int) { self.init(milliseconds: seconds * 1000) }

    /// A moment some milliseconds from now.
    package init(milliseconds: Int) {
        seconds = milliseconds / 1000
        end = Stopwatch.now() + UInt64(milliseconds) * 1_000_000
    }

    /// Whether the moment has passed.
    package var isOver: Bool { Stopwatch.now() >= end }

    /// How long there is left, at least 0.
    package var remainingMilliseconds: Int {
        let now = Stopwatch.now()
        return now >= end ? 0 : Int((end - now) / 1_000_000) + 1
    }
}

/// Measures time that passes.
package struct Stopwatch: Sendable {
    private let start = Stopwatch.now()

    /// Starts to measure.
    package init() {}

    /// Milliseconds since it was made.
    package var milliseconds: Int { Int((Stopwatch.now() - start) / 1_000_000) }

    /// The monotonic clock in nanoseconds.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

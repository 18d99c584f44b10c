import JSON

/// How much a line of the log matters.
package enum Level: String, Sendable, CaseIterable, Comparable {
    /// For who looks for a fault.
    case debug
    /// What happens.
    case info
    /// It goes on, but somebody should look.
    case warning
    /// It does not go on.
    case error

    package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

/// What a step counts.
package enum ProgressUnit: String, Sendable {
    /// Packages, files, blocks.
    case items
    /// Bytes.
    case bytes
}

/// One `key=value` of a line; the order is the caller's.
package struct Field: Sendable, Equatable {
    /// The name.
    package let key: String
    /// The value, as text.
    package let value: String

    /// Makes a field.
    package init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// A moment, on both clocks.
package struct Moment: Sendable, Equatable {
    /// Nanoseconds on a clock that never goes back; only differences mean something.
    package var monotonic: UInt64
    /// Nanoseconds since 1970, for time stamps.
    package var wall: Int64

    /// Makes a moment.
    package init(monotonic: UInt64, wall: Int64) {
        self.monotonic = monotonic
        self.wall = wall
    }

    /// Seconds from an earlier moment to this one; 0 when the other is later.
    package func seconds(since earlier: UInt64) -> Double {
        monotonic <= earlier ? 0 : Double(monotonic - earlier) / 1e9
    }
}

/// How a step ended.
package enum Outcome: Sendable, Equatable {
    /// As it should.
    case done
    /// With an error, in its own words.
    case failed(String)
}

/// One thing that the stream tells its renderer.
package enum Event: Sendable, Equatable {
    /// A step began.
    case began(StepState)
    /// A step went on.
    case progressed(StepState)
    /// A step ended.
    case ended(StepState, Outcome, [Field])
    /// A line for the log.
    case logged(Level, String, [Field])

    /// How much the event matters.
    package var level: Level {
        switch self {
        case .began, .progressed, .ended(_, .done, _): .info
        case .ended(_, .failed, _): .error
        case .logged(let level, _, _): level
        }
    }
}

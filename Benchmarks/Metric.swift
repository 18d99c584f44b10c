import Command
import Events

/// What of a run a row is about.
enum Metric: String, CaseIterable {
    /// Seconds by the clock on the wall.
    case wall
    /// Seconds of processors.
    case cpu
    /// The most memory of any one process, in bytes.
    case memory
    /// The length of the file that is made, in bytes.
    case size
    /// Bytes written to a disk of the lab.
    case written

    /// The value as people read it.
    func text(_ value: Double) -> String {
        switch self {
        case .wall, .cpu: HumanText.fixed(value, decimals: value < 10 ? 3 : 1) + " s"
        case .memory, .size, .written: HumanText.bytes(value)
        }
    }
}

/// What one run of one thing took.
struct Measurement: Equatable {
    /// Seconds by the clock on the wall.
    var wallSeconds: Double
    /// Seconds of processors.
    var cpuSeconds: Double
    /// The most memory of any one process, in bytes.
    var peakByteCount: UInt64
    /// The length of the file that was made, in bytes; 0 where none is.
    var outputByteCount: UInt64 = 0

    /// What was read elsewhere than from the run itself.
    var reading: Double?

    /// The number that a metric is about.
    func value(_ metric: Metric) -> Double {
        if let reading { return reading }
        return switch metric {
        case .wall: wallSeconds
        case .cpu: cpuSeconds
        case .memory: Double(peakByteCount)
        case .size: Double(outputByteCount)
        case .written: 0
        }
    }

    /// Runs a command, which must succeed, and measures it.
    static func taking(_ command: Command) throws -> Measurement {
        let clock = ContinuousClock()
        let start = clock.now
        let result = try command.runChecked()
        let elapsed = start.duration(to: clock.now)
        return Measurement(
            wallSeconds: Double(elapsed.components.seconds)
                + Double(elapsed.components.attoseconds) / 1e18,
            cpuSeconds: result.usage.cpuSeconds, peakByteCount: result.usage.peakByteCount)
    }
}

import Calendar

/// A point in time as release documents write it: UTC, whole seconds, `2026-11-20T00:00:00`.
///
/// TrueNAS writes Python's `datetime.utcnow().isoformat()`, which names no zone; we keep to that
/// spelling so that its readers accept ours.
package enum ReleaseDate {
    /// The last second of the year 9999.
    package static let latest: Int64 = 253_402_300_799

    /// Writes seconds since 1970 (`SOURCE_DATE_EPOCH`).
    ///
    /// - Parameter seconds: 0 to `latest`; other values are clamped to that range.
    /// - Returns: 19 characters.
    package static func text(_ seconds: Int64) -> String {
        let seconds = min(max(seconds, 0), latest)
        let time = UTCTime(secondsSince1970: seconds)
        return "\(time.date())T\(time.time())"
    }

    /// Reads what `text` writes.
    ///
    /// - Returns: Seconds since 1970, or nil for any other text.
    package static func seconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        let shape = Array("0000-00-00T00:00:00".utf8)
        guard bytes.count == shape.count else { return nil }
        for (byte, wanted) in zip(bytes, shape) {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard wanted == UInt8(ascii: "0") ? isDigit : byte == wanted else { return nil }
        }
        func number(_ range: Range<Int>) -> Int64 {
            bytes[range].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        guard year >= 1970, (1...12).contains(month), (1...31).contains(day) else { return nil }
        let result = UTCTime(
            year: year, month: month, day: day, hour: number(11..<13), minute: number(14..<16),
            second: number(17..<19)
        ).secondsSince1970
        // Writing it back catches 30 February and 25 o'clock.
        return ReleaseDate.text(result) == text ? result : nil
    }
}

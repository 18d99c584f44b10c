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
        let (year, month, day) = civilDate(dayCount: seconds / 86400)
        let second = seconds % 86400
        let date = [padded(year, 4), padded(month, 2), padded(day, 2)].joined(separator: "-")
        let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }
        return date + "T" + time.joined(separator: ":")
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
        let time = number(11..<13) * 3600 + number(14..<16) * 60 + number(17..<19)
        let result = dayCount(year, month, day) * 86400 + time
        // Writing it back catches 30 February and 25 o'clock.
        return ReleaseDate.text(result) == text ? result : nil
    }

    /// The proleptic Gregorian date of a day, counted from 1970-01-01.
    ///
    /// Years are taken to begin in March, so that the leap day is a year's last: the months'
    /// lengths from March on then follow the line (153 × month + 2) / 5.
    private static func civilDate(dayCount: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = dayCount + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func dayCount(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

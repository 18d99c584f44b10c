/// A point in time as calendars and clocks write it: the proleptic Gregorian date and the time of
/// day in UTC, in whole seconds, leap seconds left out as POSIX does.
package struct UTCTime: Sendable, Equatable {
    /// The year; 0 is the one before the year 1.
    package var year: Int64
    /// 1 to 12.
    package var month: Int64
    /// 1 to 31.
    package var day: Int64
    /// 0 to 23.
    package var hour: Int64
    /// 0 to 59.
    package var minute: Int64
    /// 0 to 59.
    package var second: Int64

    /// Makes a point in time from its parts, which are taken as they are.
    package init(
        year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0,
        second: Int64 = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The point in time that is some seconds after 1970 began, or before.
    ///
    /// Years are taken to begin in March, so that the leap day is a year's last: the months'
    /// lengths from March on then follow the line (153 × month + 2) / 5. The calendar repeats after
    /// 400 years, an era of 146,097 days.
    package init(secondsSince1970 seconds: Int64) {
        let (days, inDay) = UTCTime.divide(seconds, by: 86400)
        let (era, dayOfEra) = UTCTime.divide(days + 719_468, by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, hour: inDay / 3600,
            minute: inDay / 60 % 60, second: inDay % 60)
    }

    /// Seconds from the beginning of 1970 to this point, for parts in their ranges and years of up
    /// to ten digits.
    package var secondsSince1970: Int64 {
        let (era, yearOfEra) = UTCTime.divide(month <= 2 ? year - 1 : year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86400 + hour * 3600 + minute * 60 + second
    }

    /// The date, such as `2026-11-20`, the parts divided by a text.
    package func date(_ divider: String = "-") -> String {
        [UTCTime.padded(year, 4), UTCTime.padded(month, 2), UTCTime.padded(day, 2)]
            .joined(separator: divider)
    }

    /// The time of day, such as `23:59:07`, the parts divided by a text.
    package func time(_ divider: String = ":") -> String {
        [hour, minute, second].map { UTCTime.padded($0, 2) }.joined(separator: divider)
    }

    /// Quotient and remainder, the remainder never negative.
    private static func divide(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// Numbers as people read them.
///
/// No locale, no Foundation: the same text everywhere.
package enum HumanText {
    /// A number of bytes in powers of 1000, with three figures: `512 B`, `12.3 MB`.
    package static func bytes(_ count: Double) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        var value = max(0, count)
        var index = 0
        while value >= 999.5, index < units.count - 1 {
            value /= 1000
            index += 1
        }
        let decimals = index == 0 || value >= 99.95 ? 0 : 1
        return fixed(value, decimals: decimals) + " " + units[index]
    }

    /// An amount in a step's unit.
    package static func amount(_ count: Double, _ unit: ProgressUnit) -> String {
        switch unit {
        case .bytes: bytes(count)
        case .items: fixed(count, decimals: 0)
        }
    }

    /// A rate in a step's unit: `4.2 MB/s`, `0.3/s`, `120/s`.
    package static func rate(_ perSecond: Double, _ unit: ProgressUnit) -> String {
        switch unit {
        case .bytes: bytes(perSecond) + "/s"
        case .items: fixed(perSecond, decimals: perSecond < 10 ? 1 : 0) + "/s"
        }
    }

    /// Time that has passed, in seconds: `0.42s`, `12.3s`, `4m05s`, `2h03m`.
    package static func elapsed(_ seconds: Double) -> String {
        switch seconds {
        case ..<9.995: fixed(seconds, decimals: 2) + "s"
        case ..<59.95: fixed(seconds, decimals: 1) + "s"
        default: coarse(seconds)
        }
    }

    /// Time still to go, in seconds, no finer than anybody can know it: `7s`, `4m05s`, `2h03m`.
    package static func remaining(_ seconds: Double) -> String {
        seconds < 59.5 ? fixed(seconds, decimals: 0) + "s" : coarse(seconds)
    }

    private static func coarse(_ seconds: Double) -> String {
        let whole = seconds < 1e9 ? Int(seconds.rounded()) : 1_000_000_000
        return whole < 3600
            ? "\(whole / 60)m\(padded(whole % 60, 2))s"
            : "\(whole / 3600)h\(padded(whole / 60 % 60, 2))m"
    }

    /// A number with a fixed count of decimals, rounded to the nearest; at most 1e15.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        let bounded = value.isFinite ? min(max(value, 0), 1e15) : 0
        let scaled = Int((bounded * Double(scale)).rounded())
        guard decimals > 0 else { return String(scaled) }
        return "\(scaled / scale).\(padded(scaled % scale, decimals))"
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// A time stamp in UTC after RFC 3339, with milliseconds.
    package static func timestamp(nanoseconds: Int64) -> String {
        let milliseconds = Int(nanoseconds / 1_000_000)
        let days =
            (milliseconds - (milliseconds % 86_400_000 + 86_400_000) % 86_400_000) / 86_400_000
        let inDay = milliseconds - days * 86_400_000
        let (year, month, day) = civil(daysSince1970: days)
        let clock = [inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1000 % 60]
            .map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(clock)"
            + ".\(padded(inDay % 1000, 3))Z"
    }

    /// The Gregorian date of a day number, by the era arithmetic of Hinnant's `civil_from_days`.
    private static func civil(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Text on one line that a terminal takes as text: control characters become blanks.
    package static func line(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            output.unicodeScalars.append(isControl ? " " : scalar)
        }
        return output
    }

    /// The value of a `key=value`, in quotes where it holds a blank, a quote or nothing.
    package static func quoted(_ value: String) -> String {
        let text = line(value)
        guard text.isEmpty || text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else {
            return text
        }
        var output = "\""
        for character in text {
            if character == "\"" || character == "\\" { output += "\\" }
            output.append(character)
        }
        return output + "\""
    }
}

import Calendar

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
        let (quotient, remainder) = (nanoseconds / 1_000_000).quotientAndRemainder(
            dividingBy: 1000)
        let isBefore = remainder < 0
        let time = UTCTime(secondsSince1970: isBefore ? quotient - 1 : quotient)
        let milliseconds = padded(Int(isBefore ? remainder + 1000 : remainder), 3)
        return "\(time.date())T\(time.time()).\(milliseconds)Z"
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

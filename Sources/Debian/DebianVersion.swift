/// A package version, compared as dpkg compares (deb-version(7)).
package struct DebianVersion: Sendable, Comparable, CustomStringConvertible {
    /// The version as written.
    package let description: String

    /// Takes a version as written; every text compares with every other.
    package init(_ text: String) { description = text }

    package static func < (left: DebianVersion, right: DebianVersion) -> Bool {
        left.compare(to: right) < 0
    }

    package static func == (left: DebianVersion, right: DebianVersion) -> Bool {
        left.compare(to: right) == 0
    }

    /// Negative, zero or positive as this version is older, the same or newer.
    private func compare(to other: DebianVersion) -> Int {
        let (mine, theirs) = (parts, other.parts)
        let epoch = Self.compare(mine.epoch, theirs.epoch)
        if epoch != 0 { return epoch }
        let upstream = Self.compare(mine.upstream, theirs.upstream)
        return upstream != 0 ? upstream : Self.compare(mine.revision, theirs.revision)
    }

    private var parts:
        (
            epoch: Substring.UTF8View, upstream: Substring.UTF8View,
            revision: Substring.UTF8View
        )
    {
        var rest = description[...]
        var epoch: Substring = "0"
        if let colon = rest.firstIndex(of: ":") {
            epoch = rest[..<colon]
            rest = rest[rest.index(after: colon)...]
        }
        var revision: Substring = ""
        if let dash = rest.lastIndex(of: "-") {
            revision = rest[rest.index(after: dash)...]
            rest = rest[..<dash]
        }
        return (epoch.utf8, rest.utf8, revision.utf8)
    }

    /// dpkg's `verrevcmp`: runs without digits by the order below, runs of digits by value.
    private static func compare(_ left: Substring.UTF8View, _ right: Substring.UTF8View) -> Int {
        var (left, right) = (left, right)
        while !left.isEmpty || !right.isEmpty {
            while startsWithNonDigit(left) || startsWithNonDigit(right) {
                let difference = order(left.first) - order(right.first)
                if difference != 0 { return difference }
                left = left.dropFirst()
                right = right.dropFirst()
            }
            let (mine, theirs) = (takeNumber(&left), takeNumber(&right))
            if mine.count != theirs.count { return mine.count - theirs.count }
            for (a, b) in zip(mine, theirs) where a != b { return Int(a) - Int(b) }
        }
        return 0
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func startsWithNonDigit(_ text: Substring.UTF8View) -> Bool {
        text.first.map { !isDigit($0) } ?? false
    }

    /// A tilde sorts before the end, letters before all other characters.
    private static func order(_ byte: UInt8?) -> Int {
        guard let byte, !isDigit(byte) else { return 0 }
        switch byte {
        case UInt8(ascii: "~"): return -1
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            return Int(byte)
        default: return Int(byte) + 256
        }
    }

    /// Cuts a run of digits off the front, its leading zeros dropped.
    private static func takeNumber(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = text.prefix(while: isDigit)
        text = text.dropFirst(digits.count)
        return digits.drop { $0 == 0x30 }
    }
}

/// Sizes as layouts and messages write them: `64 GB`, `1 MiB`, `4096 B`.
package enum ByteSize {
    /// One MiB: what partitions, arrays and gaps are counted in.
    package static let mebibyte: UInt64 = 1 << 20

    /// The largest size that a layout may speak of: 8 PiB.
    ///
    /// Sums of a disk's sizes stay far inside 64 bits then.
    package static let limit: UInt64 = 1 << 53

    /// The units with their sizes, the largest first; where two fit, the decimal one is how disks
    /// are sold and the binary one how they are divided.
    private static let units: [(name: String, byteCount: UInt64)] = [
        ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000),
        ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("kB", 1_000), ("B", 1),
    ]

    /// Reads a size: a whole number and a unit, with or without a blank between.
    ///
    /// - Returns: The size in bytes; nil when the text is none, or is over the limit.
    package static func parse(_ text: some StringProtocol) -> UInt64? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty, digits.count <= 18, let number = UInt64(digits) else { return nil }
        let rest = text.dropFirst(digits.count)
        let name = rest.hasPrefix(" ") ? rest.dropFirst() : rest
        guard let unit = units.first(where: { $0.name == name }) else { return nil }
        let (byteCount, overflow) = number.multipliedReportingOverflow(by: unit.byteCount)
        return overflow || byteCount > limit ? nil : byteCount
    }

    /// Writes a size, exactly, in the largest unit that it is a multiple of.
    package static func text(_ byteCount: UInt64) -> String {
        guard byteCount > 0,
            let unit = units.first(where: { byteCount.isMultiple(of: $0.byteCount) })
        else { return "0 B" }
        return "\(byteCount / unit.byteCount) \(unit.name)"
    }

    /// Writes a size as people say it, in tenths: `63.9 GB`.
    package static func shortText(_ byteCount: UInt64) -> String {
        for (name, unit): (String, UInt64) in [
            ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000),
        ] where byteCount >= unit {
            let tenths = (byteCount + unit / 20) / (unit / 10)
            return "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(byteCount) B"
    }

    /// Rounds down to whole units.
    package static func roundDown(_ byteCount: UInt64, to unit: UInt64 = mebibyte) -> UInt64 {
        byteCount - byteCount % unit
    }

    /// Rounds up to whole units; the size must be within the limit.
    package static func roundUp(_ byteCount: UInt64, to unit: UInt64 = mebibyte) -> UInt64 {
        roundDown(byteCount + (unit - 1), to: unit)
    }
}

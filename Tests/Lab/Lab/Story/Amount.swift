/// Sizes and times as stories write them.
enum Amount {
    private static let sizeUnits: [(suffix: String, byteCount: UInt64)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("s", 512), ("B", 1),
    ]

    /// A count of bytes such as `64MiB`, `240GB`, `2048s` (sectors of 512 bytes) or `12B`; nil for
    /// anything else, also where the count does not fit into 63 bits.
    static func byteCount(_ text: some StringProtocol) -> UInt64? {
        for unit in sizeUnits where text.hasSuffix(unit.suffix) {
            guard let count = UInt64(text.dropLast(unit.suffix.count)) else { return nil }
            let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.byteCount)
            return overflow || bytes > UInt64(Int64.max) ? nil : bytes
        }
        return nil
    }

    /// A time such as `800ms` or `90s`, in milliseconds; nil for anything else.
    static func milliseconds(_ text: some StringProtocol) -> Int? {
        for (suffix, factor) in [("ms", 1), ("s", 1000)] where text.hasSuffix(suffix) {
            guard let count = Int(text.dropLast(suffix.count)), (0...86_400_000).contains(count)
            else { return nil }
            return count * factor
        }
        return nil
    }

    /// A factor such as `1.15`; nil for anything that is no positive number.
    static func factor(_ text: some StringProtocol) -> Double? {
        guard let value = Double(text), value.isFinite, value > 0 else { return nil }
        return value
    }
}

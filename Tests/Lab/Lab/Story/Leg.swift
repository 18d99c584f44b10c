/// A disk, or one of its partitions: `card`, `card:3`.
package struct Leg: Sendable, Hashable, CustomStringConvertible {
    /// The disk.
    package let disk: String
    /// The partition's number; nil for the whole disk.
    package let partition: Int?

    /// Reads `disk` or `disk:number`; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let disk = Disk.validName(String(parts[0])) else { return nil }
        self.disk = disk
        guard parts.count == 2 else {
            partition = nil
            return
        }
        guard let number = Int(parts[1]), (1...128).contains(number) else { return nil }
        partition = number
    }

    package var description: String { partition.map { "\(disk):\($0)" } ?? disk }
}

package import JSON
package import Storage

/// How much has been written to each disk, across starts: the kernel counts anew at each.
package struct WearLedger: Sendable, Equatable {
    /// What is known of a disk.
    package struct Entry: Sendable, Equatable {
        /// All bytes that were ever counted.
        package var byteCount: UInt64
        /// What the kernel's counter was last.
        package var counter: UInt64
        /// The start that it counted in.
        package var start: String
        /// When the disk was first seen, in seconds since 1970.
        package var firstSeen: Int64
        /// When it was last counted.
        package var lastSeen: Int64
    }

    /// What becomes of a disk if it goes on like that.
    package struct Projection: Sendable, Equatable {
        /// How much of what it lasts is used up, in percent; more than 100 when it is more.
        package var percent: UInt64
        /// Bytes that are written on average in a day; nil before a day has passed.
        package var bytesPerDay: UInt64?
        /// Days until all is used up; nil when that is not known, or nothing is written.
        package var daysLeft: UInt64?
    }

    private static let secondsPerDay: UInt64 = 86400

    /// The entries, by the disks' names.
    package private(set) var entries: [String: Entry] = [:]

    /// An empty ledger.
    package init() {}

    /// Counts what a disk was written since it was last counted.
    ///
    /// - Parameters:
    ///   - disk: The disk's name: one that no other disk has.
    ///   - counter: Bytes that the kernel counted since the disk came.
    ///   - start: The name of this start of the machine.
    ///   - time: Seconds since 1970.
    package mutating func count(_ disk: String, counter: UInt64, start: String, at time: Int64) {
        guard var entry = entries[disk] else {
            entries[disk] = Entry(
                byteCount: counter, counter: counter, start: start, firstSeen: time,
                lastSeen: time)
            return
        }
        // A counter that went back is that of a disk that left and came again.
        let isSame = entry.start == start && counter >= entry.counter
        let more = isSame ? counter - entry.counter : counter
        entry.byteCount =
            entry.byteCount.addingReportingOverflow(more).overflow
            ? .max : entry.byteCount + more
        entry.counter = counter
        entry.start = start
        entry.lastSeen = max(entry.lastSeen, time)
        entries[disk] = entry
    }

    /// What becomes of a disk that lasts for so many bytes; nil for a disk that was never counted.
    package func projection(of disk: String, endurance: UInt64) -> Projection? {
        guard let entry = entries[disk], endurance > 0 else { return nil }
        let (whole, rest) = entry.byteCount.quotientAndRemainder(dividingBy: endurance)
        let percent = Double(whole) * 100 + Double(rest) / Double(endurance) * 100
        // A clock that was set wrong gives no time, or a negative one.
        let seconds = entry.lastSeen.subtractingReportingOverflow(entry.firstSeen)
        var result = Projection(percent: UInt64(min(percent, 1e6)))
        guard !seconds.overflow, let passed = UInt64(exactly: seconds.partialValue),
            passed >= WearLedger.secondsPerDay
        else { return result }
        let perDay = Double(entry.byteCount) / Double(passed) * Double(WearLedger.secondsPerDay)
        let bytesPerDay = UInt64(min(perDay, 1e18))
        result.bytesPerDay = bytesPerDay
        if bytesPerDay > 0 {
            let left = endurance > entry.byteCount ? endurance - entry.byteCount : 0
            result.daysLeft = left / bytesPerDay
        }
        return result
    }
}

/// The form in which it is saved.
extension WearLedger {
    /// The number of the JSON form.
    private static let format: Int64 = 1

    /// The ledger as JSON; the same ledger always gives the same text.
    package var json: JSON {
        let disks = entries.sorted { $0.key < $1.key }.map { disk, entry in
            JSON.makeObject([
                "disk": .string(disk), "bytes": .integer(Int64(clamping: entry.byteCount)),
                "counter": .integer(Int64(clamping: entry.counter)),
                "start": .string(entry.start), "first_seen": .integer(entry.firstSeen),
                "last_seen": .integer(entry.lastSeen),
            ])
        }
        return ["format": .integer(WearLedger.format), "disks": .array(disks)]
    }

    /// Reads a ledger that was saved.
    ///
    /// - Throws: `SavedFormError` naming the place.
    package init(json: JSON) throws(SavedFormError) {
        guard let format = json["format"]?.integer else { throw .missing(".format") }
        guard format == WearLedger.format else {
            throw .unknownFormat(found: format, known: WearLedger.format)
        }
        let root = try SavedObject(json, at: "", keys: ["format", "disks"])
        let disks = try root.list("disks") { object throws(SavedFormError) in
            let fields = try object.knowing([
                "disk", "bytes", "counter", "start", "first_seen", "last_seen",
            ])
            return (
                name: try fields.string("disk"),
                entry: Entry(
                    byteCount: try fields.count("bytes"), counter: try fields.count("counter"),
                    start: try fields.string("start"),
                    firstSeen: try fields.integer("first_seen"),
                    lastSeen: try fields.integer("last_seen"))
            )
        }
        for disk in disks where entries.updateValue(disk.entry, forKey: disk.name) != nil {
            throw .wrong(".disks", wanted: "\(disk.name) once")
        }
    }
}

import Calendar
package import JSON
package import Storage

/// What a recovery found, did, and left.
package struct RecoverReport: Sendable, Equatable {
    /// What was wrong, in one sentence.
    package var wrong: String
    /// Where the layout came from.
    package var origin: String
    /// The layout's name.
    package var layout: String
    /// When it began, in seconds since 1970.
    package var began: Int64
    /// How long it took, in seconds.
    package var seconds: Int64
    /// What was carried out, in order.
    package var plans: [Plan]
    /// How the system is now, with every byte compared; nil when it did not come so far.
    package var status: HostStatus?
    /// Why it did not come to its end; nil when it did.
    package var failure: String?

    /// Whether nothing had to be done but start what is whole.
    package var wasWhole: Bool { failure == nil && plans.allSatisfy(\.isHarmless) }

    /// The name of its file.
    package var fileName: String {
        let time = UTCTime(secondsSince1970: began)
        return "\(time.date())T\(time.time(""))Z.json"
    }

    /// The report as JSON (docs/recovery.md).
    package var json: JSON {
        let time = UTCTime(secondsSince1970: began)
        return JSON.makeObject([
            "format": 1,
            "time": .string("\(time.date())T\(time.time())Z"), "seconds": .integer(seconds),
            "wrong": .string(wrong), "layout": .string(layout), "origin": .string(origin),
            "plans": .array(plans.map(\.json)),
            "erased": .array(plans.flatMap(\.erases).map { .string($0) }),
            "status": status?.json, "failure": failure.map { .string($0) },
        ])
    }
}

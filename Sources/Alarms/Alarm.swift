/// What tells alarms apart.
package struct AlarmID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// What there is an alarm of.
    package var kind: AlarmKind
    /// Which leg, disk, array or volume it is of.
    package var subject: String

    /// Makes an identity.
    package init(_ kind: AlarmKind, _ subject: String) {
        self.kind = kind
        self.subject = subject
    }

    /// The identity as people type it: `leg-lost:boot/card`.
    package var description: String { "\(kind.rawValue):\(subject)" }

    /// Reads an identity as people type it; nil when it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = AlarmKind(rawValue: String(parts[0])) else {
            return nil
        }
        self.init(kind, String(parts[1]))
    }

    package static func < (left: AlarmID, right: AlarmID) -> Bool {
        // The worst come first.
        (right.kind.severity, left.kind.rawValue, left.subject)
            < (left.kind.severity, right.kind.rawValue, right.subject)
    }
}

/// Something that was observed to be so, and should not be.
package struct AlarmCondition: Sendable, Equatable {
    /// What it is an alarm of.
    package var id: AlarmID
    /// What is so, in one sentence without a full stop.
    package var text: String
    /// How far it is, from 0 to 100; nil where nothing progresses.
    package var percent: Int?
    /// The bay of the disk; nil where it is in none.
    package var bay: Int?

    /// Makes a condition.
    package init(
        _ kind: AlarmKind, _ subject: String, _ text: String, percent: Int? = nil, bay: Int? = nil
    ) {
        id = AlarmID(kind, subject)
        self.text = text
        self.percent = percent.map { min(max($0, 0), 100) }
        self.bay = bay
    }
}

/// An alarm that is there.
package struct Alarm: Sendable, Equatable {
    /// What was observed last.
    package var condition: AlarmCondition
    /// Whether it is still so.
    package var isPresent: Bool
    /// Whether somebody has seen it.
    package var isAcknowledged: Bool
    /// Whether it was reported once, and is taken to be so until its disk leaves.
    package var isReported: Bool
    /// When it was raised, in seconds since 1970.
    package var raisedAt: Int64
    /// When it changed last, in seconds since 1970.
    package var changedAt: Int64

    /// What tells it apart.
    package var id: AlarmID { condition.id }
}

/// What happened to an alarm.
package struct AlarmEvent: Sendable, Equatable {
    /// What can happen.
    package enum Kind: String, Sendable, Equatable, CaseIterable {
        /// It is new.
        case raised
        /// What it says changed, or it came back before anybody had seen it.
        case changed
        /// What it says is no longer so.
        case cured
        /// Somebody has seen it.
        case acknowledged
    }

    /// What happened.
    package var kind: Kind
    /// The alarm after it.
    package var alarm: Alarm
}

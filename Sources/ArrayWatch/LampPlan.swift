package import Alarms
package import HAL

/// What the lamps of a machine do for its alarms: pure.
package enum LampPlan {
    /// The pattern of each lamp that alarms use; others are left alone.
    package static func patterns(
        of alarms: [Alarm], _ roles: Hardware.Roles
    ) -> [String: LampPattern] {
        var patterns: [String: LampPattern] = [:]
        let bad = alarms.filter { $0.id.kind.severity > .notice }
        let all = pattern(of: bad)
        if let lamp = roles.alarm { patterns[lamp] = all }
        if let lamp = roles.healthy { patterns[lamp] = all == .off ? .on : .off }
        for (bay, lamp) in roles.bays {
            patterns[lamp] = pattern(of: bad.filter { $0.condition.bay == bay })
        }
        return patterns
    }

    /// Blinking until all are acknowledged, lit as long as one is there.
    private static func pattern(of alarms: [Alarm]) -> LampPattern {
        if alarms.contains(where: { !$0.isAcknowledged }) { return .blink }
        return alarms.isEmpty ? .off : .on
    }
}

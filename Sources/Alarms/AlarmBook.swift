/// All alarms there are: what is observed goes in, what is to be told comes out.
///
/// An alarm is raised once. It stays until what it says is no longer so *and* somebody has
/// acknowledged it, in whatever order. What comes back before that is the same alarm.
package struct AlarmBook: Sendable, Equatable {
    /// What was observed.
    package enum Observation: Sendable, Equatable {
        /// All conditions of some kinds: what is not among them is not so.
        case conditions(Set<AlarmKind>, [AlarmCondition])
        /// How the machine started: the name of this start, why it was with less than there should
        /// be (nil when it was not), and whether all arrays are whole now.
        case start(id: String, degraded: String?, isWhole: Bool)
        /// Something was reported that is taken to be so until its disk, the subject, leaves.
        case report(AlarmCondition)
        /// The disks that are there, for what was reported of others.
        case disks(Set<String>)
    }

    /// The alarms.
    package private(set) var alarms: [AlarmID: Alarm]
    /// The last start of which it is known that nothing is missing any more.
    package private(set) var settledStart: String?

    /// Makes a book.
    ///
    /// - Parameters:
    ///   - alarms: The alarms that there are.
    ///   - settledStart: The last start of which it is known that nothing is missing any more.
    package init(alarms: [Alarm] = [], settledStart: String? = nil) {
        self.alarms = Dictionary(alarms.map { ($0.id, $0) }) { first, _ in first }
        self.settledStart = settledStart
    }

    /// The alarms, the worst first.
    package var sorted: [Alarm] { alarms.values.sorted { $0.id < $1.id } }

    /// Takes an observation.
    ///
    /// - Parameters:
    ///   - observation: What was observed.
    ///   - time: When, in seconds since 1970.
    /// - Returns: What is to be told, in a fixed order.
    package mutating func take(_ observation: Observation, at time: Int64) -> [AlarmEvent] {
        switch observation {
        case .conditions(let kinds, let conditions):
            take(conditions.filter { kinds.contains($0.id.kind) }, allOf: kinds, at: time)
        case .start(let id, let degraded, let isWhole):
            take(start: id, degraded: degraded, isWhole: isWhole, at: time)
        case .report(let condition): note(condition, isReported: true, at: time)
        case .disks(let subjects):
            cure(at: time) { $0.isReported && !subjects.contains($0.id.subject) }
        }
    }

    /// Notes that somebody has seen alarms.
    ///
    /// - Parameters:
    ///   - ids: Which; nil for all.
    ///   - time: When, in seconds since 1970.
    /// - Returns: What is to be told: nothing of those that were acknowledged before.
    package mutating func acknowledge(_ ids: Set<AlarmID>?, at time: Int64) -> [AlarmEvent] {
        sorted.filter { !$0.isAcknowledged && ids?.contains($0.id) != false }.map { alarm in
            var alarm = alarm
            alarm.isAcknowledged = true
            alarm.changedAt = time
            alarms[alarm.id] = alarm.isPresent ? alarm : nil
            return AlarmEvent(kind: .acknowledged, alarm: alarm)
        }
    }

    private mutating func take(
        _ conditions: [AlarmCondition], allOf kinds: Set<AlarmKind>, at time: Int64
    ) -> [AlarmEvent] {
        let now = Dictionary(conditions.map { ($0.id, $0) }) { first, _ in first }
        let rebuilt = kinds.contains(.rebuilding) ? arraysRebuilt(now) : []
        var events = cure(at: time) {
            !$0.isReported && kinds.contains($0.id.kind) && now[$0.id] == nil
        }
        for id in now.keys.sorted() {
            if let condition = now[id] { events += note(condition, at: time) }
        }
        for array in rebuilt {
            let condition = AlarmCondition(.rebuilt, array, "array \(array) is whole again")
            events += note(condition, isPresent: false, at: time)
        }
        return events
    }

    /// The arrays that were being rebuilt until now, and lack no leg.
    private func arraysRebuilt(_ now: [AlarmID: AlarmCondition]) -> [String] {
        let lost = now.keys.filter { $0.kind == .legLost }.map(\.subject)
        return alarms.values.filter { $0.id.kind == .rebuilding && now[$0.id] == nil }
            .map(\.id.subject)
            .filter { array in !lost.contains { $0 == array || $0.hasPrefix("\(array)/") } }
            .sorted()
    }

    private mutating func take(
        start id: String, degraded: String?, isWhole: Bool, at time: Int64
    ) -> [AlarmEvent] {
        if id != settledStart, let degraded, !isWhole {
            return take(
                [AlarmCondition(.bootedDegraded, "start", degraded)], allOf: [.bootedDegraded],
                at: time)
        }
        // Whatever is lost later in this start, it is not how the machine started.
        settledStart = id
        return take([], allOf: [.bootedDegraded], at: time)
    }

    private mutating func note(
        _ condition: AlarmCondition, isPresent: Bool = true, isReported: Bool = false,
        at time: Int64
    ) -> [AlarmEvent] {
        guard var alarm = alarms[condition.id] else {
            let alarm = Alarm(
                condition: condition, isPresent: isPresent, isAcknowledged: false,
                isReported: isReported, raisedAt: time, changedAt: time)
            alarms[condition.id] = alarm
            return [AlarmEvent(kind: .raised, alarm: alarm)]
        }
        // What only happens, and never is so, is news each time.
        let isNews =
            !isPresent || !alarm.isPresent || alarm.condition.differs(from: condition)
        alarm.isReported = alarm.isReported || isReported
        if isNews {
            alarm.condition = condition
            alarm.isPresent = isPresent
            alarm.changedAt = time
        }
        alarms[condition.id] = alarm
        return isNews ? [AlarmEvent(kind: .changed, alarm: alarm)] : []
    }

    private mutating func cure(
        at time: Int64, where isCured: (Alarm) -> Bool
    ) -> [AlarmEvent] {
        sorted.filter { $0.isPresent && isCured($0) }.map { alarm in
            var alarm = alarm
            alarm.isPresent = false
            alarm.isReported = false
            alarm.changedAt = time
            let isOver = alarm.isAcknowledged || !alarm.id.kind.isLatched
            alarms[alarm.id] = isOver ? nil : alarm
            return AlarmEvent(kind: .cured, alarm: alarm)
        }
    }
}

extension AlarmCondition {
    /// Whether people would want to be told of the change: progress counts in steps of ten percent.
    fileprivate func differs(from other: AlarmCondition) -> Bool {
        text != other.text || bay != other.bay
            || percent.map { $0 / 10 } != other.percent.map { $0 / 10 }
    }
}

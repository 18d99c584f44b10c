package import Alarms
import Command
import Glibc

/// Where observations become alarms, whichever program made them: the daemon, a hook of mdadm or
/// smartd, or a person.
package struct AlarmDesk: Sendable {
    /// Where alarms are kept.
    package let store: AlarmStore
    /// Where lines go.
    package let journal: Journal
    private let alertsTerminals: Bool

    /// Makes a desk.
    ///
    /// - Parameters:
    ///   - store: Where alarms are kept.
    ///   - journal: Where lines go.
    ///   - alertsTerminals: Whether those who are logged in are told of what is critical.
    package init(store: AlarmStore, journal: Journal, alertsTerminals: Bool = true) {
        self.store = store
        self.journal = journal
        self.alertsTerminals = alertsTerminals
    }

    /// Seconds since 1970.
    package static func now() -> Int64 { Int64(time(nil)) }

    /// Takes observations, and tells what came of them.
    ///
    /// - Parameter observe: Makes them, of the alarms that there are. Nobody else changes alarms
    ///   meanwhile, so that nothing old is taken for new.
    /// - Returns: What happened to alarms.
    /// - Throws: What `observe` throws, and when alarms cannot be kept.
    @discardableResult
    package func take(
        _ observe: (AlarmBook) throws -> [AlarmBook.Observation]
    ) throws -> [AlarmEvent] {
        let events = try store.update(onDamage: journal.report) { state in
            state.take(try observe(state.book), at: AlarmDesk.now())
        }
        tell(events)
        return events
    }

    /// Notes that somebody has seen alarms.
    ///
    /// - Parameter ids: Which; nil for all.
    /// - Returns: What happened to alarms.
    /// - Throws: `AlarmError.unknown` for one that is not there.
    @discardableResult
    package func acknowledge(_ ids: Set<AlarmID>?) throws -> [AlarmEvent] {
        let events = try store.update(onDamage: journal.report) { state in
            for id in (ids ?? []).sorted() where state.book.alarms[id] == nil {
                throw AlarmError.unknown(id.description)
            }
            return state.acknowledge(ids, at: AlarmDesk.now())
        }
        tell(events)
        return events
    }

    /// Sends a message that says that messages arrive.
    package func test() throws {
        try store.update(onDamage: journal.report) { $0.keep(.test, at: AlarmDesk.now()) }
    }

    private func tell(_ events: [AlarmEvent]) {
        for event in events {
            journal.write(event)
            guard alertsTerminals, event.kind == .raised,
                event.alarm.id.kind.severity == .critical
            else { continue }
            let text = "\(event.alarm.condition.text). \"slipway-host status\" says more."
            do {
                try Command("wall", ["--timeout", "5", text]).runChecked()
            } catch {
                journal.write(.notice, "\(error)")
            }
        }
    }
}

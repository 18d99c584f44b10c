package import Alarms

/// Brings messages to every way out, each once, and tries again what did not get through.
package struct Courier {
    /// Seconds between two tries of a way that failed, at first and at most.
    private static let pauses: ClosedRange<Int64> = 10...600

    private let store: AlarmStore
    private let senders: [any Sender]
    private let journal: Journal
    /// When a way that failed is tried again, and the pause before that.
    private var resting: [String: (until: Int64, pause: Int64)] = [:]

    /// Prepares.
    package init(store: AlarmStore, senders: [any Sender], journal: Journal) {
        self.store = store
        self.senders = senders
        self.journal = journal
    }

    /// Sends what waits.
    ///
    /// - Parameter now: Seconds on a clock that only goes forward.
    /// - Throws: When the store cannot be read or written.
    package mutating func deliver(at now: Int64) throws {
        let names = senders.map(\.name)
        for message in try store.read().messages {
            for sender in senders
            where !message.sentBy.contains(sender.name) && isReady(sender, now) {
                do {
                    try sender.send(message)
                } catch {
                    rest(sender, at: now)
                    journal.write(
                        .warning, "\(sender.name): message \(message.number) is not sent: \(error)")
                    continue
                }
                resting[sender.name] = nil
                try store.update(onDamage: journal.report) {
                    $0.sent(message.number, by: sender.name, of: names)
                }
            }
        }
    }

    /// Without a way out messages are for the journal alone, which has them.
    package func forgetUnlessSent() throws {
        guard senders.isEmpty else { return }
        try store.update(onDamage: journal.report) { $0.messages = [] }
    }

    private func isReady(_ sender: any Sender, _ now: Int64) -> Bool {
        resting[sender.name].map { now >= $0.until } ?? true
    }

    private mutating func rest(_ sender: any Sender, at now: Int64) {
        let pause = min(
            resting[sender.name].map { $0.pause * 2 } ?? Courier.pauses.lowerBound,
            Courier.pauses.upperBound)
        resting[sender.name] = (now + pause, pause)
    }
}

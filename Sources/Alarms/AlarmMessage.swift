/// Something that is to be told, until every way out has taken it.
package struct AlarmMessage: Sendable, Equatable {
    /// What it tells.
    package enum Content: Sendable, Equatable {
        /// What happened to an alarm.
        case event(AlarmEvent)
        /// That messages arrive.
        case test
    }

    /// A number that no other message has.
    package var number: Int64
    /// What it tells.
    package var content: Content
    /// When it happened, in seconds since 1970.
    package var time: Int64
    /// The ways that have taken it.
    package var sentBy: Set<String>
}

/// Alarms, and what is still to be told of them: what is kept across starts.
package struct AlarmState: Sendable, Equatable {
    /// The most messages that wait; then the oldest are dropped.
    package static let messageLimit = 200

    /// The alarms.
    package var book: AlarmBook
    /// What is still to be told, the oldest first.
    package var messages: [AlarmMessage]
    /// The number of the next message.
    package var nextNumber: Int64
    /// How many messages were dropped since one got through.
    package var droppedCount: Int

    /// Makes a state.
    package init(
        book: AlarmBook = AlarmBook(), messages: [AlarmMessage] = [], nextNumber: Int64 = 1,
        droppedCount: Int = 0
    ) {
        self.book = book
        self.messages = messages
        self.nextNumber = nextNumber
        self.droppedCount = droppedCount
    }

    /// Takes observations, and keeps what is to be told of them.
    package mutating func take(
        _ observations: [AlarmBook.Observation], at time: Int64
    ) -> [AlarmEvent] {
        let events = observations.flatMap { book.take($0, at: time) }
        for event in events { keep(.event(event), at: time) }
        return events
    }

    /// Notes that somebody has seen alarms, and keeps what is to be told of that.
    package mutating func acknowledge(_ ids: Set<AlarmID>?, at time: Int64) -> [AlarmEvent] {
        let events = book.acknowledge(ids, at: time)
        for event in events { keep(.event(event), at: time) }
        return events
    }

    /// Keeps a message until every way out has taken it.
    package mutating func keep(_ content: AlarmMessage.Content, at time: Int64) {
        messages.append(
            AlarmMessage(number: nextNumber, content: content, time: time, sentBy: []))
        nextNumber += 1
        if messages.count > AlarmState.messageLimit {
            messages.removeFirst()
            droppedCount += 1
        }
    }

    /// Notes that a message has been taken, and forgets it when all ways have.
    ///
    /// - Parameters:
    ///   - number: The message.
    ///   - sender: The way that took it.
    ///   - senders: All ways there are.
    package mutating func sent(_ number: Int64, by sender: String, of senders: [String]) {
        guard let index = messages.firstIndex(where: { $0.number == number }) else { return }
        messages[index].sentBy.insert(sender)
        droppedCount = 0
        if messages[index].sentBy.isSuperset(of: senders) { messages.remove(at: index) }
    }
}

package import JSON
package import Storage

/// The form in which it is saved.
extension AlarmState {
    /// The number of the JSON form.
    private static let format: Int64 = 1

    /// The state as JSON; the same state always gives the same text.
    package var json: JSON {
        .makeObject([
            "format": .integer(AlarmState.format),
            "settled_start": book.settledStart.map { .string($0) },
            "next_number": .integer(nextNumber),
            "dropped": .integer(Int64(droppedCount)),
            "alarms": .array(book.sorted.map(\.json)),
            "messages": .array(messages.map(\.json)),
        ])
    }

    /// Reads a state that was saved.
    ///
    /// - Throws: `SavedFormError` naming the place; a state with anything unknown in it is refused.
    package init(json: JSON) throws(SavedFormError) {
        guard let format = json["format"]?.integer else { throw .missing(".format") }
        guard format == AlarmState.format else {
            throw .unknownFormat(found: format, known: AlarmState.format)
        }
        let fields = try SavedObject(
            json, at: "",
            keys: ["format", "settled_start", "next_number", "dropped", "alarms", "messages"])
        let alarms = try fields.list("alarms") { object throws(SavedFormError) in
            try Alarm(saved: object)
        }
        for (index, alarm) in alarms.enumerated() {
            if alarms[..<index].contains(where: { $0.id == alarm.id }) {
                throw .wrong(".alarms[\(index)]", wanted: "another alarm than before")
            }
        }
        let start = try fields.optionalString("settled_start")
        self.init(
            book: AlarmBook(alarms: alarms, settledStart: start),
            messages: try fields.list("messages") { object throws(SavedFormError) in
                try AlarmMessage(saved: object)
            },
            nextNumber: try fields.integer("next_number"),
            droppedCount: Int(clamping: try fields.integer("dropped")))
    }
}

extension Alarm {
    /// The alarm as JSON.
    package var json: JSON {
        .makeObject([
            "kind": .string(id.kind.rawValue), "subject": .string(id.subject),
            "severity": .string(id.kind.severity.rawValue), "text": .string(condition.text),
            "percent": condition.percent.map { .integer(Int64($0)) },
            "bay": condition.bay.map { .integer(Int64($0)) },
            "present": .bool(isPresent), "acknowledged": .bool(isAcknowledged),
            "reported": .bool(isReported), "raised_at": .integer(raisedAt),
            "changed_at": .integer(changedAt),
        ])
    }

    /// Reads an alarm that was saved.
    fileprivate init(saved json: SavedObject) throws(SavedFormError) {
        let fields = try json.knowing([
            "kind", "subject", "severity", "text", "percent", "bay", "present", "acknowledged",
            "reported", "raised_at", "changed_at",
        ])
        guard let kind = AlarmKind(rawValue: try fields.string("kind")) else {
            throw .wrong("\(fields.path).kind", wanted: "a kind of alarm")
        }
        self.init(
            condition: AlarmCondition(
                kind, try fields.string("subject"), try fields.string("text"),
                percent: try fields.optionalInteger("percent").map { Int(clamping: $0) },
                bay: try fields.optionalInteger("bay").map { Int(clamping: $0) }),
            isPresent: try fields.bool("present"),
            isAcknowledged: try fields.bool("acknowledged"),
            isReported: try fields.bool("reported"),
            raisedAt: try fields.integer("raised_at"),
            changedAt: try fields.integer("changed_at"))
    }
}

extension AlarmMessage {
    /// The message as JSON: what a webhook gets, too.
    package var json: JSON {
        var event: JSON = "test"
        var alarm: JSON?
        if case .event(let content) = content {
            event = .string(content.kind.rawValue)
            alarm = content.alarm.json
        }
        return .makeObject([
            "number": .integer(number), "time": .integer(time), "event": event, "alarm": alarm,
            "sent_by": .array(sentBy.sorted().map { .string($0) }),
        ])
    }

    /// Reads a message that was saved.
    fileprivate init(saved json: SavedObject) throws(SavedFormError) {
        let fields = try json.knowing(["number", "time", "event", "alarm", "sent_by"])
        number = try fields.integer("number")
        time = try fields.integer("time")
        sentBy = Set(try fields.strings("sent_by"))
        let event = try fields.string("event")
        if event == "test" {
            content = .test
        } else if let kind = AlarmEvent.Kind(rawValue: event) {
            content = .event(
                AlarmEvent(kind: kind, alarm: try Alarm(saved: fields.object("alarm"))))
        } else {
            throw .wrong("\(fields.path).event", wanted: "an event")
        }
    }
}

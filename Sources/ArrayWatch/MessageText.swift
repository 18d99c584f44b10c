package import Alarms
import Bytes
import Calendar

/// Messages for people.
package struct MessageText: Sendable, Equatable {
    /// One line.
    package let subject: String
    /// All of it.
    package let body: String

    /// Words it.
    ///
    /// - Parameters:
    ///   - message: What is told.
    ///   - host: The machine's name.
    package init(_ message: AlarmMessage, host: String) {
        let time = UTCTime(secondsSince1970: message.time)
        let when = "\(time.date()) \(time.time()) UTC"
        switch message.content {
        case .test:
            subject = "[\(host)] test: messages arrive"
            body = "Somebody asked for this on \(host).\n\n\(when)\n"
        case .event(let event):
            let alarm = event.alarm
            let line = MessageText.line(event)
            subject = "[\(host)] \(line)"
            var lines = [line + ".", "", "\(event.kind.rawValue)  \(when)", "alarm  \(alarm.id)"]
            lines.append("how bad  \(alarm.id.kind.severity.rawValue)")
            if let percent = alarm.condition.percent { lines.append("progress  \(percent) %") }
            lines.append("")
            lines.append(
                event.kind == .raised
                    ? "\"slipway-host status\" says more; \"slipway-host alarms ack\" tells that"
                        + " somebody has seen it."
                    : "\"slipway-host alarms\" lists what there is.")
            body = lines.joined(separator: "\n") + "\n"
        }
    }

    /// An event in one line.
    package static func line(_ event: AlarmEvent) -> String {
        let text = event.alarm.condition.text
        let percent = event.alarm.condition.percent.map { ", \($0) %" } ?? ""
        switch event.kind {
        case .raised: return text + percent
        case .changed: return text + percent
        case .cured: return "over: \(text)"
        case .acknowledged: return "seen: \(text)"
        }
    }

    /// A mail for a program that takes what sendmail(8) takes (RFC 5322).
    ///
    /// Nothing of a message can break out of its header: lines end in spaces there, and what is not
    /// ASCII is encoded (RFC 2047).
    package func mail(
        _ configuration: WatchConfiguration.Mail, number: Int64, time: Int64, host: String
    ) -> [UInt8] {
        let now = UTCTime(secondsSince1970: time)
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let month = months[Int(clamping: min(max(now.month, 1), 12)) - 1]
        let header = [
            "From: \(configuration.from)", "To: \(configuration.to.joined(separator: ", "))",
            "Subject: \(MessageText.headerText(subject))",
            "Date: \(now.day) \(month) \(now.year) \(now.time()) +0000",
            "Message-ID: <slipway.\(time).\(number)@\(MessageText.hostText(host))>",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
        ]
        return Array((header.joined(separator: "\n") + "\n\n" + body).utf8)
    }

    private static func headerText(_ text: String) -> String {
        let line = String(text.map { $0.isNewline ? " " : $0 })
        let isPlain = line.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        if isPlain, line.utf8.count <= 900 { return line }
        // Words of 75 characters at most, each a whole number of characters.
        var words: [String] = []
        var word = ""
        for character in line {
            if word.utf8.count + character.utf8.count > 42 {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        words.append(word)
        return words.map { "=?utf-8?B?\(Base64.encode(Array($0.utf8)))?=" }
            .joined(separator: "\n ")
    }

    private static func hostText(_ host: String) -> String {
        let text = host.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) }
        return text.isEmpty ? "localhost" : text
    }
}

package import Alarms
package import Command
import JSON

/// A way out for messages.
package protocol Sender: Sendable {
    /// Its name, which is kept with what it has taken.
    var name: String { get }
    /// Sends a message.
    func send(_ message: AlarmMessage) throws(CommandError)
}

/// Mail by a program that takes what sendmail(8) takes: recipients from the header (`-t`), a line
/// with a dot alone is no end (`-i`).
package struct MailSender: Sender {
    package let name = "mail"
    private let configuration: WatchConfiguration.Mail
    private let host: String

    /// Makes a sender.
    package init(_ configuration: WatchConfiguration.Mail, host: String) {
        self.configuration = configuration
        self.host = host
    }

    package func send(_ message: AlarmMessage) throws(CommandError) {
        let text = MessageText(message, host: host)
        // A server that does not answer must not keep other messages waiting for ever.
        var command = Command(
            "timeout", ["60", configuration.program] + configuration.arguments + ["-t", "-i"])
        command.input = text.mail(
            configuration, number: message.number, time: message.time, host: host)
        try command.runChecked()
    }
}

/// A webhook: JSON by POST, with curl.
package struct WebhookSender: Sender {
    package let name = "webhook"
    private let url: String
    private let host: String

    /// Makes a sender.
    package init(url: String, host: String) {
        self.url = url
        self.host = host
    }

    package func send(_ message: AlarmMessage) throws(CommandError) {
        try WebhookSender.command(url: url, body: body(message)).runChecked()
    }

    /// What is posted.
    private func body(_ message: AlarmMessage) -> String {
        JSON.makeObject([
            "host": .string(host), "text": .string(MessageText(message, host: host).subject),
            "message": message.json,
        ]).text()
    }

    /// The command: the URL may hold a secret, so nothing of it stands on the command line.
    package static func command(url: String, body: String) -> Command {
        var command = Command("curl", ["--config", "-"])
        let quoted = body.map { character -> String in
            switch character {
            case "\\": "\\\\"
            case "\"": "\\\""
            default: String(character)
            }
        }.joined()
        command.input = Array(
            """
            silent
            show-error
            fail
            max-time = 20
            url = "\(url)"
            header = "Content-Type: application/json"
            data-raw = "\(quoted)"

            """.utf8)
        return command
    }
}

extension WatchConfiguration {
    /// The ways out that are configured.
    package func senders(host: String) -> [any Sender] {
        var senders: [any Sender] = []
        if let mail { senders.append(MailSender(mail, host: host)) }
        if let webhook { senders.append(WebhookSender(url: webhook, host: host)) }
        return senders
    }
}

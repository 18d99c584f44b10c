import Command
import JSON
import Testing

@testable import Alarms
@testable import ArrayWatch

@Suite struct MessageTests {
    private func message(_ text: String, _ kind: AlarmEvent.Kind = .raised) -> AlarmMessage {
        let alarm = Alarm(
            condition: AlarmCondition(.legLost, "boot/card", text), isPresent: true,
            isAcknowledged: false, isReported: false, raisedAt: 0, changedAt: 0)
        return AlarmMessage(
            number: 7, content: .event(AlarmEvent(kind: kind, alarm: alarm)),
            time: 1_700_000_000, sentBy: [])
    }

    private let mail = WatchConfiguration.Mail(
        to: ["a@b.c", "d@e.f"], from: "h@b.c", program: "sendmail", arguments: [])

    private func header(_ text: String) -> [Substring] {
        let bytes = MessageText(message(text), host: "nas").mail(
            mail, number: 7, time: 1_700_000_000, host: "nas")
        let text = String(decoding: bytes, as: UTF8.self)
        let end = text.firstRange(of: "\n\n")?.lowerBound ?? text.endIndex
        return text[..<end].split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test("a mail's header")
    func mailHeader() {
        #expect(
            header("card has failed").map(String.init) == [
                "From: h@b.c", "To: a@b.c, d@e.f", "Subject: [nas] card has failed",
                "Date: 14 Nov 2023 22:13:20 +0000",
                "Message-ID: <slipway.1700000000.7@nas>", "Auto-Submitted: auto-generated",
                "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: 8bit",
            ])
    }

    @Test(
        "no text of an alarm breaks out of the header",
        arguments: ["x\nBcc: y@z", "x\r\n\r\nbody", "é", String(repeating: "ä", count: 500), ""])
    func injection(text: String) {
        let lines = header(text)
        let names = lines.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
        #expect(
            names == [
                "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
                "Content-Type", "Content-Transfer-Encoding",
            ])
        #expect(lines.allSatisfy { line in line.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
        #expect(lines.allSatisfy { $0.utf8.count <= 998 })
    }

    @Test("nothing of a webhook stands on the command line, and its body is JSON")
    func webhook() throws {
        let body = "{\"a\": \"x \\\\ \\\"\"}"
        let command = WebhookSender.command(url: "https://x/secret", body: body)
        #expect(!command.text.contains("secret"))
        let input = String(decoding: command.input, as: UTF8.self)
        #expect(input.contains("url = \"https://x/secret\"\n"))
        #expect(input.contains("data-raw = \"{\\\"a\\\": \\\"x \\\\\\\\ \\\\\\\"\\\"}\"\n"))
    }

    @Test("a line for each event")
    func lines() {
        #expect(MessageText(message("x", .cured), host: "h").subject == "[h] over: x")
        #expect(MessageText(message("x", .acknowledged), host: "h").subject == "[h] seen: x")
        let test = AlarmMessage(number: 1, content: .test, time: 0, sentBy: [])
        #expect(MessageText(test, host: "h").subject == "[h] test: messages arrive")
        #expect(test.json["event"]?.string == "test")
    }
}

import Alarms
import Command
import Glibc
import JSON
import Syscalls
import Testing

@testable import ArrayWatch

private enum MailServer {
    static let isThere =
        (try? Command("/usr/bin/python3", ["-c", "import aiosmtpd"]).run().isSuccess) == true
}

/// Mail by msmtp to a real SMTP server, a webhook by curl to a real HTTP server.
@Suite(
    .enabled(
        if: Command("msmtp").locate() != nil && Command("curl").locate() != nil
            && MailServer.isThere, "needs msmtp, curl and python3-aiosmtpd"))
struct DeliveryTests {
    private let folder: TemporaryFolder
    private let receiver: Receiver
    private let desk: AlarmDesk
    private let lost = AlarmCondition(.legLost, "boot/card", "card has failed in array boot")

    init() throws {
        folder = try TemporaryFolder()
        receiver = try Receiver(in: folder.path)
        desk = AlarmDesk(
            store: AlarmStore(in: "\(folder.path)/state"), journal: Journal(hasPriorities: true),
            alertsTerminals: false)
    }

    private func courier() throws -> Courier {
        let settings = "\(folder.path)/msmtprc"
        try FileSystem.writeAtomically(
            """
            account default
            host 127.0.0.1
            port \(receiver.mailPort)
            from nas@example.org
            tls off
            auth off

            """,
            to: settings, mode: 0o600)
        var configuration = WatchConfiguration()
        configuration.mail = WatchConfiguration.Mail(
            to: ["admin@example.org", "second@example.org"], from: "nas@example.org",
            program: "msmtp", arguments: ["-C", settings])
        configuration.webhook = "http://127.0.0.1:\(receiver.hookPort)/hook?key=secret"
        return Courier(
            store: desk.store, senders: configuration.senders(host: "nas"), journal: desk.journal)
    }

    @Test("each message arrives once each way, and what is refused is sent again")
    func arrives() throws {
        var courier = try courier()
        try desk.take { _ in [.conditions([.legLost], [lost])] }
        try courier.deliver(at: 0)
        // The webhook refuses the first request; the mail must not go out twice for that.
        #expect(try desk.store.read().messages.map(\.sentBy) == [["mail"]])
        try courier.deliver(at: 1)
        #expect(try receiver.received("hook").isEmpty)
        try courier.deliver(at: 60)
        #expect(try desk.store.read().messages.isEmpty)
        try desk.take { _ in [.conditions([.legLost], [lost])] }
        try courier.deliver(at: 61)
        try desk.acknowledge(nil)
        try courier.deliver(at: 62)

        let mails = try receiver.received("mail")
        #expect(mails.count == 2)
        let mail = try #require(mails.first)
        #expect(mail.hasPrefix("admin@example.org,second@example.org\n"))
        #expect(mail.contains("Subject: [nas] card has failed in array boot"))
        #expect(mails.last?.contains("Subject: [nas] seen: card has failed") == true)

        let hooks = try receiver.received("hook").map { try JSON(parsing: Array($0.utf8)) }
        #expect(hooks.map { $0["message"]?["event"]?.string } == ["raised", "acknowledged"])
        #expect(hooks.first?["host"]?.string == "nas")
        #expect(hooks.first?["message"]?["alarm"]?["subject"]?.string == "boot/card")
    }

    @Test("a program that fails keeps no other way from sending")
    func failing() throws {
        var configuration = WatchConfiguration()
        configuration.mail = WatchConfiguration.Mail(
            to: ["a@example.org"], from: "b@example.org", program: "/bin/false", arguments: [])
        configuration.webhook = "http://127.0.0.1:\(receiver.hookPort)/"
        var courier = Courier(
            store: desk.store, senders: configuration.senders(host: "nas"), journal: desk.journal)
        try desk.test()
        try desk.test()
        for time in [0, 100, 200] as [Int64] { try courier.deliver(at: time) }
        #expect(try receiver.received("hook").count == 2)
        #expect(try desk.store.read().messages.map(\.sentBy) == [["webhook"], ["webhook"]])
    }
}

/// The servers, as a process of their own that ends with the test.
private final class Receiver {
    private let folder: String
    private let process: pid_t
    let mailPort: Int
    let hookPort: Int

    struct Failure: Error {}

    init(in folder: String) throws {
        self.folder = folder
        let null = try File("/dev/null", flags: O_RDWR)
        let log = try File.create("\(folder)/log")
        process = try Command(
            "/usr/bin/python3", ["Tests/ArrayWatchTests/Fixtures/receiver.py", folder]
        ).start(input: null, output: log, errorOutput: log)
        var text: String?
        for _ in 0..<600 where text == nil {
            usleep(100_000)
            if FileSystem.exists("\(folder)/ports") {
                text = try FileSystem.readText("\(folder)/ports")
            }
        }
        let ports = (text ?? "").split(separator: " ").compactMap { Int($0) }
        guard ports.count == 2 else {
            kill(process, SIGKILL)
            Issue.record("no servers: \(try FileSystem.readText("\(folder)/log"))")
            throw Failure()
        }
        (mailPort, hookPort) = (ports[0], ports[1])
    }

    deinit {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// What has arrived, in order.
    func received(_ kind: String) throws -> [String] {
        try FileSystem.list(folder).filter { $0.hasPrefix("\(kind)-") && !$0.hasSuffix(".part") }
            .map { try FileSystem.readText("\(folder)/\($0)") }
    }
}

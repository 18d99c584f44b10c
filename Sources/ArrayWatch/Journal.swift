package import Alarms
import Glibc

/// Lines for the journal: on standard error, with the priority that systemd takes from there
/// (sd-daemon(3)).
package struct Journal: Sendable {
    /// How bad a line is (syslog(3)).
    package enum Priority: Int, Sendable {
        case critical = 2
        case warning = 4
        case notice = 5
        case info = 6
    }

    /// Whether priorities are written: a person at a terminal does not want them.
    private let hasPriorities: Bool

    /// Makes a journal.
    ///
    /// - Parameter hasPriorities: Whether lines begin with their priorities.
    package init(hasPriorities: Bool = isatty(STDERR_FILENO) == 0) {
        self.hasPriorities = hasPriorities
    }

    /// Writes a line; what is on several lines becomes one.
    package func write(_ priority: Priority, _ text: String) {
        let line = String(text.map { $0.isNewline ? " " : $0 })
        var output = (hasPriorities ? "<\(priority.rawValue)>" : "") + line + "\n"
        output.withUTF8 { bytes in
            // Where standard error is closed there is nobody to tell.
            _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    /// Writes what happened to an alarm.
    package func write(_ event: AlarmEvent) {
        let priority: Priority
        switch (event.kind, event.alarm.id.kind.severity) {
        case (.acknowledged, _): priority = .info
        case (.cured, _), (_, .notice): priority = .notice
        case (_, .warning): priority = .warning
        case (_, .critical): priority = .critical
        }
        write(priority, "\(event.kind.rawValue) \(event.alarm.id): \(MessageText.line(event))")
    }

    /// Writes what is wrong with what was kept.
    package func report(_ error: AlarmError) { write(.warning, "\(error)") }
}

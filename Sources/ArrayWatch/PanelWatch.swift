import Alarms
import HAL

/// Keeps the front panel as the alarms are: lamps, a sound for what is new, the button that
/// acknowledges.
struct PanelWatch {
    /// Lamps are set at least so often, in milliseconds: somebody else may have changed them.
    private static let refresh: UInt64 = 5000

    private let panel: FrontPanel
    private let beeper: Beeper?
    private var button = ButtonWatch()
    private var lit: [String: Bool] = [:]
    private var nextRefresh: UInt64 = 0
    private var heard: Set<AlarmID>?

    /// Prepares.
    init(_ panel: FrontPanel, beeper: Beeper?) {
        self.panel = panel
        self.beeper = beeper
    }

    /// Brings lamps up to the alarms, and looks at the button.
    ///
    /// - Parameters:
    ///   - alarms: The alarms that there are.
    ///   - now: Milliseconds on a clock that only goes forward.
    /// - Returns: Whether somebody acknowledged.
    /// - Throws: `HALError`.
    mutating func round(_ alarms: [Alarm], at now: UInt64) throws(HALError) -> Bool {
        let roles = panel.hardware.roles
        var wanted: [String: Bool] = [:]
        for (lamp, pattern) in LampPlan.patterns(of: alarms, roles) {
            wanted[lamp] = pattern.isLit(at: now)
        }
        if wanted != lit || now >= nextRefresh {
            var lamps: [(led: Hardware.LED, isLit: Bool)] = []
            for (name, isLit) in wanted { lamps.append((try panel.led(name), isLit)) }
            try panel.set(lamps)
            lit = wanted
            nextRefresh = now + PanelWatch.refresh
        }
        try sound(alarms)
        guard let name = roles.acknowledge else { return false }
        let isPressed = try panel.isPressed(panel.button(name))
        return button.sample(isPressed, at: now) != nil
    }

    /// Plays a sound for an alarm that was not there before.
    private mutating func sound(_ alarms: [Alarm]) throws(HALError) {
        let open = alarms.filter { !$0.isAcknowledged && $0.id.kind.severity > .notice }
        let ids = Set(open.map(\.id))
        let new = ids.subtracting(heard ?? ids)
        heard = ids
        guard let beeper, !new.isEmpty else { return }
        let isCritical = new.contains { $0.kind.severity == .critical }
        try beeper.play(isCritical ? .alarm : .long)
    }
}

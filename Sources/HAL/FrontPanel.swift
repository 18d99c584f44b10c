/// The lamps and buttons of the machine that a description is of.
package struct FrontPanel: Sendable {
    /// What the machine has.
    package let hardware: Hardware
    private let registers: RegisterBank

    /// Reaches a machine's hardware.
    ///
    /// No port is opened, and `openPorts` is not called, unless the machine is the one described.
    ///
    /// - Parameters:
    ///   - hardware: What is described.
    ///   - machine: What this machine is.
    ///   - lockPath: The file that keeps two programs from the registers at once.
    ///   - openPorts: Opens the machine's ports.
    /// - Throws: `HALError.otherMachine`, and what `openPorts` throws.
    package init(
        _ hardware: Hardware, on machine: MachineIdentity, lockPath: String,
        openPorts: () throws(HALError) -> any PortIO
    ) throws(HALError) {
        let mismatches = hardware.match.mismatches(machine)
        guard mismatches.isEmpty else {
            throw .otherMachine(hardware.name, mismatches: mismatches)
        }
        self.hardware = hardware
        registers = try RegisterBank(openPorts(), pair: hardware.ports, lockPath: lockPath)
    }

    /// The lamp of a name.
    ///
    /// - Throws: `HALError.unknownName`.
    package func led(_ name: String) throws(HALError) -> Hardware.LED {
        if let led = hardware.leds.first(where: { $0.name == name }) { return led }
        throw .unknownName(kind: "LED", name: name, known: hardware.leds.map(\.name))
    }

    /// The button of a name.
    ///
    /// - Throws: `HALError.unknownName`.
    package func button(_ name: String) throws(HALError) -> Hardware.Button {
        if let button = hardware.buttons.first(where: { $0.name == name }) { return button }
        throw .unknownName(kind: "button", name: name, known: hardware.buttons.map(\.name))
    }

    /// Whether a lamp is lit.
    package func isLit(_ led: Hardware.LED) throws(HALError) -> Bool {
        led.line.isOn(in: try registers.read(led.line.register))
    }

    /// Lights lamps and puts out others, with one write for all that share a register.
    ///
    /// - Parameter lamps: Each lamp, and whether it is to be lit.
    /// - Throws: `HALError`.
    package func set(_ lamps: [(led: Hardware.LED, isLit: Bool)]) throws(HALError) {
        for register in Set(lamps.map(\.led.line.register)).sorted() {
            try registers.update(register) { value in
                lamps.filter { $0.led.line.register == register }.reduce(value) { value, lamp in
                    lamp.led.line.value(value, on: lamp.isLit)
                }
            }
        }
    }

    /// Whether a button is pressed now.
    package func isPressed(_ button: Hardware.Button) throws(HALError) -> Bool {
        button.line.isOn(in: try registers.read(button.line.register))
    }
}

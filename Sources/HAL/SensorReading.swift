package import JSON
package import Syscalls

/// What a sensor says.
package struct SensorReading: Sendable, Equatable {
    /// What a number counts.
    package enum Unit: String, Sendable {
        /// Thousandths of a degree Celsius.
        case milliCelsius = "millidegrees Celsius"
        /// Turns a minute.
        case turnsPerMinute = "turns a minute"
        /// Thousandths of a volt.
        case milliVolts = "millivolts"

        /// The unit of an input, by the beginning of its name; nil for others.
        package init?(input: String) {
            switch input.prefix(while: { $0.isLetter }) {
            case "temp": self = .milliCelsius
            case "fan": self = .turnsPerMinute
            case "in": self = .milliVolts
            default: return nil
            }
        }
    }

    /// The sensor.
    package var sensor: Hardware.Sensor
    /// What it counts.
    package var unit: Unit
    /// Its number; nil when the chip has no driver, or gives an error.
    package var value: Int?

    /// Reads the sensors of a machine.
    ///
    /// - Parameters:
    ///   - hardware: What the machine has.
    ///   - system: The kernel's files.
    /// - Returns: A reading for each sensor, in the order of the description.
    package static func all(
        of hardware: Hardware, in system: SystemTree = .live
    ) -> [SensorReading] {
        let folder = "/sys/class/hwmon"
        var chips: [String: String] = [:]
        for name in system.names(folder) {
            guard let chip = system.text("\(folder)/\(name)/name") else { continue }
            // Two chips of one name cannot be told apart here; the first one stays.
            if chips[chip] == nil { chips[chip] = "\(folder)/\(name)" }
        }
        return hardware.sensors.compactMap { sensor in
            guard let unit = Unit(input: sensor.input) else { return nil }
            let text = chips[sensor.chip].flatMap { system.text("\($0)/\(sensor.input)_input") }
            return SensorReading(sensor: sensor, unit: unit, value: text.flatMap { Int($0) })
        }
    }

    /// The reading for programs.
    package var json: JSON {
        .makeObject([
            "name": .string(sensor.name), "chip": .string(sensor.chip),
            "input": .string(sensor.input), "unit": .string(unit.rawValue),
            "value": value.map { .integer(Int64($0)) },
        ])
    }

    /// The value for people.
    package var text: String {
        guard let value else { return "no answer" }
        switch unit {
        case .milliCelsius: return SensorReading.thousandths(value, " °C")
        case .turnsPerMinute: return "\(value) rpm"
        case .milliVolts: return SensorReading.thousandths(value, " V")
        }
    }

    private static func thousandths(_ value: Int, _ unit: String) -> String {
        let tenths = value.magnitude / 100
        return (value < 0 ? "-" : "") + "\(tenths / 10).\(tenths % 10)\(unit)"
    }
}

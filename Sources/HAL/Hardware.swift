/// What a machine has beside its disks: lamps, buttons, a beeper, sensors, and how they are reached.
///
/// A value; nothing is touched by making one. `FrontPanel` reaches the hardware, and only on the
/// machine that `match` describes.
package struct Hardware: Sendable, Equatable {
    /// Two I/O ports: the number of a register goes to one, its value through the other.
    package struct PortPair: Sendable, Equatable {
        /// Takes the register's number.
        package var index: UInt16
        /// Reads or takes its value.
        package var data: UInt16
    }

    /// One bit of a register that stands for something.
    package struct Line: Sendable, Equatable {
        /// The register's number.
        package var register: UInt8
        /// The bit, from 0.
        package var bit: UInt8
        /// Whether the bit is 0 when the thing is on or pressed.
        package var isActiveLow: Bool

        /// Makes a line.
        package init(register: UInt8, bit: UInt8, isActiveLow: Bool) {
            precondition(bit < 8)
            self.register = register
            self.bit = bit
            self.isActiveLow = isActiveLow
        }

        /// The bit alone.
        package var mask: UInt8 { 1 << bit }

        /// Whether a register with this value says on.
        package func isOn(in value: UInt8) -> Bool { (value & mask != 0) != isActiveLow }

        /// A register's value with this line on or off, and all other bits as they were.
        package func value(_ value: UInt8, on isOn: Bool) -> UInt8 {
            isOn != isActiveLow ? value | mask : value & ~mask
        }
    }

    /// A lamp.
    package struct LED: Sendable, Equatable {
        /// What it is called.
        package var name: String
        /// Where it is.
        package var line: Line
    }

    /// A button.
    package struct Button: Sendable, Equatable {
        /// What it is called.
        package var name: String
        /// Where it is.
        package var line: Line
    }

    /// Something that a chip of the kernel's hwmon measures (Documentation/hwmon/sysfs-interface.rst).
    package struct Sensor: Sendable, Equatable {
        /// What it is called.
        package var name: String
        /// The chip's name, as its file `name` says it.
        package var chip: String
        /// The input, such as `temp1` or `fan2`.
        package var input: String
    }

    /// A text display on a serial line.
    package struct Display: Sendable, Equatable {
        /// The line's device.
        package var device: String
        /// Its speed, in bits a second.
        package var bitRate: Int
        /// Whether it is used at all.
        package var isEnabled: Bool
    }

    /// Which lamps and buttons the alarms use.
    package struct Roles: Sendable, Equatable {
        /// Lit while no alarm is there.
        package var healthy: String?
        /// Lit while one is, blinking until it is acknowledged.
        package var alarm: String?
        /// Lit for a disk in a bay, by the bay's number.
        package var bays: [Int: String] = [:]
        /// The button that acknowledges.
        package var acknowledge: String?
    }

    /// The machine's name.
    package var name: String
    /// What it is, for people.
    package var summary: String
    /// How the machine is known.
    package var match: MachineMatch
    /// How registers are reached.
    package var ports: PortPair
    /// The lamps, in the order of the file.
    package var leds: [LED]
    /// The buttons.
    package var buttons: [Button]
    /// The file name in `/dev/input/by-path` of a beeper; nil where there is none.
    package var beeper: String?
    /// What can be measured.
    package var sensors: [Sensor]
    /// The display; nil where there is none.
    package var display: Display?
    /// What the alarms use.
    package var roles: Roles
}

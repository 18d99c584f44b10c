package import Syscalls

/// Why hardware is not touched, or does not answer.
package enum HALError: Error, Equatable, CustomStringConvertible {
    /// No hardware description is of this machine.
    case unknownMachine(MachineIdentity, known: [String])
    /// A description is of another machine.
    case otherMachine(String, mismatches: [String])
    /// The machine has no such lamp, button or the like.
    case unknownName(kind: String, name: String, known: [String])
    /// The machine has none of these.
    case absent(machine: String, kind: String)
    /// It is there, and switched off in the description.
    case switchedOff(machine: String, kind: String)
    /// A register does not hold what was written to it.
    case notTaken(register: UInt8, written: UInt8, read: UInt8)
    /// A text cannot be shown.
    case notShowable(text: String, wanted: String)
    /// A file or device cannot be used.
    case system(SystemError)

    package var description: String {
        switch self {
        case .unknownMachine(let machine, let known):
            "no hardware is known of this machine ("
                + MachineIdentity.fields.map { "\($0) \(machine.values[$0] ?? "-")" }
                .joined(separator: ", ")
                + "); known: " + (known.isEmpty ? "none" : known.joined(separator: ", "))
        case .otherMachine(let name, let mismatches):
            "this machine is no \(name): " + mismatches.joined(separator: "; ")
        case .unknownName(let kind, let name, let known):
            "no \(kind) \"\(name)\"; there are \(known.joined(separator: ", "))"
        case .absent(let machine, let kind): "\(machine) has no \(kind)"
        case .switchedOff(let machine, let kind):
            "the \(kind) of \(machine) is switched off in its description"
        case .notTaken(let register, let written, let read):
            "register \(HALError.hex(register)): wrote \(HALError.hex(written)),"
                + " reads \(HALError.hex(read))"
        case .notShowable(let text, let wanted): "\"\(text)\": expected \(wanted)"
        case .system(let error): error.description
        }
    }

    private static func hex(_ value: UInt8) -> String { "0x" + String(value, radix: 16) }
}

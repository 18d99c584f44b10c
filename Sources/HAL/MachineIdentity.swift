package import Syscalls

/// What the firmware says this machine is (SMBIOS, as `/sys/class/dmi/id` shows it).
package struct MachineIdentity: Sendable, Equatable {
    /// The fields that are read, by their file names.
    package static let fields = ["sys_vendor", "product_name", "board_vendor", "board_name"]

    /// The value of each field; a field that firmware or kernel does not have is missing.
    package var values: [String: String]

    /// Makes an identity.
    package init(values: [String: String]) { self.values = values }

    /// Reads the identity of a machine.
    package init(in system: SystemTree = .live) {
        values = [:]
        for field in MachineIdentity.fields {
            values[field] = system.text("/sys/class/dmi/id/\(field)")
        }
    }
}

/// Which machine a hardware description is of.
package struct MachineMatch: Sendable, Equatable {
    /// The wanted value of each field; all of them must be equal, letter by letter.
    package var values: [String: String]

    /// Makes a match.
    package init(values: [String: String]) { self.values = values }

    /// Why a machine is another one: what was found and what was wanted, in the order of the fields;
    /// empty when it is this one.
    package func mismatches(_ machine: MachineIdentity) -> [String] {
        guard !values.isEmpty else { return ["nothing says which machine it is"] }
        return values.sorted { $0.key < $1.key }.compactMap { field, wanted in
            let found = machine.values[field]
            guard found != wanted else { return nil }
            return "\(field) is \(found.map { "\"\($0)\"" } ?? "not there"), not \"\(wanted)\""
        }
    }
}

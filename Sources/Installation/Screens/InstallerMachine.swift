import Command
package import Deployment
import Glibc
package import Storage
import Syscalls

/// What the screens ask of the machine, and do to it before anything is decided.
///
/// Only the console's keyboard changes.
package protocol InstallerMachine {
    /// The disks.
    func observe() throws -> Observation

    /// The disks, with what lies at the places of a layout.
    func observe(for layout: Layout, assignments: [String: String]) throws -> Observation

    /// The wired interfaces.
    func networkInterfaces() throws -> [NetworkInterface]

    /// Makes the console's keys those of a keyboard.
    func loadKeymap(_ name: String) throws

    /// The crypt(5) hash of a password.
    func hash(_ password: String) throws -> PasswordHash
}

/// A wired interface of the machine.
package struct NetworkInterface: Sendable, Equatable {
    /// The kernel's name.
    package var name: String
    /// The address that is burnt into it.
    package var hardwareAddress: String
    /// Whether a cable is in it that leads somewhere.
    package var hasCarrier: Bool

    /// Makes one.
    package init(name: String, hardwareAddress: String, hasCarrier: Bool) {
        self.name = name
        self.hardwareAddress = hardwareAddress
        self.hasCarrier = hasCarrier
    }
}

/// The machine that the program runs on.
package struct LiveMachine: InstallerMachine {
    private let words: KernelWords
    private let described: [DescribedDisk]

    /// Takes the machine.
    package init(words: KernelWords, described: [DescribedDisk]) {
        self.words = words
        self.described = described
    }

    package func observe() throws -> Observation {
        try Observer(described: described).observe().withoutMedium(words.medium)
    }

    package func observe(for layout: Layout, assignments: [String: String]) throws -> Observation {
        try Observer(described: described).observe(for: layout, assignments: assignments)
            .withoutMedium(words.medium)
    }

    package func networkInterfaces() throws -> [NetworkInterface] {
        let folder = "/sys/class/net"
        return try FileSystem.list(folder).compactMap { name in
            func text(_ file: String) -> String? {
                // An attribute that cannot be read says no: carrier of an interface that is down.
                (try? FileSystem.readText("\(folder)/\(name)/\(file)"))?.trimmingBlanks
            }
            // ARPHRD_ETHER (linux/if_arp.h); bridges and tunnels hang on no device.
            guard text("type") == "1", FileSystem.exists("\(folder)/\(name)/device"),
                let address = text("address")
            else { return nil }
            return NetworkInterface(
                name: name, hardwareAddress: address, hasCarrier: text("carrier") == "1")
        }
    }

    package func loadKeymap(_ name: String) throws {
        // Only virtual consoles have keymaps; a serial line's keys are the other end's.
        guard let path = ttyname(STDIN_FILENO).map({ String(cString: $0) }),
            path.hasPrefix("/dev/tty"), path.dropFirst(8).allSatisfy(\.isNumber)
        else { return }
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        let table = try Command(
            "ckbcomp",
            ["-layout", parts[0]] + (parts.count > 1 ? ["-variant", parts[1]] : [])
        ).runChecked().output
        var load = Command("loadkeys", ["--console", path, "-"])
        load.input = table
        try load.runChecked()
    }

    package func hash(_ password: String) throws -> PasswordHash {
        // Through its input: arguments are seen by everybody.
        var command = Command("openssl", ["passwd", "-6", "-stdin"])
        command.input = Array("\(password)\n".utf8)
        let output = try command.runChecked().text.trimmingBlanks
        guard let hash = PasswordHash(output) else { throw HashError() }
        return hash
    }
}

/// openssl wrote something else than a hash.
struct HashError: Error, CustomStringConvertible {
    var description: String { "openssl passwd: no hash came out" }
}

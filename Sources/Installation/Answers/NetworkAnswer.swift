/// How the machine reaches its network.
package enum NetworkAnswer: Sendable, Equatable {
    /// Every wired interface asks a DHCP server.
    case automatic
    /// These interfaces, and no others.
    case interfaces([InterfaceAnswer])
}

/// What one interface is to have.
package struct InterfaceAnswer: Sendable, Equatable {
    /// Which interface.
    package var match: Match
    /// Its address, with the length of its network's prefix; nil for DHCP.
    package var address: String?
    /// Where everything else is reached; nil for nowhere.
    package var gateway: String?
    /// Who resolves names.
    package var nameServers: [String]

    /// How an interface is recognised.
    package enum Match: Sendable, Equatable {
        /// By the address that is burnt into it.
        case hardwareAddress(String)
        /// By the kernel's name, such as `enp3s0`.
        case name(String)
    }

    /// Makes one.
    package init(
        match: Match, address: String? = nil, gateway: String? = nil, nameServers: [String] = []
    ) {
        self.match = match
        self.address = address
        self.gateway = gateway
        self.nameServers = nameServers
    }
}

extension InterfaceAnswer {
    /// Checks an address with the length of its prefix, such as `192.0.2.10/24`.
    package static func checkAddress(_ text: String) throws(AnswerFault) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let limits = AnswerRule.family(of: String(parts[0])).map { $0 == 2 ? 32 : 128 }
        guard let limits, parts.count == 2, let length = Int(parts[1]), parts[1].first != "+",
            (1...limits).contains(length)
        else {
            throw AnswerFault(
                "expected an address with the length of its prefix, such as 192.0.2.10/24")
        }
    }

    /// Checks a gateway or a name server.
    package static func checkPlainAddress(_ text: String) throws(AnswerFault) {
        guard AnswerRule.isAddress(text) else {
            throw AnswerFault("expected an address such as 192.0.2.1")
        }
    }

    /// Checks a hardware address such as `00:08:9b:01:02:03`.
    package static func checkHardwareAddress(_ text: String) throws(AnswerFault) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
            )
        else { throw AnswerFault("expected a MAC address such as 00:08:9b:01:02:03") }
    }

    /// Checks a kernel's name of an interface.
    package static func checkName(_ text: String) throws(AnswerFault) {
        guard AnswerRule.isPlainName(text, mayHaveFolders: false), text.utf8.count <= 15 else {
            throw AnswerFault("expected an interface's name such as enp3s0")
        }
    }
}

extension NetworkAnswer {
    /// The units for systemd-networkd (systemd.network(5)), by the names of their files.
    package var units: [(name: String, text: String)] {
        switch self {
        case .automatic:
            // Wired ones only, and no bridge or container's end.
            [("50-wired.network", "[Match]\nType=ether\nKind=!*\n\n[Network]\nDHCP=yes\n")]
        case .interfaces(let interfaces):
            interfaces.enumerated().map { ("50-interface\($0 + 1).network", $1.unit) }
        }
    }
}

extension InterfaceAnswer {
    fileprivate var unit: String {
        var lines = ["[Match]"]
        switch match {
        case .hardwareAddress(let address): lines.append("PermanentMACAddress=\(address)")
        case .name(let name): lines.append("Name=\(name)")
        }
        lines += ["", "[Network]"]
        lines.append(address.map { "Address=\($0)" } ?? "DHCP=yes")
        if let gateway { lines.append("Gateway=\(gateway)") }
        lines += nameServers.map { "DNS=\($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}

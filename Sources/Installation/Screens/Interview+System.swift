import Storage

/// The screens about the system.
extension Interview {
    func chooseKeymap(_ draft: inout Draft) throws -> Move {
        guard !catalog.keymaps.isEmpty else { return .passed }
        let answer = try screens.choose(
            "Keyboard", "Which keyboard does the console have?",
            catalog.keymaps.map { DialogItem($0.name, $0.title) }, selected: draft.keymap ?? "us")
        guard case .answer(let name) = answer else { return .back }
        draft.keymap = name
        try machine.loadKeymap(name)
        return .on
    }

    func typeHostname(_ draft: inout Draft) throws -> Move {
        let name = try line(
            "Host name", "What is this machine called?", initial: draft.hostname
        ) { (text) throws(AnswerFault) in try AnswerRule.checkHostname(text) }
        guard let name else { return .back }
        draft.hostname = name
        return .on
    }

    // MARK: Network

    func askNetwork(_ draft: inout Draft) throws -> Move {
        let answer = try screens.choose(
            "Network", "How does this machine reach its network?",
            [
                DialogItem("dhcp", "a DHCP server says, on every wired interface"),
                DialogItem("static", "with an address that I give"),
            ], selected: draft.network == .automatic ? "dhcp" : "static")
        switch answer {
        case .back: return .back
        case .answer("dhcp"):
            draft.network = .automatic
            return .on
        case .answer:
            guard let interface = try askInterface() else { return try askNetwork(&draft) }
            draft.network = .interfaces([interface])
            return .on
        }
    }

    /// Asks for one interface with a fixed address; nil for Back.
    private func askInterface() throws -> InterfaceAnswer? {
        let interfaces = try machine.networkInterfaces()
        guard !interfaces.isEmpty else {
            _ = try screens.show("Network", "This machine has no wired network interface.")
            return nil
        }
        let items = interfaces.map { interface in
            DialogItem(
                interface.hardwareAddress,
                interface.name + (interface.hasCarrier ? ", cable is in" : ""))
        }
        let answer = try screens.choose(
            "Network", "Which interface?", items,
            selected: interfaces.first(where: \.hasCarrier)?.hardwareAddress)
        guard case .answer(let hardwareAddress) = answer else { return nil }
        let address = try line(
            "Network",
            "Its address, with the length of the network's prefix, such as 192.0.2.10/24:"
        ) { (text) throws(AnswerFault) in try InterfaceAnswer.checkAddress(text) }
        guard let address else { return nil }
        let gateway = try line(
            "Network", "The gateway to all other networks; empty for none:", mayBeEmpty: true
        ) { (text) throws(AnswerFault) in try InterfaceAnswer.checkPlainAddress(text) }
        guard let gateway else { return nil }
        let servers = try line(
            "Network", "Name servers, with blanks between; empty for none:", mayBeEmpty: true
        ) { (text) throws(AnswerFault) in
            for server in text.split(separator: " ") {
                try InterfaceAnswer.checkPlainAddress(String(server))
            }
        }
        guard let servers else { return nil }
        return InterfaceAnswer(
            match: .hardwareAddress(hardwareAddress), address: address,
            gateway: gateway.isEmpty ? nil : gateway,
            nameServers: servers.split(separator: " ").map(String.init))
    }

    // MARK: Who may log in

    func askLogin(_ draft: inout Draft) throws -> Move {
        while true {
            let key = try line(
                "SSH key",
                "Paste the public key that may log in as root, one line of a .pub file; empty for "
                    + "none:", initial: draft.key, mayBeEmpty: true
            ) { (text) throws(AnswerFault) in _ = try AuthorizedKey(text) }
            guard let key else { return .back }
            draft.key = key
            switch try askPassword(isNeeded: key.isEmpty) {
            case .back: continue
            case .answer(let hash):
                draft.passwordHash = hash
                return .on
            }
        }
    }

    /// Asks for root's password twice, until both are the same.
    private func askPassword(isNeeded: Bool) throws -> DialogAnswer<PasswordHash?> {
        while true {
            let text =
                isNeeded
                ? "A password for root. Without an SSH key there has to be one:"
                : "A password for root; empty for none, so that only the SSH key gets in:"
            guard case .answer(let password) = try screens.typeSecret("Password", text) else {
                return .back
            }
            guard !password.isEmpty else {
                if !isNeeded { return .answer(nil) }
                _ = try screens.show("Password", "Nobody could log in then.")
                continue
            }
            guard case .answer(let second) = try screens.typeSecret("Password", "Once more:")
            else { continue }
            guard second == password else {
                _ = try screens.show("Password", "The two were not the same.")
                continue
            }
            return .answer(try machine.hash(password))
        }
    }

    // MARK: Time

    func chooseTimezone(_ draft: inout Draft) throws -> Move {
        var areas: [String] = []
        for zone in catalog.timezones {
            let area = String(zone.prefix { $0 != "/" })
            if area != zone, !areas.contains(area) { areas.append(area) }
        }
        while true {
            let current = draft.timezone
            let answer = try screens.choose(
                "Time zone", "Where is this machine?",
                [DialogItem(Answers.standardTimezone, "no summer time")]
                    + areas.filter { $0 != "Etc" }.map { DialogItem($0, "") },
                selected: current == Answers.standardTimezone
                    ? current : String(current.prefix { $0 != "/" }))
            guard case .answer(let area) = answer else { return .back }
            guard area != Answers.standardTimezone else {
                draft.timezone = area
                return .on
            }
            let places = catalog.timezones.filter { $0.hasPrefix(area + "/") }
            let place = try screens.choose(
                "Time zone", "Where in \(area)?",
                places.map { DialogItem($0, "") },
                selected: places.contains(current) ? current : places.first)
            guard case .answer(let zone) = place else { continue }
            draft.timezone = zone
            return .on
        }
    }

    // MARK: Lines

    /// Lets a line be typed until it passes a rule; nil for Back.
    private func line(
        _ title: String, _ text: String, initial: String = "", mayBeEmpty: Bool = false,
        _ check: (String) throws(AnswerFault) -> Void
    ) throws -> String? {
        var initial = initial
        while true {
            guard case .answer(let typed) = try screens.type(title, text, initial: initial) else {
                return nil
            }
            let line = typed.trimmingBlanks
            if mayBeEmpty, line.isEmpty { return line }
            do throws(AnswerFault) {
                try check(line)
                return line
            } catch {
                initial = line
                guard case .answer = try screens.show(title, error.description) else {
                    return nil
                }
            }
        }
    }
}

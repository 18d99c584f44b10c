import Storage
package import YAML

extension Answers {
    /// Reads a file of answers (docs/answers.md).
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - file: How errors name the file.
    ///   - catalog: What there is to choose from.
    /// - Throws: `YAMLIssues` with all that is wrong; no password is ever in it.
    package init(
        parsing bytes: [UInt8], file: String, catalog: InstallationCatalog
    ) throws(YAMLIssues) {
        self = try YAMLDecoder.decode(bytes, file: file) { decoder, root in
            Answers(decoding: root, to: decoder, catalog)
        }
    }

    private init(
        decoding field: YAMLField, to decoder: YAMLDecoder, _ catalog: InstallationCatalog
    ) {
        let map = field.mapping([
            "layout", "disks", "erase", "hostname", "timezone", "keymap", "network", "ssh-keys",
            "password", "kernel-options", "when-done",
        ])
        let standIn = Layout(name: "", disks: [], arrays: [], volumes: [])
        let layout = map.required("layout", or: standIn) {
            $0.layout(to: decoder, catalog, or: standIn)
        }
        self.init(
            layout: layout,
            hostname: map.required("hostname", or: "") {
                $0.text { (text) throws(AnswerFault) in try AnswerRule.checkHostname(text) }
            })
        disks = map.optional("disks") { $0.selectors(of: layout) } ?? [:]
        erase =
            map.optional("erase") { $0.elements.map { DiskSelector(decoding: $0) } } ?? []
        timezone =
            map.optional("timezone") { $0.name(in: catalog.timezones, "a zone, as Europe/Oslo") }
            ?? Answers.standardTimezone
        keymap = map.optional("keymap") {
            $0.name(in: catalog.keymaps.map(\.name), "a keyboard, such as de or de:nodeadkeys")
        }
        network = map.required("network", or: .automatic) { NetworkAnswer(decoding: $0) }
        authorizedKeys =
            map.optional("ssh-keys") { $0.elements.compactMap(\.authorizedKey) } ?? []
        passwordHash = map.optional("password") { $0.passwordHash } ?? nil
        kernelOptions =
            map.optional("kernel-options") { field in
                field.elements.map {
                    $0.text { (text) throws(AnswerFault) in
                        try AnswerRule.checkKernelOption(text)
                    }
                }
            } ?? []
        whenDone = map.optional("when-done") { $0.choice(WhenDone.self) ?? .powerOff } ?? .powerOff
        if !map.has("ssh-keys"), !map.has("password") {
            field.report("nobody could log in: give \"ssh-keys\", \"password\" or both")
        }
    }
}

extension YAMLField {
    /// Text that passes a rule.
    fileprivate func text(_ check: (String) throws(AnswerFault) -> Void) -> String {
        let text = nonEmptyString
        guard !text.isEmpty else { return text }
        do throws(AnswerFault) {
            try check(text)
        } catch {
            report("\(error), got \(node.summary)")
        }
        return text
    }

    /// One of the names of a list; where that is empty, a name that could be one.
    fileprivate func name(in names: [String], _ what: String) -> String {
        let text = nonEmptyString
        let isThere =
            names.isEmpty
            ? AnswerRule.isPlainName(text.replacing(":", with: "-"), mayHaveFolders: false)
            : names.contains(text)
        if !text.isEmpty, !isThere { report("expected \(what), got \(node.summary)") }
        return text
    }

    /// A shipped layout's name, or a layout itself.
    fileprivate func layout(
        to decoder: YAMLDecoder, _ catalog: InstallationCatalog, or standIn: Layout
    ) -> Layout {
        if case .scalar = node.content {
            let name = nonEmptyString
            if let layout = catalog.layouts[name] { return layout }
            let known = catalog.layouts.keys.sorted().joined(separator: ", ")
            if !name.isEmpty {
                report("expected one of \(known), or a layout itself, got \(node.summary)")
            }
            return standIn
        }
        let layout = Layout(decoding: self, to: decoder)
        if layout.bootVolume == nil, !decoder.issues.contains(where: { $0.path.hasPrefix(path) }) {
            report(
                "no volume is mounted at \(Layout.bootMountPoint), so there is no place for images")
        }
        return layout
    }

    /// Selectors by role.
    fileprivate func selectors(of layout: Layout) -> [String: DiskSelector] {
        var selectors: [String: DiskSelector] = [:]
        for (role, _, field) in entries {
            // Without a layout every role is unknown; that has been said once.
            if layout.disk(role) == nil, !layout.disks.isEmpty {
                let known = layout.disks.map(\.name).joined(separator: ", ")
                field.report("the layout has no disk \"\(role)\"; it has \(known)")
            }
            selectors[role] = DiskSelector(decoding: field)
        }
        return selectors
    }

    fileprivate var authorizedKey: AuthorizedKey? {
        let text = nonEmptyString
        guard !text.isEmpty else { return nil }
        do throws(AnswerFault) {
            return try AuthorizedKey(text)
        } catch {
            // Not what was found: it may be a private key.
            report(error.description)
            return nil
        }
    }

    fileprivate var passwordHash: PasswordHash? {
        if case .scalar(let text, _) = node.content, let hash = PasswordHash(text) { return hash }
        // Never what was found: it is a password, or may be.
        report(
            "expected a hash as crypt(5) has them ($y$…, $6$…, $5$…), never the password itself; "
                + "\"openssl passwd -6\" makes one")
        return nil
    }
}

extension DiskSelector {
    /// Reads a path, a serial, or a mapping of what is known of a disk.
    fileprivate init(decoding field: YAMLField) {
        if case .scalar = field.node.content {
            let text = field.nonEmptyString
            if text.hasPrefix("/") { self.init(path: text) } else { self.init(serial: text) }
            return
        }
        let map = field.mapping(["path", "serial", "lun", "wwn", "bus", "model", "size"])
        self.init(
            path: map.optional("path") { field in
                let path = field.nonEmptyString
                if !path.isEmpty, !path.hasPrefix("/") {
                    field.report("expected an absolute path, got \(field.node.summary)")
                }
                return path
            },
            serial: map.optional("serial") { $0.nonEmptyString },
            lun: map.optional("lun") { UInt32($0.integer(in: 0...Int(UInt32.max))) },
            wwn: map.optional("wwn") { $0.nonEmptyString },
            match: DiskMatch(
                bus: map.optional("bus") { $0.choice(Bus.self) ?? .other },
                size: map.optional("size") { SizeMatch.range($0.sizeRange) },
                model: map.optional("model") { $0.nonEmptyString }))
        if self == DiskSelector(), case .mapping(let entries) = field.node.content,
            entries.isEmpty
        {
            field.report("expected at least one of path, serial, lun, wwn, bus, model, size")
        }
    }
}

extension NetworkAnswer {
    /// Reads the word `dhcp`, an interface, or a list of them.
    fileprivate init(decoding field: YAMLField) {
        switch field.node.content {
        case .scalar("dhcp", _): self = .automatic
        case .scalar:
            field.report("expected dhcp, an interface or a list of them, got \(field.node.summary)")
            self = .automatic
        case .mapping: self = .interfaces([InterfaceAnswer(decoding: field)])
        case .sequence:
            let interfaces = field.elements.map { InterfaceAnswer(decoding: $0) }
            if interfaces.isEmpty { field.report("expected at least one interface") }
            self = .interfaces(interfaces)
        }
    }
}

extension InterfaceAnswer {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["mac", "name", "address", "gateway", "dns"])
        let mac = map.optional("mac") {
            $0.text { (text) throws(AnswerFault) in
                try InterfaceAnswer.checkHardwareAddress(text)
            }
        }
        let name = map.optional("name") {
            $0.text { (text) throws(AnswerFault) in try InterfaceAnswer.checkName(text) }
        }
        if (mac == nil) == (name == nil), case .mapping = field.node.content {
            field.report("expected either \"mac\" or \"name\", so that the interface is known")
        }
        let plain: (YAMLField) -> String = {
            $0.text { (text) throws(AnswerFault) in try InterfaceAnswer.checkPlainAddress(text) }
        }
        let address = map.required("address", or: "dhcp") { field in
            if case .scalar("dhcp", _) = field.node.content { return "dhcp" }
            return field.text { (text) throws(AnswerFault) in
                try InterfaceAnswer.checkAddress(text)
            }
        }
        self.init(
            match: mac.map { .hardwareAddress($0) } ?? .name(name ?? ""),
            address: address == "dhcp" ? nil : address,
            gateway: map.optional("gateway", plain),
            nameServers: map.optional("dns") { $0.elements.map(plain) } ?? [])
        if address == "dhcp", map.has("gateway") {
            map.report("gateway", "a DHCP server says this itself")
        }
    }
}

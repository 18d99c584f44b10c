package import YAML

extension Hardware {
    /// Reads a hardware description.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - file: How errors name the file.
    /// - Throws: `YAMLIssues` with all that is wrong: what cannot be read, and what contradicts.
    package init(parsing bytes: [UInt8], file: String) throws(YAMLIssues) {
        self = try YAMLDecoder.decode(bytes, file: file) { decoder, root in
            Hardware(decoding: root)
        }
    }

    private init(decoding field: YAMLField) {
        let map = field.mapping([
            "name", "summary", "match", "ports", "leds", "buttons", "beeper", "sensors", "display",
            "alarms",
        ])
        name = map.required("name", or: "") { $0.name }
        summary = map.optionalString("summary") ?? ""
        match = map.required("match", or: MachineMatch(values: [:])) { MachineMatch(decoding: $0) }
        ports = map.required("ports", or: PortPair(index: 0, data: 0)) { PortPair(decoding: $0) }
        let leds = map.optional("leds") { Hardware.lines($0) } ?? []
        let buttons = map.optional("buttons") { Hardware.lines($0) } ?? []
        self.leds = leds.map { LED(name: $0.name, line: $0.line) }
        self.buttons = buttons.map { Button(name: $0.name, line: $0.line) }
        beeper = map.optional("beeper") { field in
            let text = field.nonEmptyString
            if text.contains("/") { field.report("expected a name in /dev/input/by-path") }
            return text
        }
        sensors =
            map.optional("sensors") { field in
                field.entries.map { Sensor(name: $0.value.keyName, decoding: $0.value) }
            } ?? []
        display = map.optional("display") { Display(decoding: $0) }
        roles = Roles()
        Hardware.reportClashes(leds, buttons)
        if let field = map.optional("alarms", { $0 }) {
            roles = Roles(
                decoding: field, leds: Set(leds.map(\.name)), buttons: Set(buttons.map(\.name)))
        }
    }

    /// A line with the place that it was read from.
    private struct PlacedLine {
        let name: String
        let line: Line
        let field: YAMLField
    }

    private static func lines(_ field: YAMLField) -> [PlacedLine] {
        field.entries.map {
            PlacedLine(name: $0.value.keyName, line: Line(decoding: $0.value), field: $0.value)
        }
    }

    /// Reports bits that have two names, and lamps in a register that buttons are read from: such a
    /// register shows pins, and is never written.
    private static func reportClashes(_ leds: [PlacedLine], _ buttons: [PlacedLine]) {
        var names: [UInt16: String] = [:]
        for line in leds + buttons {
            let place = UInt16(line.line.register) << 8 | UInt16(line.line.bit)
            if let first = names[place] {
                line.field.report("the same bit as \(first)")
            } else {
                names[place] = line.name
            }
        }
        for led in leds {
            if let button = buttons.first(where: { $0.line.register == led.line.register }),
                button.line.bit != led.line.bit
            {
                led.field.report("in the register that button \(button.name) is read from")
            }
        }
    }
}

extension MachineMatch {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(MachineIdentity.fields)
        values = [:]
        for key in MachineIdentity.fields {
            values[key] = map.optional(key) { $0.nonEmptyString }
        }
        // A vendor alone, or a product's name alone, is that of many machines.
        for key in ["sys_vendor", "product_name", "board_name"] where !map.has(key) {
            map.report(key, "missing key \"\(key)\"")
        }
    }
}

extension Hardware.PortPair {
    fileprivate init(decoding field: YAMLField) {
        // Below 0x100 are the mainboard's own devices : DMA, interrupts, timer.
        let range = 0x100...0xFFFF
        let map = field.mapping(["index", "data"])
        index = UInt16(map.required("index", or: 0x100) { $0.number(in: range) })
        data = UInt16(map.required("data", or: 0x101) { $0.number(in: range) })
        if index == data { map.report("data", "the same port as \"index\"") }
    }
}

extension Hardware.Line {
    /// Which value of a bit says on.
    private enum Active: String, CaseIterable { case low, high }

    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["register", "bit", "active"])
        self.init(
            register: UInt8(map.required("register", or: 0) { $0.number(in: 0...255) }),
            bit: UInt8(map.required("bit", or: 0) { $0.number(in: 0...7) }),
            isActiveLow: map.required("active", or: nil) { $0.choice(Active.self) } == .low)
    }
}

extension Hardware.Sensor {
    fileprivate init(name: String, decoding field: YAMLField) {
        let map = field.mapping(["chip", "input"])
        self.name = name
        chip = map.string("chip")
        input = map.required("input", or: "") { field in
            let text = field.nonEmptyString
            let number = text.drop { $0.isLetter }
            if SensorReading.Unit(input: text) == nil || UInt8(number) == nil {
                field.report("expected an input such as temp1, fan2 or in3, got \(text)")
            }
            return text
        }
    }
}

extension Hardware.Display {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["device", "rate", "enabled"])
        device = map.required("device", or: "") { field in
            let text = field.nonEmptyString
            if !text.hasPrefix("/dev/tty") { field.report("expected a serial line's device") }
            return text
        }
        bitRate = map.required("rate", or: 1200) { field in
            let rate = field.integer(in: 1200...115_200)
            if SerialRate(rate) == nil { field.report("no rate of serial lines: \(rate)") }
            return rate
        }
        isEnabled = map.required("enabled", or: false) { $0.bool }
    }
}

extension Hardware.Roles {
    fileprivate init(decoding field: YAMLField, leds: Set<String>, buttons: Set<String>) {
        self.init()
        let map = field.mapping(["healthy", "alarm", "bays", "acknowledge"])
        var used: Set<String> = []
        func lamp(_ field: YAMLField) -> String {
            let name = field.nonEmptyString
            if !leds.contains(name) {
                field.report("no LED \"\(name)\"")
            } else if !used.insert(name).inserted {
                field.report("LED \"\(name)\" a second time")
            }
            return name
        }
        healthy = map.optional("healthy", lamp)
        alarm = map.optional("alarm", lamp)
        for bay in map.optional("bays", { $0.entries }) ?? [] {
            if let number = Int(bay.key), 1...99 ~= number, String(number) == bay.key {
                bays[number] = lamp(bay.value)
            } else {
                bay.value.report("expected a bay's number, got \(bay.key)")
            }
        }
        acknowledge = map.optional("acknowledge") { field in
            let name = field.nonEmptyString
            if !buttons.contains(name) { field.report("no button \"\(name)\"") }
            return name
        }
    }
}

extension YAMLField {
    /// A number, in decimal or as `0x91`.
    fileprivate func number(in range: ClosedRange<Int>) -> Int {
        guard case .scalar(let text, isPlain: true) = node.content, text.hasPrefix("0x") else {
            return integer(in: range)
        }
        let digits = text.dropFirst(2)
        guard digits.allSatisfy(\.isHexDigit), let value = Int(digits, radix: 16),
            range.contains(value)
        else {
            let bounds = [range.lowerBound, range.upperBound].map { "0x" + String($0, radix: 16) }
            report("expected a number from \(bounds[0]) to \(bounds[1]), got \(text)")
            return range.lowerBound
        }
        return value
    }

    /// A name that people type: small letters, digits, dashes.
    fileprivate var name: String {
        let text = nonEmptyString
        if !text.isEmpty { checkName(text) }
        return text
    }

    /// The key that the value stands under, which is a name.
    fileprivate var keyName: String {
        let text = path.split(separator: ".").last.map(String.init) ?? ""
        checkName(text)
        return text
    }

    private func checkName(_ text: String) {
        let isName =
            text.utf8.count <= 32 && text.first?.isLetter == true
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "-")
            }
        if !isName { report("expected a name of small letters, digits and dashes") }
    }
}

import Syscalls
import Testing
import YAML

@testable import HAL

@Suite struct HardwareParseTests {
    private func parse(_ text: String) throws -> Hardware {
        try Hardware(parsing: Array(text.utf8), file: "m.yaml")
    }

    private static let sound = """
        name: m
        match: {sys_vendor: a, product_name: b, board_name: c}
        ports: {index: 0xA05, data: 2566}
        leds:
          green: {register: 0x91, bit: 2, active: low}
          red: {register: 0x91, bit: 3, active: high}
        buttons:
          copy: {register: 0xE2, bit: 2, active: low}
        beeper: spkr
        sensors:
          cpu: {chip: k10temp, input: temp1}
        display: {device: /dev/ttyS1, rate: 1200, enabled: false}
        alarms: {healthy: green, alarm: red, acknowledge: copy}

        """

    @Test("what the TVS-663 has")
    func tvs663() throws {
        let hardware = try SampleMachine.hardware()
        #expect(hardware.leds.count == 11)
        #expect(hardware.ports == Hardware.PortPair(index: 0xA05, data: 0xA06))
        #expect(
            hardware.leds.first { $0.name == "disk-6-error" }?.line
                == Hardware.Line(register: 0x81, bit: 5, isActiveLow: true))
        #expect(hardware.buttons.map(\.name) == ["reset", "usb-copy"])
        #expect(hardware.roles.bays.count == 6)
        #expect(hardware.display?.isEnabled == false)
        // The reset button has no part in anything.
        #expect(hardware.roles.acknowledge == "usb-copy")
    }

    @Test("numbers may be hexadecimal or decimal")
    func numbers() throws {
        let hardware = try parse(Self.sound)
        #expect(hardware.ports == Hardware.PortPair(index: 0xA05, data: 0xA06))
        #expect(hardware.leds[1].line.isActiveLow == false)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let message: String
        var testDescription: String { message }
    }

    @Test(
        "what is wrong is named, with its line",
        arguments: [
            Case(old: "beeper: spkr", new: "buzzer: spkr", message: "unknown key \"buzzer\""),
            Case(old: "name: m", new: "name: M 1", message: "small letters"),
            Case(
                old: ", board_name: c", new: "", message: "missing key \"board_name\""),
            Case(old: "data: 2566", new: "data: 0xA05", message: "the same port as"),
            Case(old: "index: 0xA05", new: "index: 0x60", message: "from 0x100 to 0xffff"),
            Case(old: "index: 0xA05", new: "index: 0x", message: "from 0x100 to 0xffff"),
            Case(old: "register: 0xE2", new: "register: 0x1E2", message: "from 0x0 to 0xff"),
            Case(old: "bit: 3", new: "bit: 8", message: "from 0 to 7"),
            Case(old: "bit: 3", new: "bit: 2", message: "the same bit as green"),
            Case(
                old: "register: 0xE2, bit: 2", new: "register: 0x91, bit: 0",
                message: "that button copy is read from"),
            Case(
                old: "register: 0xE2, bit: 2", new: "register: 0x91, bit: 2",
                message: "the same bit as green"),
            Case(old: "active: high", new: "active: yes", message: "one of low, high"),
            Case(old: "beeper: spkr", new: "beeper: /dev/x", message: "by-path"),
            Case(old: "input: temp1", new: "input: pwm1", message: "such as temp1"),
            Case(old: "input: temp1", new: "input: temp", message: "such as temp1"),
            Case(old: "/dev/ttyS1", new: "/dev/sda", message: "serial line"),
            Case(old: "rate: 1200", new: "rate: 1201", message: "no rate"),
            Case(old: "healthy: green", new: "healthy: blue", message: "no LED \"blue\""),
            Case(old: "alarm: red", new: "alarm: green", message: "a second time"),
            Case(
                old: "alarm: red", new: "bays: {0: red}", message: "a bay's number, got 0"),
            Case(
                old: "acknowledge: copy", new: "acknowledge: green",
                message: "no button \"green\""),
        ])
    func mistakes(_ example: Case) throws {
        let text = Self.sound.replacing(example.old, with: example.new)
        #expect(text != Self.sound)
        let error = try #require(throws: YAMLIssues.self) { try parse(text) }
        #expect(error.description.contains(example.message), "\(error)")
        #expect(error.description.hasPrefix("m.yaml:"))
    }

    @Test("a description cut anywhere never traps")
    func cut() throws {
        let bytes = try FileSystem.read(SampleMachine.path)
        for count in stride(from: 0, to: bytes.count, by: 7) {
            _ = try? Hardware(parsing: Array(bytes[..<count]), file: "cut")
        }
    }
}

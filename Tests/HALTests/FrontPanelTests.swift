import Synchronization
import Syscalls
import TestSamples
import Testing

@testable import HAL

@Suite struct FrontPanelTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Random registers.
    private func registers(_ random: inout SplitMix64) -> [UInt8] {
        (0..<256).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    @Test("each LED on, off and blinking leaves every other bit as it was", arguments: 0..<16)
    func otherBits(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let before = registers(&random)
        let ports = SimulatedPorts(registers: before)
        let panel = try SampleMachine.panel(ports, in: folder)
        for led in panel.hardware.leds {
            for pattern in LampPattern.allCases {
                for half in 0..<4 as Range<UInt64> {
                    let isLit = pattern.isLit(at: half * LampPattern.halfMilliseconds)
                    try panel.set([(led, isLit)])
                    let bit = ports.registers[Int(led.line.register)] & led.line.mask
                    // All lamps of the TVS-663 are lit by a 0.
                    #expect((bit == 0) == isLit)
                    #expect(try panel.isLit(led) == isLit)
                    var expected = before
                    let old = before[Int(led.line.register)]
                    expected[Int(led.line.register)] = old & ~led.line.mask | bit
                    #expect(ports.registers == expected)
                }
            }
            ports.state.withLock { $0.registers = before }
        }
        #expect(ports.state.withLock { $0.strayCount } == 0)
    }

    @Test("lamps of one register change together, others not at all", arguments: 0..<16)
    func together(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let before = registers(&random)
        let ports = SimulatedPorts(registers: before)
        let panel = try SampleMachine.panel(ports, in: folder)
        let lamps = panel.hardware.leds.filter { _ in Bool.random(using: &random) }
            .map { ($0, Bool.random(using: &random)) }
        try panel.set(lamps)
        for led in panel.hardware.leds {
            let wish = lamps.first { $0.0 == led }?.1 ?? led.line.isOn(in: before[led])
            #expect(try panel.isLit(led) == wish)
        }
        // At most one write each, and none where nothing changes.
        let written = ports.state.withLock { $0.writes.map(\.register) }
        #expect(written.count == Set(written).count)
        ports.state.withLock { $0.writes = [] }
        try panel.set(lamps)
        #expect(ports.state.withLock { $0.writes.isEmpty })
    }

    @Test("a button is read as its line says, and never written", arguments: 0..<256)
    func buttons(value: Int) throws {
        let value = UInt8(value)
        let ports = SimulatedPorts()
        let panel = try SampleMachine.panel(ports, in: folder)
        let reset = try panel.button("reset")
        let copy = try panel.button("usb-copy")
        ports.set(reset.line.register, value)
        ports.set(copy.line.register, value)
        // Active low.
        #expect(try panel.isPressed(reset) == (value & 0b10 == 0))
        #expect(try panel.isPressed(copy) == (value & 0b100 == 0))
        #expect(ports.state.withLock { $0.writes.isEmpty })
    }

    @Test("lines that are active high, over all bits and values", arguments: 0..<8 as Range<UInt8>)
    func lines(bit: UInt8) {
        for value in UInt8.min...UInt8.max {
            for isActiveLow in [true, false] {
                let line = Hardware.Line(register: 0, bit: bit, isActiveLow: isActiveLow)
                for isOn in [true, false] {
                    let new = line.value(value, on: isOn)
                    #expect(line.isOn(in: new) == isOn)
                    #expect((new ^ value) & ~line.mask == 0)
                    #expect((new & line.mask != 0) == (isOn != isActiveLow))
                }
            }
        }
    }

    @Test("a register that does not take a value is told")
    func notTaken() throws {
        let ports = SimulatedPorts()
        ports.state.withLock { $0.fixed = [0x91] }
        let panel = try SampleMachine.panel(ports, in: folder)
        #expect(throws: HALError.notTaken(register: 0x91, written: 0b100, read: 0)) {
            try panel.set([(try panel.led("status-green"), false)])
        }
    }

    @Test("names that the machine does not have")
    func names() throws {
        let panel = try SampleMachine.panel(SimulatedPorts(), in: folder)
        #expect(throws: HALError.self) { try panel.led("status-blue") }
        #expect(throws: HALError.self) { try panel.button("power") }
    }

    @Test("on another machine no port is opened")
    func foreign() throws {
        let hardware = try SampleMachine.hardware()
        var machines = [
            MachineIdentity(values: [:]),
            MachineIdentity(values: ["sys_vendor": "QEMU", "product_name": "Standard PC"]),
        ]
        // One letter in one field, or one field missing, is another machine.
        for field in MachineIdentity.fields {
            var other = SampleMachine.tvs663
            other.values[field]? += " "
            machines.append(other)
            other.values[field] = nil
            machines.append(other)
        }
        for machine in machines {
            var openCount = 0
            #expect(throws: HALError.self) {
                _ = try FrontPanel(
                    hardware, on: machine, lockPath: "\(folder.path)/none"
                ) { () throws(HALError) in
                    openCount += 1
                    return SimulatedPorts()
                }
            }
            #expect(openCount == 0)
            #expect(!FileSystem.exists("\(folder.path)/none"))
            #expect(HardwareCatalog([hardware]).hardware(of: machine) == nil)
        }
        #expect(
            HardwareCatalog([hardware]).hardware(of: SampleMachine.tvs663)?.name == "tvs-663")
    }

    @Test("a match without fields is of no machine")
    func emptyMatch() {
        #expect(!MachineMatch(values: [:]).mismatches(SampleMachine.tvs663).isEmpty)
    }

    @Test("/dev/port is read and written at the port's offset")
    func device() throws {
        let path = "\(folder.path)/port"
        try FileSystem.writeAtomically([UInt8](repeating: 7, count: 0xA07), to: path)
        let ports = try DevicePorts(path)
        try ports.write(0x91, to: 0xA05)
        #expect(try ports.read(0xA05) == 0x91)
        #expect(try ports.read(0xA06) == 7)
        #expect(throws: HALError.self) { try ports.read(0xA07) }
        #expect(throws: HALError.self) { try DevicePorts("\(folder.path)/none") }
    }
}

extension [UInt8] {
    fileprivate subscript(led: Hardware.LED) -> UInt8 { self[Int(led.line.register)] }
}

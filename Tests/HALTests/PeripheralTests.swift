import JSON
import Syscalls
import TestSamples
import Testing

@testable import HAL

@Suite struct ButtonWatchTests {
    @Test("a press counts when the button is let go")
    func press() {
        var watch = ButtonWatch()
        #expect(watch.sample(false, at: 0) == nil)
        #expect(watch.sample(true, at: 100) == nil)
        #expect(watch.sample(true, at: 200) == nil)
        #expect(watch.sample(false, at: 300) == ButtonWatch.Press(heldMilliseconds: 200))
        #expect(watch.sample(false, at: 400) == nil)
    }

    @Test("a button that is down from the beginning is stuck, not pressed")
    func stuck() {
        var watch = ButtonWatch()
        for time in 0..<100 as Range<UInt64> {
            #expect(watch.sample(true, at: time * 100) == nil)
        }
        #expect(watch.sample(false, at: 20000) == nil)
    }

    @Test("a short disturbance is none")
    func disturbance() {
        var watch = ButtonWatch()
        #expect(watch.sample(false, at: 0) == nil)
        #expect(watch.sample(true, at: 10) == nil)
        #expect(watch.sample(false, at: 10 + ButtonWatch.leastMilliseconds - 1) == nil)
    }

    @Test("there are never more presses than times that it was let go", arguments: 0..<16)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var watch = ButtonWatch()
        var released = 0
        var presses = 0
        var last: Bool?
        var time: UInt64 = 0
        for _ in 0..<500 {
            let isPressed = Bool.random(using: &random)
            if last == true, !isPressed { released += 1 }
            if watch.sample(isPressed, at: time) != nil {
                presses += 1
                #expect(last == true && !isPressed)
            }
            last = isPressed
            time += UInt64.random(in: 0...200, using: &random)
        }
        #expect(presses <= released)
        #expect(presses > 0)
    }
}

@Suite struct PeripheralTests {
    private let folder: TemporaryFolder
    private var system: SystemTree { SystemTree(root: folder.path) }

    init() throws { folder = try TemporaryFolder() }

    @Test("a tone is two input events of 24 bytes")
    func tone() {
        let zeros = [UInt8](repeating: 0, count: 16)
        #expect(
            Beeper.events(hertz: 1000)
                == zeros + [0x12, 0, 2, 0, 0xE8, 3, 0, 0] + zeros + [0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("every sound ends in silence", arguments: Beeper.Sound.allCases)
    func sounds(sound: Beeper.Sound) throws {
        try FileSystem.makeDirectory(system.path("/dev/input/by-path"))
        let path = system.path("/dev/input/by-path/spkr")
        try FileSystem.writeAtomically("", to: path)
        var milliseconds: UInt32 = 0
        try Beeper("spkr", in: system).play(sound) { milliseconds += $0 }
        let bytes = try FileSystem.read(path)
        #expect(bytes.count == (sound.tones.count + 1) * 48)
        #expect(bytes.suffix(48) == Beeper.events(hertz: 0)[...])
        #expect(1...2000 ~= milliseconds)
        #expect(throws: HALError.self) { try Beeper("none", in: system) }
    }

    @Test("sensors are found by their chips' names, wherever hwmon counts them")
    func sensors() throws {
        func write(_ path: String, _ text: String) throws {
            let folder = system.path("/sys/class/hwmon/\(path.prefix { $0 != "/" })")
            try FileSystem.makeDirectory(folder)
            try FileSystem.writeAtomically(
                text + "\n", to: system.path("/sys/class/hwmon/\(path)"))
        }
        try write("hwmon0/name", "nvme")
        try write("hwmon0/temp1_input", "99000")
        try write("hwmon3/name", "k10temp")
        try write("hwmon3/temp1_input", "-1050")
        try write("hwmon4/name", "f71869a")
        try write("hwmon4/temp1_input", "31500")
        try write("hwmon4/temp2_input", "no number")
        try write("hwmon4/fan1_input", "901")
        let readings = SensorReading.all(of: try SampleMachine.hardware(), in: system)
        #expect(readings.map(\.value) == [-1050, 31500, nil, nil, 901, nil])
        #expect(
            readings.map(\.text) == [
                "-1.0 °C", "31.5 °C", "no answer", "no answer", "901 rpm", "no answer",
            ])
        #expect(readings[1].json["unit"]?.string == "millidegrees Celsius")
    }

    @Test("the machine's identity is what the firmware says")
    func identity() throws {
        #expect(MachineIdentity(in: system).values.isEmpty)
        let dmi = system.path("/sys/class/dmi/id")
        try FileSystem.makeDirectory(dmi)
        for (field, value) in SampleMachine.tvs663.values {
            try FileSystem.writeAtomically(value + "\n", to: "\(dmi)/\(field)")
        }
        #expect(MachineIdentity(in: system) == SampleMachine.tvs663)
    }

    @Test("the display is refused unless it is switched on")
    func displayIsOff() throws {
        var hardware = try SampleMachine.hardware()
        #expect(throws: HALError.switchedOff(machine: "tvs-663", kind: "display")) {
            try Display(of: hardware, in: system)
        }
        hardware.display = nil
        #expect(throws: HALError.absent(machine: "tvs-663", kind: "display")) {
            try Display(of: hardware, in: system)
        }
    }

    @Test("what is sent to the display")
    func display() throws {
        let line = "Slipway".utf8 + [UInt8](repeating: 0x20, count: 9)
        let blank = [UInt8](repeating: 0x20, count: 16)
        #expect(
            try Display.command(showing: ["Slipway"])
                == [0x4D, 0x5E, 1, 0x4D, 0x0C, 0, 16] + line + [0x4D, 0x0C, 1, 16] + blank)
        for lines in [["a", "b", "c"], ["12345678901234567"], ["é"], ["\n"]] {
            #expect(throws: HALError.self) { try Display.command(showing: lines) }
        }
    }
}

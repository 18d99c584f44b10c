import CommandLine
import HAL
import Syscalls
import Testing

@testable import slipway_host

@Suite struct HalCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FileSystem.makeDirectory("\(folder.path)/sys/class/dmi/id")
        try FileSystem.makeDirectory("\(folder.path)/dev")
    }

    private func run(_ words: [String]) throws -> Int32 {
        let arguments = try Commands.program.parse(
            ["hal", "--system", folder.path, "--hardware", "conf/hardware/tvs-663.yaml"] + words)
        guard case .run(let command, let parsed) = arguments, let run = command.run else {
            Issue.record("\(words) runs nothing")
            return -1
        }
        return try run(parsed)
    }

    private func pretend(_ values: [String: String]) throws {
        for (field, value) in values {
            try FileSystem.writeAtomically(
                value + "\n", to: "\(folder.path)/sys/class/dmi/id/\(field)")
        }
    }

    private static let commands: [[String]] = [
        ["led"], ["led", "usb=on"], ["button"], ["beep"], ["sensors"], ["display", "x"], ["test"],
    ]

    @Test("on another machine nothing is touched", arguments: commands)
    func foreign(words: [String]) throws {
        try pretend(["sys_vendor": "QEMU", "product_name": "E452", "board_name": "E452"])
        let port = "\(folder.path)/dev/port"
        try FileSystem.writeAtomically([UInt8](repeating: 0, count: 0x1000), to: port)
        #expect(throws: HALError.self) { try run(words) }
        #expect(try FileSystem.read(port).allSatisfy { $0 == 0 })
    }

    @Test("an LED's word is checked before anything is lit")
    func led() throws {
        try pretend([
            "sys_vendor": "iEi", "product_name": "E452", "board_vendor": "iEi",
            "board_name": "E452",
        ])
        let port = "\(folder.path)/dev/port"
        try FileSystem.writeAtomically([UInt8](repeating: 0, count: 0x1000), to: port)
        #expect(throws: UsageError.self) { try run(["led", "usb=off", "usb=bright"]) }
        #expect(throws: HALError.self) { try run(["led", "usb=off", "lamp=on"]) }
        #expect(try FileSystem.read(port).allSatisfy { $0 == 0 })
        #expect(try run(["led", "usb=off"]) == ExitCode.done)
        // A file is no chip: the number and the value lie where the ports are.
        #expect(try FileSystem.read(port)[0xA05...0xA06] == [0x81, 0x80])
    }
}

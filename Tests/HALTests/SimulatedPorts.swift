import Synchronization
import Syscalls

@testable import HAL

/// A chip with 256 registers behind two ports, which counts what is done to it.
final class SimulatedPorts: PortIO {
    /// What the chip holds, and what it has seen.
    struct State {
        var registers = [UInt8](repeating: 0, count: 256)
        var selected: UInt8 = 0
        /// Every write to a register.
        var writes: [(register: UInt8, value: UInt8)] = []
        /// Registers that take no value, as those that show pins.
        var fixed: Set<UInt8> = []
        /// Accesses to ports that are not the chip's.
        var strayCount = 0
    }

    let state: Mutex<State>
    let pair = Hardware.PortPair(index: 0xA05, data: 0xA06)

    init(registers: [UInt8] = [UInt8](repeating: 0, count: 256)) {
        state = Mutex(State(registers: registers))
    }

    func read(_ port: UInt16) throws(HALError) -> UInt8 {
        state.withLock { state in
            guard port == pair.data else {
                state.strayCount += 1
                return 0xFF
            }
            return state.registers[Int(state.selected)]
        }
    }

    func write(_ value: UInt8, to port: UInt16) throws(HALError) {
        state.withLock { state in
            switch port {
            case pair.index: state.selected = value
            case pair.data:
                state.writes.append((state.selected, value))
                guard !state.fixed.contains(state.selected) else { return }
                state.registers[Int(state.selected)] = value
            default: state.strayCount += 1
            }
        }
    }

    var registers: [UInt8] { state.withLock { $0.registers } }

    func set(_ register: UInt8, _ value: UInt8) {
        state.withLock { $0.registers[Int(register)] = value }
    }
}

/// The machine that the descriptions of this tree are of.
enum SampleMachine {
    static let path = "conf/hardware/tvs-663.yaml"

    static let tvs663 = MachineIdentity(values: [
        "sys_vendor": "iEi", "product_name": "E452", "board_vendor": "iEi", "board_name": "E452",
    ])

    static func hardware() throws -> Hardware {
        try Hardware(parsing: FileSystem.read(path), file: path)
    }

    /// Its panel, on simulated ports.
    static func panel(_ ports: SimulatedPorts, in folder: TemporaryFolder) throws -> FrontPanel {
        try FrontPanel(
            hardware(), on: tvs663, lockPath: "\(folder.path)/lock"
        ) { () throws(HALError) in ports }
    }
}

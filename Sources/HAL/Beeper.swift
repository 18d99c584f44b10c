import Bytes
import Glibc
package import Syscalls

/// The PC speaker, as the kernel's input device (Documentation/input/event-codes.rst, `EV_SND`).
package struct Beeper: Sendable {
    /// A sound: tones and silence by turns.
    package enum Sound: String, Sendable, CaseIterable {
        /// Something was done.
        case short
        /// Look here.
        case long
        /// Something is wrong.
        case alarm

        /// Hertz, 0 for silence, and how long, in milliseconds.
        package var tones: [(hertz: UInt32, milliseconds: UInt32)] {
            switch self {
            case .short: [(1000, 100)]
            case .long: [(1000, 600)]
            case .alarm: [(1500, 200), (0, 100), (1000, 200), (0, 100), (1500, 200), (1000, 400)]
            }
        }
    }

    /// Where the kernel's input devices have names that last.
    private static let folder = "/dev/input/by-path"

    private let file: File

    /// Opens the beeper of a machine.
    ///
    /// - Parameters:
    ///   - name: The name of its device.
    ///   - system: Where it is.
    /// - Throws: `HALError.system`.
    package init(_ name: String, in system: SystemTree = .live) throws(HALError) {
        do throws(SystemError) {
            file = try File(system.path("\(Beeper.folder)/\(name)"), flags: O_WRONLY)
        } catch {
            throw .system(error)
        }
    }

    /// Plays a sound, and comes back when it is over.
    ///
    /// - Parameters:
    ///   - sound: The sound.
    ///   - pause: Waits so many milliseconds.
    /// - Throws: `HALError.system`; the tone has been ended then, if that could be.
    package func play(
        _ sound: Sound, pause: (UInt32) -> Void = { usleep($0 * 1000) }
    ) throws(HALError) {
        do throws(SystemError) {
            for tone in sound.tones {
                try file.write(Beeper.events(hertz: tone.hertz))
                pause(tone.milliseconds)
            }
            try file.write(Beeper.events(hertz: 0))
        } catch {
            throw .system(error)
        }
    }

    /// The two events that set a tone.
    ///
    /// `struct input_event` of linux/input.h, 24 bytes on 64-bit machines: `EV_SND`/`SND_TONE` with
    /// the frequency, and `EV_SYN`/`SYN_REPORT`. The kernel sets the times.
    static func events(hertz: UInt32) -> [UInt8] {
        var writer = ByteWriter()
        for (type, code, value) in [(UInt16(0x12), UInt16(2), hertz), (0, 0, 0)] {
            writer.uint64LE(0)
            writer.uint64LE(0)
            writer.uint16LE(type)
            writer.uint16LE(code)
            writer.uint32LE(value)
        }
        return writer.bytes
    }
}

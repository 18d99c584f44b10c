import Bytes
import Glibc
package import Syscalls

/// A rate of serial lines, and what termios(3) calls it.
struct SerialRate {
    let speed: speed_t

    /// The rate of so many bits a second; nil when there is none.
    init?(_ bitRate: Int) {
        let rates: [Int: Int32] = [
            1200: B1200, 2400: B2400, 4800: B4800, 9600: B9600, 19200: B19200, 38400: B38400,
            57600: B57600, 115_200: B115200,
        ]
        guard let speed = rates[bitRate] else { return nil }
        self.speed = speed_t(speed)
    }
}

/// A display of two lines of 16 characters on a serial line, as QNAP and ICP build them in (A125;
/// the command set is that of lcdproc's driver icp_a106).
///
/// UNPROVEN: nobody has seen it work on a TVS-663. It is only used when the description says
/// `enabled: true`.
package struct Display: Sendable {
    /// Characters of a line.
    package static let width = 16

    private let file: File

    /// Opens a display.
    ///
    /// - Parameters:
    ///   - hardware: What the machine has.
    ///   - system: Where its devices are.
    /// - Throws: `HALError.absent`, `.switchedOff`, or `.system`.
    package init(of hardware: Hardware, in system: SystemTree = .live) throws(HALError) {
        guard let display = hardware.display else {
            throw .absent(machine: hardware.name, kind: "display")
        }
        guard display.isEnabled else {
            throw .switchedOff(machine: hardware.name, kind: "display")
        }
        do throws(SystemError) {
            file = try File(
                system.path(display.device), flags: O_RDWR | O_NOCTTY | O_NONBLOCK)
            guard let rate = SerialRate(display.bitRate) else {
                throw SystemError("cfsetspeed", display.device, code: EINVAL)
            }
            var settings = termios()
            try checked("tcgetattr", file.path) { tcgetattr(file.descriptor, &settings) }
            cfmakeraw(&settings)
            cfsetspeed(&settings, rate.speed)
            settings.c_cflag |= tcflag_t(CLOCAL)
            try checked("tcsetattr", file.path) { tcsetattr(file.descriptor, TCSANOW, &settings) }
        } catch {
            throw .system(error)
        }
    }

    /// Shows two lines.
    package func show(_ lines: [String]) throws(HALError) {
        let bytes = try Display.command(showing: lines)
        do throws(SystemError) {
            try file.write(bytes)
        } catch {
            throw .system(error)
        }
    }

    /// The bytes that show two lines: backlight on (4D 5E 01), then each line (4D 0C, its number
    /// from 0, its length, its characters).
    ///
    /// - Throws: `HALError.notShowable` for more lines, longer ones, and characters that are not
    ///   ASCII.
    package static func command(showing lines: [String]) throws(HALError) -> [UInt8] {
        guard lines.count <= 2 else {
            throw .notShowable(text: lines.joined(separator: "/"), wanted: "two lines at most")
        }
        var writer = ByteWriter()
        writer.raw([0x4D, 0x5E, 0x01])
        for number in 0..<2 {
            let line = number < lines.count ? lines[number] : ""
            guard line.utf8.count <= width, line.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
            else {
                throw .notShowable(text: line, wanted: "\(width) characters of ASCII at most")
            }
            writer.raw([0x4D, 0x0C, UInt8(number), UInt8(width)])
            writer.raw(line.utf8)
            writer.raw(repeatElement(UInt8(ascii: " "), count: width - line.utf8.count))
        }
        return writer.bytes
    }
}

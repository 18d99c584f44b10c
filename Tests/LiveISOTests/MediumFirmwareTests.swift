import Command
import Syscalls
import Testing

/// A medium that a PC's firmware really starts from.
@Suite(
    .serialized,
    .enabled(
        if: SampleMedium.hasTools && Command("qemu-system-x86_64").locate() != nil,
        "needs xorriso, mtools, dosfstools, QEMU, GRUB for BIOS and UEFI"))
struct MediumFirmwareTests {
    /// A firmware and how the medium hangs on the machine.
    struct Machine: CustomTestStringConvertible, Sendable {
        let firmware: String
        let drive: [String]
        let isStick: Bool
        var testDescription: String { "\(firmware), \(isStick ? "stick" : "CD")" }
    }

    static let machines = ["/usr/share/seabios/bios-256k.bin", "/usr/share/ovmf/OVMF.fd"]
        .filter(FileSystem.exists).flatMap { firmware in
            [
                Machine(
                    firmware: firmware, drive: ["-device", "ide-cd,drive=medium"], isStick: false),
                Machine(
                    firmware: firmware,
                    drive: [
                        "-device", "qemu-xhci", "-device", "usb-storage,drive=medium,removable=on",
                    ], isStick: true),
            ]
        }

    @Test(
        "the firmware starts GRUB, which shows the menu on the serial port and starts the kernel",
        arguments: machines)
    func start(machine: Machine) throws {
        // With answers the first entry starts by itself.
        let medium = try SampleMedium(kernel: TinyKernel.bytes, answers: [65])
        // The kernel resets the machine, which ends QEMU. One that finds nothing would wait for ever.
        let result = try Command(
            "timeout",
            [
                "300", "qemu-system-x86_64", "-machine", "q35", "-bios", machine.firmware,
                "-accel", "tcg", "-m", "256", "-display", "none", "-nic", "none", "-monitor",
                "none", "-no-reboot", "-serial", "stdio",
                "-drive",
                "if=none,id=medium,format=raw,readonly=on,file=\(medium.path)"
                    + (machine.isStick ? "" : ",media=cdrom"),
            ] + machine.drive
        ).runChecked()
        for text in ["Install slipway 2026.11.20 as the answers", "Recover a machine", "<started>"]
        {
            #expect(result.text.contains(text), "\(text) is not in \(result.text)")
        }
    }
}

/// A kernel that says `<started>` on the serial port and resets the machine.
enum TinyKernel {
    /// A bzImage as the boot protocol describes it (Linux, Documentation/arch/x86/boot.rst).
    static var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1024)
        func store(_ value: UInt64, _ byteCount: Int, at offset: Int) {
            for index in 0..<byteCount {
                bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
            }
        }
        store(1, 1, at: 0x1F1)  // setup_sects
        store(0xAA55, 2, at: 0x1FE)
        store(0x6AEB, 2, at: 0x200)  // a jump over the header
        bytes.replaceSubrange(0x202..<0x206, with: Array("HdrS".utf8))
        store(0x020C, 2, at: 0x206)  // version
        store(1, 1, at: 0x211)  // loaded high
        store(0x100000, 4, at: 0x214)  // code32_start
        store(0x7FFF_FFFF, 4, at: 0x22C)  // initrd_addr_max
        store(0x200000, 4, at: 0x230)  // kernel_alignment
        store(1, 1, at: 0x234)  // relocatable
        store(0x7FF, 4, at: 0x238)  // cmdline_size
        store(0x100000, 8, at: 0x258)  // pref_address
        store(0x10000, 4, at: 0x260)  // init_size
        // The same instructions in 32 and in 64 bits.
        var code: [UInt8] = [0x66, 0xBA, 0xF8, 0x03]  // mov dx, 0x3f8
        for byte in "<started>\n".utf8 { code += [0xB0, byte, 0xEE] }  // mov al, byte; out dx, al
        code += [0xB0, 0xFE, 0xE6, 0x64]  // mov al, 0xfe; out 0x64, al: reset
        code += [0xEB, 0xFE]
        code += [UInt8](repeating: 0, count: 512 - code.count)
        // The entry in 64 bits is 512 bytes behind the one in 32.
        let protected = code + code + [UInt8](repeating: 0, count: 8192)
        store(UInt64(protected.count / 16), 4, at: 0x1F4)  // syssize
        return bytes + protected
    }
}

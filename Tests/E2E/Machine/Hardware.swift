import Syscalls

/// What starts a machine.
enum Firmware: String, CaseIterable, Sendable {
    /// A PC's BIOS.
    case bios
    /// UEFI.
    case uefi

    /// The file that the emulator takes it from.
    var path: String {
        switch self {
        case .bios: "/usr/share/seabios/bios-256k.bin"
        case .uefi: "/usr/share/ovmf/OVMF.fd"
        }
    }
}

/// A disk of a machine: an image file that outlives it.
struct Disk: Sendable, Equatable {
    /// What it is to the emulator, and to the monitor: `card`, `nvme0`.
    let name: String
    /// Its image.
    let path: String
    /// What it hangs on.
    let bus: Bus
    /// Whether it refuses writes.
    var isProtected = false

    /// Ways in which a disk hangs on a machine.
    enum Bus: Sendable, Equatable {
        /// In a USB reader with this serial number.
        case usb(serial: String)
        /// An NVMe disk, which the firmware does not start from.
        case nvme(serial: String)
        /// A CD in a drive.
        case disc
        /// A stick.
        case stick
    }

    /// The node that holds the image, for QEMU's `-blockdev` and for `blockdev-add`.
    var node: [(String, String)] {
        [
            ("driver", "raw"), ("node-name", name), ("read-only", isReadOnly ? "on" : "off"),
            // Zeros stay holes, or images of many GB would fill the disk under them.
            ("discard", "unmap"), ("detect-zeroes", isReadOnly ? "off" : "unmap"),
            // A cut is the end of the emulator, not of the host: what was written stays.
            ("cache.no-flush", "on"), ("file.driver", "file"), ("file.filename", path),
            ("file.locking", "off"),
        ]
    }

    /// The device over it, for `-device` and `device_add`.
    func device(bootIndex: Int?) -> [(String, String)] {
        var words: [(String, String)]
        switch bus {
        case .usb(let serial):
            words = [
                ("driver", "usb-storage"), ("drive", name), ("id", "dev-\(name)"),
                // OVMF's driver for USB 3 does not come back from a write that a card refuses.
                ("bus", isProtected ? "ehci.0" : "xhci.0"), ("removable", "on"),
                ("serial", serial),
            ]
        case .stick:
            words = [
                ("driver", "usb-storage"), ("drive", name), ("id", "dev-\(name)"),
                ("bus", "xhci.0"), ("removable", "on"), ("serial", "STICK"),
            ]
        case .nvme(let serial):
            words = [
                ("driver", "nvme"), ("drive", name), ("id", "dev-\(name)"), ("serial", serial),
            ]
        case .disc: words = [("driver", "ide-cd"), ("drive", name), ("id", "dev-\(name)")]
        }
        if let bootIndex { words.append(("bootindex", String(bootIndex))) }
        return words
    }

    private var isReadOnly: Bool { isProtected || bus == .disc }
}

/// A machine that is off: firmware and disks.
struct Hardware: Sendable {
    /// What starts it.
    var firmware: Firmware
    /// What the firmware starts from, the first first: medium, card.
    var bootable: [Disk]
    /// Disks that the firmware does not start from.
    var others: [Disk]
    /// The port of this host that leads to the guest's SSH.
    var sshPort: UInt16
    /// Whether the guest may restart; else the emulator ends when it does.
    var mayRestart = false
    /// Its memory in MiB.
    var megabytes = 2048
    /// A program that answers on port 80 of 10.0.2.100: what it says goes to the guest.
    var server: String?

    /// QEMU's arguments.
    func arguments(serial: String) -> [String] {
        var words = [
            "-machine", "q35", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", "qemu64",
            "-smp", "1", "-m", "\(megabytes)", "-display", "none", "-vga", "std", "-nodefaults",
            "-bios", firmware.path, "-boot", "strict=on", "-S",
            "-device", "qemu-xhci,id=xhci", "-device", "usb-ehci,id=ehci",
            "-device", "virtio-rng-pci",
            "-netdev", "user,id=net,hostfwd=tcp:127.0.0.1:\(sshPort)-:22" + served,
            "-device", "virtio-net-pci,netdev=net,romfile=",
            "-chardev", "pipe,id=serial,path=\(serial)", "-serial", "chardev:serial",
            "-chardev", "stdio,id=control,signal=off", "-mon", "chardev=control,mode=control",
        ]
        if !mayRestart { words.append("-no-reboot") }
        for (index, disk) in bootable.enumerated() {
            words += Hardware.arguments(disk, bootIndex: index)
        }
        for disk in others { words += Hardware.arguments(disk, bootIndex: nil) }
        return words
    }

    private var served: String {
        server.map { ",guestfwd=tcp:10.0.2.100:80-cmd:\($0)" } ?? ""
    }

    private static func arguments(_ disk: Disk, bootIndex: Int?) -> [String] {
        [
            "-blockdev", disk.node.map { "\($0)=\($1)" }.joined(separator: ","),
            "-device",
            disk.device(bootIndex: bootIndex).map { $0 == "driver" ? $1 : "\($0)=\($1)" }
                .joined(separator: ","),
        ]
    }
}

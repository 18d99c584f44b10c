/// Scripts that put a dm device and a loop device between a disk and those who use it.
///
/// Faults can then come and go under it. A dm device has no partitions, a loop device has.
enum FaultScripts {
    /// Makes the two devices.
    static func create(_ name: String, on device: String, loop: String) -> String {
        """
        sectors=$(blockdev --getsz \(device))
        dmsetup create \(name) --table "\(table(.none, device))"
        losetup --partscan --direct-io=on \(loop) /dev/mapper/\(name)
        """
    }

    /// Puts a fault in.
    static func change(_ name: String, on device: String, to fault: Fault) -> String {
        """
        sectors=$(blockdev --getsz \(device))
        dmsetup suspend --noflush --nolockfs \(name)
        dmsetup reload \(name) --table "\(table(fault, device))"
        dmsetup resume \(name)
        \(messages(name, fault))
        """
    }

    /// What a dm-dust device is told (dm-dust.rst); its blocks are sectors here.
    private static func messages(_ name: String, _ fault: Fault) -> String {
        guard case .badSector(let offset) = fault else { return "" }
        return """
            dmsetup message \(name) 0 addbadblock \(offset / 512)
            dmsetup message \(name) 0 enable
            """
    }

    /// Starts udev and lets it see the disks; all other devices would take seconds.
    static let startUdev = """
        /usr/lib/systemd/systemd-udevd --daemon
        udevadm trigger --action=add --subsystem-match=block
        udevadm settle
        """

    /// A line of a dm table (Linux, Documentation/admin-guide/device-mapper/dm-flakey.rst): the
    /// flakey device is up for 0 s and down for 1 s, so always down.
    private static func table(_ fault: Fault, _ device: String) -> String {
        switch fault {
        case .none: "0 $sectors linear \(device) 0"
        case .dead: "0 $sectors error"
        case .failsWrites: "0 $sectors flakey \(device) 0 0 1 1 error_writes"
        case .dropsWrites: "0 $sectors flakey \(device) 0 0 1 1 drop_writes"
        case .badSector: "0 $sectors dust \(device) 0 512"
        }
    }
}

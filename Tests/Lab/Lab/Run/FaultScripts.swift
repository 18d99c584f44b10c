/// Scripts that put a dm device and a loop device between a disk and those who use it.
///
/// Faults can then come and go under it. A dm device has no partitions, a loop device has.
enum FaultScripts {
    /// Makes the two devices.
    static func create(_ name: String, on device: String, loop: Int, sectorCount: UInt64)
        -> String
    {
        """
        dmsetup create \(name) --table "\(table(.none, device, sectorCount))"
        losetup --partscan --direct-io=on /dev/loop\(loop) /dev/mapper/\(name)
        """
    }

    /// Puts a fault in.
    static func change(_ name: String, on device: String, to fault: Fault, sectorCount: UInt64)
        -> String
    {
        """
        dmsetup suspend --noflush --nolockfs \(name)
        dmsetup reload \(name) --table "\(table(fault, device, sectorCount))"
        dmsetup resume \(name)
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
    private static func table(_ fault: Fault, _ device: String, _ sectorCount: UInt64) -> String {
        switch fault {
        case .none: "0 \(sectorCount) linear \(device) 0"
        case .dead: "0 \(sectorCount) error"
        case .failsWrites: "0 \(sectorCount) flakey \(device) 0 0 1 1 error_writes"
        case .dropsWrites: "0 \(sectorCount) flakey \(device) 0 0 1 1 drop_writes"
        }
    }
}

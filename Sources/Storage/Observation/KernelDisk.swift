import Syscalls

/// A block device as sysfs shows it (Documentation/ABI/stable/sysfs-block).
struct KernelDevice: Sendable, Equatable {
    /// The device, such as `/dev/sda`.
    let path: String
    /// Major and minor number, such as `8:0`.
    let number: String?
    /// The size in bytes; sysfs counts sectors of 512 bytes, whatever the disk's are.
    let byteCount: UInt64
    /// Kernel devices made of it.
    let holders: [String]

    /// Reads a device's folder.
    init(_ folder: String, name: String, in system: SystemTree) {
        // Names with a slash, of old RAID controllers, have an exclamation mark in sysfs.
        path = "/dev/" + String(name.map { $0 == "!" ? "/" : $0 })
        number = system.text("\(folder)/dev")
        byteCount = (system.number("\(folder)/size") ?? 0).bytesOfSectors
        holders = system.names("\(folder)/holders")
    }
}

/// A partition that the kernel knows, whatever the table says by now.
struct KernelPartition: Sendable, Equatable {
    let number: Int
    let device: KernelDevice
    let extent: Extent
}

/// A disk as sysfs shows it, with its partitions.
struct KernelDisk: Sendable, Equatable {
    /// Its name in `/sys/block`.
    let name: String
    let device: KernelDevice
    let sectorByteCount: UInt32
    let isRemovable: Bool
    let isReadOnly: Bool
    let bus: Bus
    let model: String?
    let serial: String?
    let wwn: String?
    let lun: UInt32?
    let partitions: [KernelPartition]

    /// The names of all disks that hang on a bus, and are no other device's other face.
    ///
    /// Optical drives and floppies are none.
    static func names(in system: SystemTree) -> [String] {
        system.names("/sys/block").filter { name in
            let folder = "/sys/block/\(name)"
            return system.exists("\(folder)/device") && system.text("\(folder)/hidden") != "1"
                && !name.hasPrefix("sr") && !name.hasPrefix("fd")
        }
    }

    /// Reads what sysfs says of a disk; nil when there is no such disk.
    init?(_ name: String, in system: SystemTree) {
        let folder = "/sys/block/\(name)"
        guard system.exists(folder) else { return nil }
        self.name = name
        device = KernelDevice(folder, name: name, in: system)
        sectorByteCount = UInt32(
            clamping: system.number("\(folder)/queue/logical_block_size") ?? 512)
        isRemovable = system.text("\(folder)/removable") == "1"
        isReadOnly = system.text("\(folder)/ro") == "1"
        let place = system.target(of: folder)
        bus = KernelDisk.bus(of: place)
        model = system.text("\(folder)/device/model") ?? system.text("\(folder)/device/name")
        serial = KernelDisk.serial(of: folder, place, bus, in: system)
        wwn = KernelDisk.wwn(of: folder, in: system)
        lun = KernelDisk.lun(of: system.target(of: "\(folder)/device"))
        partitions = KernelDisk.partitions(in: folder, in: system)
    }

    private static func bus(of place: String) -> Bus {
        let parts = place.split(separator: "/")
        func has(_ prefix: String) -> Bool {
            parts.contains { part in
                part.hasPrefix(prefix) && part.dropFirst(prefix.count).first?.isNumber == true
            }
        }
        if has("usb") { return .usb }
        if has("nvme") { return .nvme }
        if has("ata") { return .sata }
        if has("virtio") { return .virtio }
        if has("mmc") { return .mmc }
        return has("host") ? .scsi : .other
    }

    /// The serial number: a USB device's own, which is the reader's for every card; page 0x80 of a
    /// SCSI or SATA disk (SPC-5, "Unit Serial Number": four bytes, then text); or an attribute.
    private static func serial(
        of folder: String, _ place: String, _ bus: Bus, in system: SystemTree
    ) -> String? {
        if bus == .usb {
            var parts = place.split(separator: "/")
            while parts.count > 2 {
                let folder = "/" + parts.joined(separator: "/")
                if system.exists("\(folder)/idVendor") { return system.text("\(folder)/serial") }
                parts.removeLast()
            }
        }
        if let page = system.bytes("\(folder)/device/vpd_pg80"), page.count > 4 {
            let text = String(decoding: page[4...], as: UTF8.self)
                .filter { !$0.isWhitespace && $0 != "\0" }
            if !text.isEmpty { return text }
        }
        return system.text("\(folder)/device/serial") ?? system.text("\(folder)/serial")
    }

    /// The world-wide name; what SCSI makes up of vendor and model is none.
    private static func wwn(of folder: String, in system: SystemTree) -> String? {
        let name = system.text("\(folder)/wwid") ?? system.text("\(folder)/device/wwid")
        guard let name else { return nil }
        return ["naa.", "eui.", "uuid.", "nvme."].contains(where: name.hasPrefix) ? name : nil
    }

    /// The last number of a SCSI address such as `2:0:0:1`.
    private static func lun(of place: String) -> UInt32? {
        let numbers = place.split(separator: "/").last?.split(separator: ":") ?? []
        return numbers.count == 4 ? UInt32(numbers[3]) : nil
    }

    private static func partitions(in folder: String, in system: SystemTree)
        -> [KernelPartition]
    {
        system.names(folder).compactMap { name -> KernelPartition? in
            let folder = "\(folder)/\(name)"
            guard let number = system.number("\(folder)/partition").flatMap(Int.init(exactly:)),
                let start = system.number("\(folder)/start")
            else { return nil }
            let device = KernelDevice(folder, name: name, in: system)
            let offset = start.bytesOfSectors
            guard !offset.addingReportingOverflow(device.byteCount).overflow else { return nil }
            return KernelPartition(
                number: number, device: device,
                extent: Extent(start: offset, byteCount: device.byteCount))
        }.sorted { $0.number < $1.number }
    }
}

extension UInt64 {
    /// So many sectors of 512 bytes in bytes; what is beyond 64 bits is as much as there can be.
    var bytesOfSectors: UInt64 {
        let (bytes, overflows) = multipliedReportingOverflow(by: 512)
        return overflows ? .max & ~511 : bytes
    }
}

import Syscalls

/// A loop device as sysfs shows it (Documentation/ABI/testing/sysfs-block-loop).
struct KernelLoop: Sendable, Equatable {
    let device: KernelDevice
    /// The partitions that the kernel found on it.
    let partitions: [KernelPartition]
    /// The device or file that it shows a part of.
    let backing: String
    /// The part.
    let extent: Extent

    /// All loop devices that are in use, in the order of their names.
    static func all(in system: SystemTree) -> [KernelLoop] {
        system.names("/sys/block").compactMap { name -> KernelLoop? in
            let folder = "/sys/block/\(name)"
            guard let backing = system.text("\(folder)/loop/backing_file"),
                let disk = KernelDisk(name, in: system)
            else { return nil }
            let offset = system.number("\(folder)/loop/offset") ?? 0
            guard !offset.addingReportingOverflow(disk.device.byteCount).overflow else {
                return nil
            }
            return KernelLoop(
                device: disk.device, partitions: disk.partitions, backing: backing,
                extent: Extent(start: offset, byteCount: disk.device.byteCount))
        }
    }
}

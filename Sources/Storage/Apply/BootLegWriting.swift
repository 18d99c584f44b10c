/// Makes a disk one that the firmware can start from; what loader that is, only it knows.
///
/// `Storage` plans the steps and calls this; `BootLoader` implements it.
package protocol BootLegWriting: Sendable {
    /// Says whether a boot leg has all that it needs. Reads only.
    func state(of leg: BootLeg) throws -> BootLegState

    /// Makes the EFI system partition's filesystem and files. What is right already stays.
    func writeSystemPartition(of leg: BootLeg) throws

    /// Writes boot code and core image. What is right already stays.
    func writeBootCode(of leg: BootLeg) throws
}

/// The places of a boot leg that the loader's writer works on.
package struct BootLeg: Sendable, Equatable {
    /// The disk's role in the layout, which the loader tells the kernel; nil while only looking at
    /// a disk whose role nobody knows yet.
    package var role: String?
    /// The disk's device or image file.
    package var disk: String
    /// The BIOS boot partition; nil when only UEFI starts from the disk.
    package var biosBoot: Extent?
    /// The EFI system partition.
    package var systemPartition: Extent
    /// The firmware that starts from it.
    package var firmware: Set<Firmware>

    /// Makes a boot leg.
    package init(
        role: String?, disk: String, biosBoot: Extent?, systemPartition: Extent,
        firmware: Set<Firmware>
    ) {
        self.role = role
        self.disk = disk
        self.biosBoot = biosBoot
        self.systemPartition = systemPartition
        self.firmware = firmware
    }
}

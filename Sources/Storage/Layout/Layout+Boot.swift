extension Layout {
    /// Where the running system sees the boot volume.
    ///
    /// A layout whose volume is mounted there is for an appliance of ours; one without is only
    /// observed, checked and recovered.
    package static let bootMountPoint = "/run/slipway/boot"

    /// The volume that holds the images.
    package var bootVolume: VolumeSpec? {
        volumes.first { $0.mountPoint == Layout.bootMountPoint }
    }

    /// The array whose legs are boot legs.
    package var bootArray: ArraySpec? { bootVolume?.array.flatMap(array) }

    /// The boot legs: disks that hold the boot volume, or a leg of it, in the order of the file.
    package var bootDisks: [DiskRole] {
        guard let volume = bootVolume else { return [] }
        if let array = volume.array {
            return legs(of: array).compactMap { $0.disk.flatMap(disk) }
        }
        return disks.filter { $0.slice(holding: .volume(volume.name)) != nil }
    }
}

extension DiskRole {
    /// The first slice that holds something.
    package func slice(holding content: Slice.Content) -> Slice? {
        division.slices.first { $0.content == content }
    }

    /// The key of a slice in a layout file.
    func path(ofSlice index: Int) -> String {
        switch division {
        case .partitions: "disks.\(name).partitions[\(index)]"
        case .wholeDisk: "disks.\(name).regions[\(index)]"
        }
    }
}

extension Layout {
    /// The key of a device in a layout file.
    func path(of device: DeviceReference) -> String {
        switch device {
        case .array(let name): return "arrays.\(name)"
        case .disk(let role): return "disks.\(role)"
        case .slice(let role, let slice):
            guard let disk = disk(role),
                let index = disk.division.slices.firstIndex(where: { $0.name == slice })
            else { return "disks.\(role)" }
            return disk.path(ofSlice: index)
        }
    }
}

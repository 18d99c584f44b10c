import Syscalls

/// The record of which disk is which.
extension StepExecutor {
    /// Writes down which disk is which.
    ///
    /// The file is replaced as a whole: cut anywhere, the old one or the new one is there.
    func record(_ layout: Layout, _ observation: Observation) throws {
        guard let volume = layout.bootVolume else { return }
        var layout = layout
        for index in layout.disks.indices {
            layout.disks[index].identity =
                plan.disk(layout.disks[index].name, in: observation)?
                .identity
        }
        let (device, mountPoints) = try place(of: volume, layout, in: observation)
        if let mountPoint = mountPoints.first {
            return try RecordedLayout.write(layout, below: system.path(mountPoint))
        }
        let folder = try TemporaryFolder(in: system.path("/run"))
        // Not on the folder itself: that is removed with its content, but for what is mounted below.
        let mountPoint = "\(folder.path)/volume"
        try FileSystem.makeDirectory(mountPoint)
        try Mount.filesystem(system.path(device), at: mountPoint, type: "ext4")
        let result = Result { try RecordedLayout.write(layout, below: mountPoint) }
        try Mount.remove(mountPoint)
        try result.get()
    }

    private func place(
        of volume: VolumeSpec, _ layout: Layout, in observation: Observation
    ) throws(ApplyError) -> (device: String, mountPoints: [String]) {
        if let name = volume.array {
            guard let array = plan.array(named: name, in: observation) else {
                throw .noBootVolume(volume.name)
            }
            return (array.path, array.mountPoints)
        }
        for role in layout.disks {
            guard let slice = role.slice(holding: .volume(volume.name)),
                let disk = plan.disk(role.name, in: observation),
                let extent = plan.extent(
                    of: .slice(disk: role.name, slice: slice.name), in: observation),
                let area = disk.areas.first(where: { $0.extent == extent && $0.device != nil }),
                let device = area.device
            else { continue }
            return (device, area.mountPoints)
        }
        throw .noBootVolume(volume.name)
    }
}

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
        let (device, mountPoints) = try plan.place(of: volume, layout, in: observation)
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
}
